"""Tells somebody at a terminal how far a long load has come."""

import sys
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar


class Counted(Protocol):
    """A part of something."""

    @property
    def records(self) -> int:
        """How many records it has."""


T = TypeVar("T", bound=Counted)

MIN_RECORDS = 1000  # records, a fraction of a second
BAR_WIDTH = 40


def with_progress(parts: Iterable[T], number: int) -> Iterator[T]:
    """The parts themselves, of so many records; a terminal is shown a bar that grows as they are taken."""
    if number < MIN_RECORDS or not sys.stderr.isatty():
        yield from parts
        return
    taken = 0
    for part in parts:
        yield part
        taken += part.records
        print(f"\r{bar(taken, number)}", end="", file=sys.stderr, flush=True)
    print("; now they are indexed", file=sys.stderr)


def bar(taken: int, number: int) -> str:
    """How much of a number is done, drawn and in words."""
    done = BAR_WIDTH * taken // number
    return f"[{'#' * done}{'.' * (BAR_WIDTH - done)}] {100 * taken // number} %, {taken:,} of {number:,} records"
