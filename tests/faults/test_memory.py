"""Memory under requests of random addresses: what is remembered is bounded."""

import random
import re
import string
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.settings import Settings
from tests.faults.conftest import ALONE, Report
from tests.faults.servers import server, workers_of
from tests.support.needs import needs_time
from tests.support.raw_http import exchange
from tests.support.serving import SMALL_SEED, free_port, loaded, sqlite_settings

pytestmark = [needs_time, pytest.mark.slow]

HOW_MANY = 1_000_000 if ALONE else 8_000
WARM_UP = HOW_MANY // 20
WORKERS = 2
CLIENTS = 4
BATCH = 100  # requests that a connection sends before it reads
AT_MOST = 1500  # seconds

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


def ask(settings: Settings, count: int, seed: int) -> int:
    """Asks for so many addresses, for a while at most; how many answers came."""
    until = time.monotonic() + AT_MOST
    with ThreadPoolExecutor(CLIENTS) as clients:
        asked = [
            clients.submit(client, settings, count // CLIENTS, random.Random(seed + number), until)
            for number in range(CLIENTS)
        ]
        return sum(each.result() for each in asked)


def client(settings: Settings, count: int, chance: random.Random, until: float) -> int:
    """Asks on a new connection for each batch, so that every worker has its share; how many answers came."""
    made, answered = addresses(chance), 0
    while answered < count and time.monotonic() < until:
        batch = (f"GET {next(made)} HTTP/1.1\r\nHost: x\r\n\r\n" for _ in range(BATCH))
        answered += exchange(settings, "".join(batch).encode()).count(b"HTTP/1.1 ")
    return answered


def kilobytes(pid: int) -> int:
    """What a process has in memory."""
    found = re.search(r"^VmRSS:\s*(\d+) kB$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert found
    return int(found[1])


def test_memory(settings: Settings, report: Report) -> None:
    with server(settings, WORKERS) as process:
        ask(settings, WARM_UP, seed=1)
        before = [kilobytes(pid) for pid in workers_of(process)]
        answered = ask(settings, HOW_MANY, seed=2)
        after = [kilobytes(pid) for pid in workers_of(process)]
    growth = sum(after) / sum(before) - 1
    remark = f"{sum(before) // 1024} MB before in {WORKERS} workers, {growth:+.1%} after"
    report.add("random addresses", 1, answered, answered, 0, 0, remark)

    assert answered == HOW_MANY
    assert growth < 0.05
