"""Memory under requests of random addresses: what is remembered is bounded."""

import os
import random
import re
import socket
import string
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.settings import Settings
from tests.faults.conftest import Report
from tests.faults.servers import server
from tests.needs import needs_time
from tests.raw import connected
from tests.serving import SMALL_SEED, free_port, loaded, sqlite_settings

pytestmark = needs_time

HOW_MANY = 1_000_000 if os.environ.get("CITYPACT_FAULTS") else 5_000
WARM_UP = HOW_MANY // 5
BATCH = 100
AT_MOST = 3600  # seconds

PATHS = ["/cities", "/agreements", "/observations", "/delegations", "/sources", "/evidence", "/indicators"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return loaded(sqlite_settings(tmp_path, SMALL_SEED)).model_copy(
        # Small, so that they are full when the measuring begins.
        update={"port": free_port(), "cache_bytes": 2**20, "remembered_totals": 100}
    )


def addresses(chance: random.Random) -> Iterator[str]:
    """Addresses without end, hardly one twice: answers, refusals, and nothing there."""
    while True:
        word = "".join(chance.choices(string.ascii_lowercase, k=8))
        path = chance.choice(PATHS)
        yield from (
            f"{path}?q={word}",
            f"{path}?limit={chance.randint(1, 200)}&q={word}",
            f"{path}/{word}",
            f"/{word}",
            f"{path}?{word}={word}",
            f"{path}?country={word[:2].upper()}",
            f"{path}?city={word}",
            f"{path}?since={chance.randint(1000, 2999)}-{chance.randint(1, 12):02}",
        )


def ask(connection: socket.socket, made: Iterator[str], count: int) -> int:
    """Asks for so many addresses, some at a time, for a while at most; how many answers came."""
    answered, until = 0, time.monotonic() + AT_MOST
    while answered < count and time.monotonic() < until:
        batch = (f"GET {next(made)} HTTP/1.1\r\nHost: x\r\n\r\n" for _ in range(BATCH))
        connection.sendall("".join(batch).encode())
        received = b""
        while received.count(b"HTTP/1.1 ") < BATCH or not received.endswith((b"}", b"\n")):
            received += connection.recv(2**20)
        answered += BATCH
    return answered


def kilobytes(pid: int) -> int:
    """What a process has in memory."""
    found = re.search(r"^VmRSS:\s*(\d+) kB$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert found
    return int(found[1])


def test_memory(settings: Settings, report: Report) -> None:
    made = addresses(random.Random(1))
    with server(settings, 1) as process, connected(settings, 60) as connection:
        ask(connection, made, WARM_UP)
        before = kilobytes(process.pid)
        answered = ask(connection, made, HOW_MANY)
        after = kilobytes(process.pid)
    growth = after / before - 1
    remark = f"{before // 1024} MB before, {growth:+.1%} after"
    report.add("random addresses", 1, answered, answered, 0, 0, remark)

    assert answered == HOW_MANY
    assert growth < 0.05
