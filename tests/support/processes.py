"""Finds the processes that this test run has started, by a variable in their environment."""

import os
import re
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

RUN_ID = str(uuid.uuid4())
RUN_ID_VARIABLE = "TEST_RUN"  # not CITYPACT_…: those are the settings of servers
STARTING_TEST = re.compile(rb"PYTEST_CURRENT_TEST=([^\0]*)")
SERVER = re.compile(r"-m app |multiprocessing.spawn")


def mark_new_processes() -> None:
    """Set the variable, which all processes started from now on inherit."""
    os.environ[RUN_ID_VARIABLE] = RUN_ID


def leftover_processes(pattern: re.Pattern[str], seconds: float = 5) -> list[str]:
    """Wait for the processes whose command matches to end; describe those that run on after these seconds."""
    deadline = time.monotonic() + seconds
    while (running := sorted(_running(pattern))) and time.monotonic() < deadline:
        time.sleep(0.05)
    return running


def _running(pattern: re.Pattern[str]) -> Iterator[str]:
    """Describe each process of this test run whose command matches: its id, its command, the test that started it."""
    marker = f"\0{RUN_ID_VARIABLE}={RUN_ID}\0".encode()
    for process in Path("/proc").glob("[0-9]*"):
        environment, command = _read(process / "environ"), _read(process / "cmdline")
        if process.name != str(os.getpid()) and marker in b"\0" + environment:
            command_line = command.replace(b"\0", b" ").decode(errors="replace").strip()
            test = STARTING_TEST.search(environment)
            if pattern.search(f"{command_line} "):
                yield f"{process.name} {command_line}, started by {test[1].decode() if test else 'no test'}"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has ended, or belongs to another user
        return b""
