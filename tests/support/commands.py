"""The verbs, run as an operator runs them: `python -m app …` as a process of its own.

Servers run as an ordinary user without any capability, whoever runs the tests.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.settings import Settings
from tests.support.privileges import unprivileged
from tests.support.serving import ROOT


def environment(settings: Settings) -> dict[str, str]:
    """The environment variables that make these settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CITYPACT_")}
    given = settings.model_dump(exclude_defaults=True)
    return kept | {f"CITYPACT_{name.upper()}": str(value) for name, value in given.items()}


def run(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A verb, run to its end."""
    with started(settings, *arguments) as process:
        output, errors = process.communicate(timeout=60)
    return subprocess.CompletedProcess(arguments, process.returncode, output, errors)


@contextmanager
def started(settings: Settings, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A verb that is running; stopped at the end as Ctrl-C would, if it still runs."""
    drop = unprivileged() if arguments[0] == "serve" else []
    with subprocess.Popen(
        [*drop, sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        env=environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
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
    """Waits for a condition; how long that took."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"not true within {seconds} s")
        time.sleep(every)
    return time.monotonic() - began
