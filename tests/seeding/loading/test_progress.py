"""What a terminal is shown of a long load."""

import os
import pty
import subprocess
import sys

import pytest

from app.seeding.loading.progress import bar

LOAD = """
from types import SimpleNamespace
from app.seeding.loading.progress import with_progress
parts = [SimpleNamespace(records=500)] * 5
print(sum(part.records for part in with_progress(parts, {number})))
"""


@pytest.mark.parametrize(
    ("taken", "drawn"),
    [
        (0, "[........................................] 0 %, 0 of 2,000 records"),
        (500, "[##########..............................] 25 %, 500 of 2,000 records"),
        (2000, "[########################################] 100 %, 2,000 of 2,000 records"),
    ],
)
def test_a_bar(taken: int, drawn: str) -> None:
    assert bar(taken, 2000) == drawn


def told(terminal: bool, number: int) -> str:
    """What a load of so many records says on its standard error."""
    mine, its = pty.openpty()
    errors = its if terminal else subprocess.PIPE
    command = [sys.executable, "-c", LOAD.format(number=number)]
    done = subprocess.run(command, stderr=errors, stdout=subprocess.PIPE, text=True, check=True)
    os.close(its)
    try:
        said = os.read(mine, 10_000).decode() if terminal else done.stderr
    except OSError:  # nothing was said
        said = ""
    os.close(mine)

    assert done.stdout == "2500\n"
    return said


@pytest.mark.slow
def test_a_terminal_is_shown_a_bar_that_grows() -> None:
    steps = [(500, 20), (1000, 40), (2500, 100)]

    assert [f"{share} %, {taken:,} of 2,500 records" in told(True, 2500) for taken, share in steps] == [True] * 3


@pytest.mark.slow
@pytest.mark.parametrize(("terminal", "number"), [(False, 2500), (True, 999)])
def test_a_short_load_and_a_log_are_told_nothing(terminal: bool, number: int) -> None:
    assert told(terminal, number) == ""
