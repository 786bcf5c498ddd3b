"""Holds a date against what is printed and said: each of its parts must come from somewhere."""

import calendar
import functools
import re
from collections.abc import Iterable, Iterator, Sequence

from babel import Locale

from app.enums import Basis
from app.kit.countries import LANGUAGES
from app.seeding.shapes import DateSeed

_SAID = re.compile(r"(?:[0-9]{4}|XXXX)\??(?:-(?:[0-9]{2}|XX)){0,2}")
_PARTS = ("year", "month", "day")


def date_faults(date: DateSeed, says: Iterable[str], published: str | None) -> Iterator[str]:
    """What is wrong with a date, given what its evidence says and when its source was published."""
    printed = printed_numbers(date.printed or "")
    said = [_split(text) for text in says if _SAID.fullmatch(text)]
    inferable = [_split(published)] if published and date.basis is not Basis.stated else []
    for value in date.edtf.split("/"):
        parts = _split(value)
        for name, index in zip(_PARTS, range(len(parts)), strict=False):
            backed = [*said, *inferable]
            if int(parts[index]) not in printed and not any(_agrees(other, parts, index) for other in backed):
                yield f"its {name} is neither printed nor said by any evidence"
        if "/" not in date.edtf and any(_contradicts(other, parts) for other in said):
            yield "its evidence says another date"


def printed_numbers(text: str) -> set[int]:
    """The numbers in a text, months also by their names in English, Korean and Vietnamese."""
    numbers = {int(number) for number in re.findall(r"[0-9]+", text)}
    return numbers | {month for name, month in _months().items() if re.search(rf"\b{name}\b", text.casefold())}


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


def _agrees(other: Sequence[str], parts: Sequence[str], index: int) -> bool:
    return index < len(other) and other[index] == parts[index]


def _contradicts(other: Sequence[str], parts: Sequence[str]) -> bool:
    return any("X" not in said and said != part for said, part in zip(other, parts, strict=False))
