"""Compares a date with what is printed and with what its evidence says: each of its parts needs support."""

import calendar
import functools
import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from babel import Locale

from app.enums import Basis
from app.seeding.seed_schema import DateSeed
from app.values.countries import LANGUAGES

# A date as evidence says it, unknown parts as X; a remark in brackets may follow.
_DATE_PREFIX = re.compile(r"(?:[0-9]{4}|XXXX)\??(?:-(?:[0-9]{2}|XX)){0,2}(?=$| \()")
_TIME = re.compile(r"\b[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?\b")
_NUMERIC = re.compile(r"\b[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}\b")  # day, month and year in any order
_NUMBER = re.compile(r"[0-9]+")
_YEAR = re.compile(r"(?<![0-9.,])[12][0-9]{3}(?![0-9]|[.,][0-9])")
_PART_NAMES = ("year", "month", "day")

Parts = Sequence[str]
"""Year, month and day of a date, as far as it has them."""


def date_errors(date: DateSeed, says: Iterable[str], published: str | None) -> Iterator[str]:
    """Check a date against what its evidence says and, unless it is stated, the day of publication of its source."""
    bounds = [_split(bound) for bound in date.edtf.split("/")]
    evidence = [_split(match[0]) for text in says if (match := _DATE_PREFIX.match(text))]
    publication = [_split(published)] if published and date.basis is not Basis.stated else []
    for parts in bounds:
        yield from _unsupported_parts(parts, printed_numbers(date.printed or ""), [*evidence, *publication])
    if len(bounds) == 1 and any(_contradicts(other, bounds[0]) for other in evidence):
        yield "its evidence says another date"
    elif len(bounds) == 1 and any(len(other) > len(bounds[0]) for other in evidence):
        yield "its evidence is more precise"
    if unused := certain_numbers(date.printed or "") - {int(part) for parts in bounds for part in parts}:
        yield f"`printed` has {', '.join(map(str, sorted(unused)))}, which the date has not"


def _unsupported_parts(parts: Parts, printed: Collection[int], others: Collection[Parts]) -> Iterator[str]:
    for index, (name, part) in enumerate(zip(_PART_NAMES, parts, strict=False)):
        if int(part) not in printed and not any(_supports(other, parts, index) for other in others):
            yield f"its {name} is neither printed nor said by any evidence"


def printed_numbers(text: str) -> set[int]:
    """Return the numbers in a text, and those of months that it names in English, Korean or Vietnamese."""
    return {int(number) for number in _NUMBER.findall(text)} | _named_months(text)


def _named_months(text: str) -> set[int]:
    return {month for name, month in _months().items() if re.search(rf"\b{name}\b", text.casefold())}


def certain_numbers(text: str) -> set[int]:
    """Return the numbers in a printed date that are certainly years, months or days, and not times or quantities."""
    untimed = _TIME.sub("", text)
    months = _named_months(untimed)
    has_day_or_month = bool(months) or _NUMERIC.search(untimed)
    return months | {int(number) for number in (_NUMBER if has_day_or_month else _YEAR).findall(untimed)}


@functools.cache
def _months() -> dict[str, int]:
    """Return the number of each month by its names, in small letters."""
    names = {name.casefold(): month for month, name in enumerate(calendar.month_name) if name}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            months = Locale(language).months["format"][width]
            names |= {str(name).casefold(): int(month) for month, name in months.items() if str(name).isalpha()}
    return names


def _split(text: str) -> Parts:
    return text.replace("?", "").split("-")


def _supports(other: Parts, parts: Parts, index: int) -> bool:
    return index < len(other) and other[index] == parts[index]


def _contradicts(other: Parts, parts: Parts) -> bool:
    return any("X" not in theirs and theirs != ours for theirs, ours in zip(other, parts, strict=False))
