"""Whatever is changed in a date, an offset or a quote of the seeds, `check` finds it."""

import calendar
import re
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.seeding.checking.check import find_problems
from app.seeding.reading import Document, Seeds, read_seeds
from app.seeding.shapes import DocumentSeed
from tests.seeding.registers import REGISTERS, WITH_TEXTS

pytestmark = pytest.mark.slow

Way = tuple[str | int, ...]
IN_A_DATE = re.compile(r"(?P<year>[0-9]{4})\??(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?")


@cache
def seeds_of(folder: Path) -> Seeds:
    seeds, findings = read_seeds(folder)
    assert findings == []
    return seeds


def leaves(data: Any, way: Way = ()) -> Iterator[tuple[Way, Any]]:
    """Every value in a document, with the way to it."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else None
    if pairs is None:
        yield way, data
    else:
        for key, value in pairs:
            yield from leaves(value, (*way, key))


def overlooked(folder: Path, texts: Path | None, mutants: Iterator[tuple[int, Way, Any]]) -> tuple[int, list[str]]:
    """How many changes were tried, and those that nobody found."""
    seeds = seeds_of(folder)
    tried, missed = 0, []
    for number, way, value in mutants:
        tried += 1
        if not found(seeds, texts, number, way, value):
            missed.append(f"{seeds.documents[number].file}: {'.'.join(map(str, way))}: {value!r}")
    return tried, missed


def found(seeds: Seeds, texts: Path | None, number: int, way: Way, value: Any) -> bool:
    document = seeds.documents[number]
    data = deepcopy(document.seed.model_dump(mode="json"))
    owner: Any = data
    for step in way[:-1]:
        owner = owner[step]
    owner[way[-1]] = value
    try:
        mutant = Document(document.file, DocumentSeed.model_validate(data))
    except ValidationError:
        return True
    documents = [mutant if other is document else other for other in seeds.documents]
    changed = Seeds(seeds.places, seeds.topics, seeds.indicators, documents)
    return next(find_problems(changed, texts), None) is not None


def values(folder: Path, name: str) -> Iterator[tuple[int, Way, Any]]:
    for number, document in enumerate(seeds_of(folder).documents):
        for way, value in leaves(document.seed.model_dump(mode="json")):
            if way[-1] == name and value is not None:
                yield number, way, value


def other_dates(edtf: str) -> Iterator[str]:
    """The date with its year, month or day one more or one less, or without its last part."""
    for match in IN_A_DATE.finditer(edtf):
        for part, width, most in (("year", 4, 9999), ("month", 2, 12), ("day", 2, 28)):
            for step in (-1, 1):
                if match[part] and 1 <= int(match[part]) + step <= most:
                    changed = f"{int(match[part]) + step:0{width}}"
                    yield edtf[: match.start(part)] + changed + edtf[match.end(part) :]
    if "-" in edtf and "/" not in edtf:
        yield edtf.rpartition("-")[0]


@pytest.mark.parametrize(("seeds", "texts"), REGISTERS.values(), ids=REGISTERS)
def test_what_is_not_changed_is_no_finding(seeds: Path, texts: Path | None) -> None:
    number, way, edtf = next(values(seeds, "edtf"))

    assert not found(seeds_of(seeds), texts, number, way, edtf)


@pytest.mark.parametrize(("seeds", "texts"), REGISTERS.values(), ids=REGISTERS)
def test_every_date_is_held_against_its_source(seeds: Path, texts: Path | None) -> None:
    mutants = ((number, way, other) for number, way, edtf in values(seeds, "edtf") for other in other_dates(edtf))

    tried, missed = overlooked(seeds, texts, mutants)
    assert missed == []
    assert tried > 30


@pytest.mark.parametrize(("seeds", "texts"), REGISTERS.values(), ids=REGISTERS)
def test_every_printed_date_is_held_against_its_date(seeds: Path, texts: Path | None) -> None:
    months = "|".join(calendar.month_name[1:])

    def other_forms(printed: str) -> Iterator[str]:
        for year in re.finditer(r"[0-9]{4}", printed):
            yield f"{printed[: year.start()]}{int(year[0]) + 1}{printed[year.end() :]}"
        if re.search(months, printed):
            yield re.sub(months, lambda month: "May" if month[0] != "May" else "June", printed, count=1)

    printed = ((number, way, value) for number, way, value in values(seeds, "printed") if way[-2] in DATES)
    mutants = ((number, way, other) for number, way, value in printed for other in other_forms(value))

    tried, missed = overlooked(seeds, texts, mutants)
    assert missed == []
    assert tried >= 8


DATES = ("signed", "negotiation_started", "date", "period", "published")


@pytest.mark.parametrize(("seeds", "texts"), WITH_TEXTS.values(), ids=WITH_TEXTS)
def test_every_offset_is_held_against_its_text(seeds: Path, texts: Path) -> None:
    mutants = ((number, way, at + step) for number, way, at in values(seeds, "at") for step in (-1, 1))

    tried, missed = overlooked(seeds, texts, mutants)
    assert missed == []
    assert tried >= 60


@pytest.mark.parametrize(("seeds", "texts"), WITH_TEXTS.values(), ids=WITH_TEXTS)
def test_every_letter_of_a_quote_is_held_against_its_text(seeds: Path, texts: Path) -> None:
    def other_quotes(quote: str) -> Iterator[str]:
        for at in (0, len(quote) // 2, len(quote) - 1):
            yield f"{quote[:at]}{'x' if quote[at] != 'x' else 'y'}{quote[at + 1 :]}"

    mutants = ((number, way, other) for number, way, quote in values(seeds, "quote") for other in other_quotes(quote))

    tried, missed = overlooked(seeds, texts, mutants)
    assert missed == []
    assert tried >= 90
