"""The columns and names that parts of a seed become."""

from app.enums import NameKind
from app.seeding.rendering.rows import Columns
from app.seeding.seed_schema import DateSeed, PlaceSeed
from app.values import countries, dates


def date_columns(name: str, date: DateSeed | None) -> Columns:
    """Return the columns of a date, each with this prefix; none without a date."""
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
    """Return all names of a place; those of a country come from CLDR."""
    if place.names is None:
        by_language = [
            (NameKind(language), countries.country_name(place.country, language)) for language in countries.LANGUAGES
        ]
    else:
        given = place.names.model_dump(exclude_none=True)
        by_language = [(NameKind(language), name) for language, name in given.items()]
    native = [(NameKind.native, place.native_name)] if place.native_name else []
    return [*by_language, *native, *((NameKind(alias.kind), alias.name) for alias in place.aliases)]
