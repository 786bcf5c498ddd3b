"""Countries (ISO 3166-1), their subdivisions (ISO 3166-2), and their names from Unicode CLDR."""

import functools
from typing import Annotated

import pycountry
from babel import Locale
from pydantic import AfterValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.values.text import fold, nearest

LANGUAGES = ("en", "ko", "vi")

# Names that people type and CLDR does not have. pycountry's fuzzy search is not used: for "Korea" it finds North Korea.
EXTRA_NAMES = {
    "KR": ["Korea", "Republic of Korea", "ROK", "한국"],
    "VN": ["Viet Nam", "Socialist Republic of Viet Nam"],
    "US": ["USA", "United States of America", "America"],
    "GB": ["UK", "Great Britain", "England"],
    "KP": ["DPRK"],
}


def country_name(code: str, language: str) -> str:
    """Return the CLDR name of a country in a language (ISO 639-1); KeyError for an unknown code."""
    return str(Locale(language).territories[code])


def is_country(code: str) -> bool:
    """Return whether the text is an assigned alpha-2 code of ISO 3166-1, in upper case."""
    return code in _names()


def is_subdivision(code: str, country: str) -> bool:
    """Return whether the text is a code of ISO 3166-2 within the country, given by its alpha-2 code."""
    subdivision = pycountry.subdivisions.get(code=code)  # type: ignore[no-untyped-call]  # pycountry has no types here
    return subdivision is not None and subdivision.country_code == country


@functools.cache
def _names() -> dict[str, list[str]]:
    """Return the names of every country by its alpha-2 code, the English one first."""
    names_by_language = [Locale(language).territories for language in LANGUAGES]
    return {
        country.alpha_2: [
            *(names[country.alpha_2] for names in names_by_language if country.alpha_2 in names),
            country.name,
            country.alpha_3,
            *EXTRA_NAMES.get(country.alpha_2, ()),
        ]
        for country in pycountry.countries
    }


@functools.cache
def _codes_by_name() -> dict[str, str]:
    # reversed: of two countries with the same folded name, the first in the order of the codes counts
    return {fold(name): code for code, names in reversed(_names().items()) for name in names}


def suggest_country(text: str) -> str | None:
    """Return the code of the country with this name in any language, or with a similar English name, or None."""
    if code := _codes_by_name().get(fold(text)):
        return code
    similar = nearest(text, (names[0] for names in _names().values()), 0.8) if len(text) > 3 else None
    return _codes_by_name()[fold(similar)] if similar else None


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
"""An alpha-2 code of ISO 3166-1; validation accepts either case and returns upper case."""
