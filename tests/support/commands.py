"""Runs commands of Citypact as an operator does, `python -m app …`, each as a process of its own.

Servers run as an ordinary user without any capability, whoever runs the tests.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from app.settings import Settings
from tests.support.privileges import unprivileged
from tests.support.serving import ROOT


def environment(settings: Settings) -> dict[str, str]:
    """Return environment variables that lead to these settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CITYPACT_")}
    given = settings.model_dump(exclude_defaults=True)
    return kept | {f"CITYPACT_{name.upper()}": str(value) for name, value in given.items()}


def run(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; its output is captured."""
    with started(settings, *arguments) as process:
        output, errors = process.communicate(timeout=60)
    return subprocess.CompletedProcess(arguments, process.returncode, output, errors)


@contextmanager
def started(
    settings: Settings, *arguments: str, stderr: int | IO[str] = subprocess.PIPE
) -> Iterator[subprocess.Popen[str]]:
    """Start a command; if it still runs when the block ends, interrupt it as Ctrl-C does."""
    drop = unprivileged() if arguments[0] == "serve" else []
    with subprocess.Popen(
        [*drop, sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        env=environment(settings),
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                try:
                    process.wait(15)
                except subprocess.TimeoutExpired:
                    process.kill()


def wait_until(holds: Callable[[], bool], seconds: float = 30, every: float = 0.02) -> float:
    """Wait until a condition holds, and return how many seconds that took; TimeoutError if it does not hold in time."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"not true within {seconds} s")
        time.sleep(every)
    return time.monotonic() - began
