"""Countries of ISO 3166-1 and their names from CLDR."""

import functools
from typing import Annotated

import pycountry
from babel import Locale
from pydantic import AfterValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.values.text import fold, nearest

LANGUAGES = ("en", "ko", "vi")

# Names that people type and CLDR does not have. A table, never a search: pycountry's finds North Korea for "Korea".
EXTRA_NAMES = {
    "KR": ["Korea", "Republic of Korea", "ROK", "한국"],
    "VN": ["Viet Nam", "Socialist Republic of Viet Nam"],
    "US": ["USA", "United States of America", "America"],
    "GB": ["UK", "Great Britain", "England"],
    "KP": ["DPRK"],
}


def country_name(code: str, language: str) -> str:
    """The name of a country in a language, by CLDR; KeyError for an unknown code."""
    return str(Locale(language).territories[code])


def is_country(code: str) -> bool:
    """Whether this is an assigned alpha-2 code of ISO 3166-1, in upper case."""
    return code in _names()


def is_subdivision(code: str, country: str) -> bool:
    """Whether this is a code of ISO 3166-2 within that country."""
    subdivision = pycountry.subdivisions.get(code=code)  # type: ignore[no-untyped-call]  # pycountry has no types here
    return subdivision is not None and subdivision.country_code == country


@functools.cache
def _names() -> dict[str, list[str]]:
    """The names of every country by its code, the English one first."""
    territories = [Locale(language).territories for language in LANGUAGES]
    return {
        country.alpha_2: [
            *(names[country.alpha_2] for names in territories if country.alpha_2 in names),
            country.name,
            country.alpha_3,
            *EXTRA_NAMES.get(country.alpha_2, ()),
        ]
        for country in pycountry.countries
    }


@functools.cache
def _codes() -> dict[str, str]:
    return {fold(spelling): code for code, names in reversed(_names().items()) for spelling in names}


def suggest_country(text: str) -> str | None:
    """The code that somebody probably meant who wrote a country's name."""
    if code := _codes().get(fold(text)):
        return code
    near = nearest(text, (names[0] for names in _names().values()), 0.8) if len(text) > 3 else None
    return _codes()[fold(near)] if near else None


def _validate_country(text: str) -> str:
    if not is_country(code := text.upper()):
        raise PydanticCustomError(
            "country",
            "Not a country code of ISO 3166-1 alpha-2, such as VN.",
            {"suggestion": suggest_country(text)},
        )
    return code


CountryCode = Annotated[
    str,
    AfterValidator(_validate_country),
    WithJsonSchema({"type": "string", "pattern": "^[A-Za-z]{2}$", "examples": ["VN"]}),
]
"""An alpha-2 code of ISO 3166-1 in either case; upper case once validated."""
