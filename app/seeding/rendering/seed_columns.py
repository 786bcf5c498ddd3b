"""The columns that parts of a seed become."""

from typing import Any

from app.enums import NameKind
from app.seeding.shapes import DateSeed, PlaceSeed
from app.values import countries, dates


def date_columns(name: str, date: DateSeed | None) -> dict[str, Any]:
    """The columns of a date."""
    if date is None:
        return {}
    bounds = dates.parse_edtf(date.edtf)
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
        spoken = [
            (NameKind(language), countries.country_name(place.country, language)) for language in countries.LANGUAGES
        ]
    else:
        given = place.names.model_dump(exclude_none=True)
        spoken = [(NameKind(language), name) for language, name in given.items()]
    native = [(NameKind.native, place.native_name)] if place.native_name else []
    return [*spoken, *native, *((NameKind(alias.kind), alias.name) for alias in place.aliases)]
