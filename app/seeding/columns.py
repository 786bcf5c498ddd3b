"""The columns that parts of a seed become."""

import json
from typing import Any

from app import models
from app.enums import NameKind, SubjectType
from app.kit import countries, dates
from app.seeding.rows import row_of
from app.seeding.shapes import DateSeed, ParticipantSeed, PlaceSeed

# The column of `evidence` and `topic_use` that refers to a record of this type.
ARC = {
    SubjectType.agreement: "agreement_id",
    SubjectType.delegation: "delegation_id",
    SubjectType.observation: "observation_id",
    SubjectType.place: "place_id",
    SubjectType.source: "about_source_id",
}


def arc(kind: SubjectType, key: str) -> dict[str, Any]:
    """The one column of an exclusive arc that is filled."""
    return {ARC[kind]: key}


def date_columns(name: str, date: DateSeed | None) -> dict[str, Any]:
    """The columns of a date."""
    if date is None:
        return {}
    bounds = dates.parse(date.edtf)
    return {
        f"{name}_edtf": date.edtf,
        f"{name}_start": bounds.earliest,
        f"{name}_end": bounds.latest,
        f"{name}_basis": date.basis,
        f"{name}_printed": date.printed,
        f"{name}_note": date.note,
    }


def place_names(place: PlaceSeed) -> list[tuple[NameKind, str]]:
    """All names of a place; a country's come from CLDR."""
    if place.names is None:
        spoken = [(NameKind(language), countries.name(place.country, language)) for language in countries.LANGUAGES]
    else:
        given = place.names.model_dump(exclude_none=True)
        spoken = [(NameKind(language), name) for language, name in given.items()]
    native = [(NameKind.native, place.native_name)] if place.native_name else []
    return [*spoken, *native, *((NameKind(alias.kind), alias.name) for alias in place.aliases)]


def participant_row(delegation: int, position: int, who: ParticipantSeed, term: int | None) -> models.Participant:
    """Who took part in the delegation of this number."""
    return row_of(
        models.Participant,
        vars(who),
        record=delegation,
        position=position,
        place_id=who.represents,
        term=term,
        titles=json.dumps(who.titles, ensure_ascii=False),
    )
