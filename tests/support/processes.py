"""The processes that this test run has started, found by a variable of their environment."""

import os
import re
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

RUN = str(uuid.uuid4())
MARK = "TEST_RUN"  # not CITYPACT_…: servers are given such variables by their tests alone
STARTED_BY = re.compile(rb"PYTEST_CURRENT_TEST=([^\0]*)")
SERVER = re.compile(r"-m app |multiprocessing.spawn")


def mark() -> None:
    """Mark all processes that are started from now on."""
    os.environ[MARK] = RUN


def left_behind(pattern: re.Pattern[str], seconds: float = 5) -> list[str]:
    """The command of each marked process that matches and does not end soon, and the test that started it."""
    until = time.monotonic() + seconds
    while (found := sorted(_running(pattern))) and time.monotonic() < until:
        time.sleep(0.05)
    return found


def _running(pattern: re.Pattern[str]) -> Iterator[str]:
    mark = f"\0{MARK}={RUN}\0".encode()
    for process in Path("/proc").glob("[0-9]*"):
        environment, command = _read(process / "environ"), _read(process / "cmdline")
        if process.name != str(os.getpid()) and mark in b"\0" + environment:
            said = command.replace(b"\0", b" ").decode(errors="replace").strip()
            test = STARTED_BY.search(environment)
            if pattern.search(f"{said} "):
                yield f"{process.name} {said}, started by {test[1].decode() if test else 'no test'}"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has ended, or belongs to somebody else
        return b""
