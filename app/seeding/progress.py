"""Tells somebody at a terminal how far a long load has come."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

EVERY = 50_000  # rows, some seconds


def shown(rows: Iterable[T]) -> Iterator[T]:
    """The rows themselves; a terminal is told their number now and then."""
    number = 0
    for number, row in enumerate(rows, 1):
        yield row
        if number % EVERY == 0 and sys.stderr.isatty():
            print(f"\r{number:,} rows", end="", file=sys.stderr, flush=True)
    if number >= EVERY and sys.stderr.isatty():
        print(f"\r{number:,} rows; now they are indexed", file=sys.stderr)
