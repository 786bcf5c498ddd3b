"""Holds a date against what is printed and said: each of its parts must come from somewhere."""

import calendar
import functools
import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from babel import Locale

from app.enums import Basis
from app.seeding.shapes import DateSeed
from app.values.countries import LANGUAGES

_DATE_PREFIX = re.compile(r"(?:[0-9]{4}|XXXX)\??(?:-(?:[0-9]{2}|XX)){0,2}(?=$| \()")  # a remark may follow
_TIME = re.compile(r"\b[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?\b")
_NUMERIC = re.compile(r"\b[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}\b")  # day, month and year in any order
_NUMBER = re.compile(r"[0-9]+")
_YEAR = re.compile(r"(?<![0-9.,])[12][0-9]{3}(?![0-9]|[.,][0-9])")
_PARTS = ("year", "month", "day")


def date_errors(date: DateSeed, says: Iterable[str], published: str | None) -> Iterator[str]:
    """What is wrong with a date, given what its evidence says and when its source was published."""
    values = [_split(value) for value in date.edtf.split("/")]
    said = [_split(found[0]) for text in says if (found := _DATE_PREFIX.match(text))]
    inferable = [_split(published)] if published and date.basis is not Basis.stated else []
    for parts in values:
        yield from _unsupported_parts(parts, printed_numbers(date.printed or ""), [*said, *inferable])
    if len(values) == 1 and any(_contradicts(other, values[0]) for other in said):
        yield "its evidence says another date"
    elif len(values) == 1 and any(len(other) > len(values[0]) for other in said):
        yield "its evidence is more precise"
    if unheeded := certain_numbers(date.printed or "") - {int(part) for parts in values for part in parts}:
        yield f"`printed` has {', '.join(map(str, sorted(unheeded)))}, which the date has not"


def _unsupported_parts(
    parts: Sequence[str], printed: Collection[int], backed: Iterable[Sequence[str]]
) -> Iterator[str]:
    others = list(backed)
    for index, (name, part) in enumerate(zip(_PARTS, parts, strict=False)):
        if int(part) not in printed and not any(_supports(other, parts, index) for other in others):
            yield f"its {name} is neither printed nor said by any evidence"


def printed_numbers(text: str) -> set[int]:
    """The numbers in a text, months also by their names in English, Korean and Vietnamese."""
    return {int(number) for number in _NUMBER.findall(text)} | _named_months(text)


def _named_months(text: str) -> set[int]:
    return {month for name, month in _months().items() if re.search(rf"\b{name}\b", text.casefold())}


def certain_numbers(text: str) -> set[int]:
    """The numbers in a printed date that are surely its years, months or days."""
    untimed = _TIME.sub("", text)
    months = _named_months(untimed)
    dated = bool(months) or _NUMERIC.search(untimed)
    return months | {int(number) for number in (_NUMBER if dated else _YEAR).findall(untimed)}


@functools.cache
def _months() -> dict[str, int]:
    names = {name.casefold(): month for month, name in enumerate(calendar.month_name) if name}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            months = Locale(language).months["format"][width]
            names |= {str(name).casefold(): int(month) for month, name in months.items() if str(name).isalpha()}
    return names


def _split(text: str) -> Sequence[str]:
    return text.replace("?", "").split("-")


def _supports(other: Sequence[str], parts: Sequence[str], index: int) -> bool:
    return index < len(other) and other[index] == parts[index]


def _contradicts(other: Sequence[str], parts: Sequence[str]) -> bool:
    return any("X" not in said and said != part for said, part in zip(other, parts, strict=False))
