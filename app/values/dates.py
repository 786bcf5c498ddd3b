"""Dates of day, month or year precision: EDTF (ISO 8601-2) in the data, partial ISO 8601 dates in queries."""

import calendar
import datetime
import functools
import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

_PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_EDTF_DAY = r"[0-9]{4}\??(?:-[0-9]{2}(?:-[0-9]{2})?)?"
_EDTF = re.compile(rf"{_EDTF_DAY}(?:/{_EDTF_DAY})?")


@dataclass(frozen=True)
class Edtf:
    """An EDTF date: its bounds as YYYY-MM-DD, its precision (`day`, `month`, `year`), and whether it is uncertain."""

    text: str
    earliest: str
    latest: str
    precision: str
    uncertain: bool


@functools.lru_cache(maxsize=65536)
def parse_edtf(text: str) -> Edtf:
    """Parse a date or an interval of EDTF level 0, in which `?` may follow a year; ValueError says what is wrong."""
    if not _EDTF.fullmatch(text):
        raise ValueError(f"{text!r} is not an EDTF date such as '2004', '2018-09', '2019?-02-22' or '2004-06/2004-08'")
    parts = text.replace("?", "").split("/")
    earliest, latest = first_day(parts[0]), last_day(parts[-1])
    if latest < earliest:
        raise ValueError(f"{text!r} ends before it begins")
    coarsest = min(parts, key=len)
    return Edtf(text, earliest, latest, {4: "year", 7: "month", 10: "day"}[len(coarsest)], "?" in text)


def first_day(text: str) -> str:
    """Return the first day of a year, month or day as YYYY-MM-DD; ValueError if there is no such date."""
    year, month, day = _parse_partial(text)
    return f"{year:04}-{month or 1:02}-{day or 1:02}"


def last_day(text: str) -> str:
    """Return the last day of a year, month or day as YYYY-MM-DD; ValueError if there is no such date."""
    year, month, day = _parse_partial(text)
    month = month or 12
    return f"{year:04}-{month:02}-{day or calendar.monthrange(year, month)[1]:02}"


@functools.lru_cache(maxsize=4096)
def _parse_partial(text: str) -> tuple[int, int | None, int | None]:
    if not (match := _PARTIAL.fullmatch(text)):
        raise ValueError(f"{text!r} is not YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        datetime.date(year or 0, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        raise ValueError(f"{text!r} is not a date of the calendar") from None
    return year or 0, month, day


def _validate_partial_date(text: str) -> str:
    try:
        first_day(text)
    except ValueError:
        raise PydanticCustomError("partial_date", "Not a date of the form YYYY, YYYY-MM or YYYY-MM-DD.") from None
    return text


PartialDate = Annotated[
    str,
    AfterValidator(_validate_partial_date),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$", "examples": ["2004-06"]}),
]
"""A year, month or day: YYYY, YYYY-MM or YYYY-MM-DD (ISO 8601)."""
