"""Connections that send their requests slowly: they hold nobody up, and are closed."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from app.settings import Settings
from tests.deploy.nginx import needs_nginx, nginx
from tests.faults.conftest import Report, in_time
from tests.support.raw_http import connect, read_all
from tests.support.serving import SMALL_SEED, loaded, serving, sqlite_settings

pytestmark = pytest.mark.slow

HOW_MANY = 240


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Settings]:
    with serving(loaded(sqlite_settings(tmp_path, SMALL_SEED))) as served:
        yield served.settings


def test_slow_connections(api: Settings, report: Report) -> None:
    held = hold(api, report, "without nginx")

    assert held >= 10
    assert in_time(held, 13)


@needs_nginx
def test_slow_connections_to_nginx(api: Settings, report: Report) -> None:
    with nginx(api) as front:
        assert in_time(hold(front, report, "with nginx"), 13)


def hold(front: Settings, report: Report, remark: str) -> float:
    """Opens connections that send a byte every half second; others are answered, until these are closed: when."""
    with ExitStack() as stack:
        began = time.monotonic()  # before the first: the server counts from each connection's start
        slow = [stack.enter_context(connect(front)) for _ in range(HOW_MANY)]
        taken: list[float] = []
        while time.monotonic() < began + 9:
            for number, connection in enumerate(slow):
                connection.sendall(b"%d" % (number % 10) if taken else b"GET /a")
            taken.append(seconds_for(f"http://{front.host}:{front.port}/observations?since={1000 + len(taken)}"))
            time.sleep(0.5)
        closed = [ended(connection) for connection in slow]
        seconds = time.monotonic() - began
    remarks = f"{HOW_MANY} at once, {remark}; others answered after {max(taken):.2f} s at most"
    report.add("slow connection", HOW_MANY, len(taken), len(taken), 0, 0, remarks)

    assert closed == [True] * HOW_MANY
    assert in_time(max(taken), 2)
    return seconds


def seconds_for(url: str) -> float:
    """How long an answer takes, on a connection of its own."""
    began = time.monotonic()
    assert httpx.get(url).status_code == 200
    return time.monotonic() - began


def ended(connection: socket.socket) -> bool:
    """Whether the server has closed without an answer; waits for it."""
    try:
        return b"HTTP/1.1 200" not in read_all(connection)
    except ConnectionResetError:
        return True
