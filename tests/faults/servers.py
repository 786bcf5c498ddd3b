"""Servers as an operator starts them, for tests that stop and kill them."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from app.settings import Settings
from tests.support.commands import started, wait_until


@contextmanager
def server(settings: Settings, workers: int = 2) -> Iterator[subprocess.Popen[str]]:
    """A server with so many workers, once all of them serve."""
    with started(settings, "serve", "--workers", str(workers)) as process:
        wait_until(lambda: listens(settings), 60)
        if workers > 1:
            wait_until(lambda: serving_workers(process) == workers, 60)
        yield process


def listens(settings: Settings) -> bool:
    """Whether somebody answers at the address."""
    try:
        return httpx.get(f"http://{settings.host}:{settings.port}/healthz").status_code == 200
    except httpx.TransportError:
        return False


def said_since_it_served(process: subprocess.Popen[str]) -> str:
    """What a server that has ended has said beside its address."""
    return process.stderr.read().partition("\n")[2] if process.stderr else ""


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    """The processes that serve, or soon will."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(pid) for pid in children if b"spawn_main" in _read(pid, "cmdline")]


def serving_workers(process: subprocess.Popen[str]) -> int:
    """How many workers serve: beside the main thread, two are for the supervisor and one watches the register."""
    return sum(_threads(pid) >= 4 for pid in workers_of(process))


def _threads(pid: int) -> int:
    found = re.search(rb"^Threads:\s*(\d+)", _read(str(pid), "status"), re.MULTILINE)
    return int(found[1]) if found else 0


def _read(pid: str, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""
