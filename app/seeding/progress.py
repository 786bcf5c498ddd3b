"""Tells somebody at a terminal how far a long load has come."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

EVERY = 1000  # records, a fraction of a second
WIDTH = 40


def shown(records: Iterable[T], number: int) -> Iterator[T]:
    """The records themselves, so many; a terminal is shown a bar that grows as they are taken."""
    if number < EVERY or not sys.stderr.isatty():
        yield from records
        return
    for taken, record in enumerate(records, 1):
        yield record
        if taken % EVERY == 0 or taken == number:
            print(f"\r{bar(taken, number)}", end="", file=sys.stderr, flush=True)
    print("; now they are indexed", file=sys.stderr)


def bar(taken: int, number: int) -> str:
    """How much of a number is done, drawn and in words."""
    done = WIDTH * taken // number
    return f"[{'#' * done}{'.' * (WIDTH - done)}] {100 * taken // number} %, {taken:,} of {number:,} records"
