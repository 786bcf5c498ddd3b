"""The faults: how many of each, and the table of what was lost."""

import os
from dataclasses import dataclass

import pytest

ROWS: list[tuple[str, ...]] = []
COLUMNS = ("fault", "times", "requests", "answered", "refused", "lost", "remarks")


ALONE = bool(os.environ.get("CITYPACT_FAULTS"))
"""Whether nothing else keeps the machine busy, as in `make faults`; in `make test` many tests run beside each other."""


def in_time(seconds: float, at_most: float) -> bool:
    """Whether something took less than so many seconds; a clock says nothing, and so does this, unless alone."""
    return not ALONE or seconds < at_most


@dataclass
class Report:
    """Collects the rows of the table."""

    def add(self, *cells: object) -> None:
        """One row, in the order of the columns."""
        ROWS.append(tuple(map(str, cells)))


@pytest.fixture
def report() -> Report:
    """Where a test says what it did and what was lost."""
    return Report()


@pytest.fixture(scope="session")
def times() -> int:
    """How often each fault happens: 20 times in `make faults`, fewer elsewhere."""
    return 20 if ALONE else 2


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the table."""
    if ROWS:
        rows = [COLUMNS, *ROWS]
        widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
        terminalreporter.section("what was lost")
        for row in rows:
            terminalreporter.write_line("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))
