"""`check` reports every small change of a date, an offset or a quote of the seeds."""

import calendar
import re
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pydantic import ValidationError

from app.seeding.checking.check import seed_findings
from app.seeding.reading import Document, Seeds, read_seeds
from app.seeding.seed_schema import DocumentSeed
from tests.seeding.registers import REGISTERS, WITH_TEXTS

pytestmark = pytest.mark.slow

DATE_FIELDS = ("signed", "negotiation_started", "date", "period", "published")
DATE_PATTERN = re.compile(r"(?P<year>[0-9]{4})\??(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?")

DataPath = tuple[str | int, ...]
"""The keys and indexes that lead from a document to a value."""


class Value(NamedTuple):
    """A value at a path of the document with this index."""

    document: int
    path: DataPath
    value: Any


@cache
def read_valid_seeds(folder: Path) -> Seeds:
    seeds, findings = read_seeds(folder)
    assert findings == []
    return seeds


def leaves(data: Any, path: DataPath = ()) -> Iterator[tuple[DataPath, Any]]:
    """Iterate over the values in a document, each with its path."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else None
    if pairs is None:
        yield path, data
    else:
        for key, value in pairs:
            yield from leaves(value, (*path, key))


def values_of(folder: Path, name: str) -> Iterator[Value]:
    """Iterate over the values of all fields of this name."""
    for index, document in enumerate(read_valid_seeds(folder).documents):
        for path, value in leaves(document.seed.model_dump(mode="json")):
            if path[-1] == name and value is not None:
                yield Value(index, path, value)


def undetected(folder: Path, texts: Path | None, mutations: Iterator[Value]) -> tuple[int, list[str]]:
    """Return the number of mutations, and those that `check` does not report."""
    seeds = read_valid_seeds(folder)
    count, missed = 0, []
    for mutation in mutations:
        count += 1
        if not is_detected(seeds, texts, mutation):
            missed.append(f"{seeds.documents[mutation.document].file}: {mutation.path}: {mutation.value!r}")
    return count, missed


def is_detected(seeds: Seeds, texts: Path | None, mutation: Value) -> bool:
    original = seeds.documents[mutation.document]
    data = deepcopy(original.seed.model_dump(mode="json"))
    parent: Any = data
    for step in mutation.path[:-1]:
        parent = parent[step]
    parent[mutation.path[-1]] = mutation.value
    try:
        mutant = Document(original.file, DocumentSeed.model_validate(data))
    except ValidationError:
        return True
    documents = [mutant if document is original else document for document in seeds.documents]
    mutated = Seeds(seeds.places, seeds.topics, seeds.indicators, documents)
    return next(seed_findings(mutated, texts), None) is not None


def other_dates(edtf: str) -> Iterator[str]:
    """Iterate over a date with its year, month or day one more or one less, or without its last part."""
    for match in DATE_PATTERN.finditer(edtf):
        for part, width, maximum in (("year", 4, 9999), ("month", 2, 12), ("day", 2, 28)):
            for step in (-1, 1):
                if match[part] and 1 <= int(match[part]) + step <= maximum:
                    changed = f"{int(match[part]) + step:0{width}}"
                    yield edtf[: match.start(part)] + changed + edtf[match.end(part) :]
    if "-" in edtf and "/" not in edtf:
        yield edtf.rpartition("-")[0]


def other_printed_dates(printed: str) -> Iterator[str]:
    """Iterate over a printed date with its year one more, or with another month."""
    months = "|".join(calendar.month_name[1:])
    for year in re.finditer(r"[0-9]{4}", printed):
        yield f"{printed[: year.start()]}{int(year[0]) + 1}{printed[year.end() :]}"
    if re.search(months, printed):
        yield re.sub(months, lambda month: "May" if month[0] != "May" else "June", printed, count=1)


def other_quotes(quote: str) -> Iterator[str]:
    """Iterate over a quote with its first, its middle or its last letter changed."""
    for at in (0, len(quote) // 2, len(quote) - 1):
        yield f"{quote[:at]}{'x' if quote[at] != 'x' else 'y'}{quote[at + 1 :]}"


@pytest.mark.parametrize(("seeds", "texts"), REGISTERS.values(), ids=REGISTERS)
def test_an_unchanged_value_is_not_reported(seeds: Path, texts: Path | None) -> None:
    unchanged = next(values_of(seeds, "edtf"))

    assert not is_detected(read_valid_seeds(seeds), texts, unchanged)


@pytest.mark.parametrize(("seeds", "texts"), REGISTERS.values(), ids=REGISTERS)
def test_every_change_of_a_date_is_reported(seeds: Path, texts: Path | None) -> None:
    dates = values_of(seeds, "edtf")
    mutations = (date._replace(value=other) for date in dates for other in other_dates(date.value))

    count, missed = undetected(seeds, texts, mutations)
    assert missed == []
    assert count > 30


@pytest.mark.parametrize(("seeds", "texts"), REGISTERS.values(), ids=REGISTERS)
def test_every_change_of_a_printed_date_is_reported(seeds: Path, texts: Path | None) -> None:
    dates = (printed for printed in values_of(seeds, "printed") if printed.path[-2] in DATE_FIELDS)
    mutations = (date._replace(value=other) for date in dates for other in other_printed_dates(date.value))

    count, missed = undetected(seeds, texts, mutations)
    assert missed == []
    assert count >= 8


@pytest.mark.parametrize(("seeds", "texts"), WITH_TEXTS.values(), ids=WITH_TEXTS)
def test_every_change_of_an_offset_is_reported(seeds: Path, texts: Path) -> None:
    mutations = (at._replace(value=at.value + step) for at in values_of(seeds, "at") for step in (-1, 1))

    count, missed = undetected(seeds, texts, mutations)
    assert missed == []
    assert count >= 60


@pytest.mark.parametrize(("seeds", "texts"), WITH_TEXTS.values(), ids=WITH_TEXTS)
def test_every_change_of_a_letter_of_a_quote_is_reported(seeds: Path, texts: Path) -> None:
    quotes = values_of(seeds, "quote")
    mutations = (quote._replace(value=other) for quote in quotes for other in other_quotes(quote.value))

    count, missed = undetected(seeds, texts, mutations)
    assert missed == []
    assert count >= 90
