"""What a connection may send, and how long it may take: what an HTTP client cannot be made to do."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from app.main import headers_at
from app.settings import Settings
from tests.raw import all_bytes, answer, connected, exchange
from tests.serving import REAL_SEED, Served, free_port, loaded, serving, sqlite_settings

ASK = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
OK = b'{"status":"ok"}'


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    settings: Settings = sqlite_settings(tmp_path_factory.mktemp("connections"), REAL_SEED)
    with serving(loaded(settings).model_copy(update={"port": free_port()})) as served:
        yield served


ANSWERED = {
    "HTTP/1.0 without Host": b"GET /healthz HTTP/1.0\r\n\r\n",
    "HTTP/0.9": b"GET /healthz\r\n\r\n",
    "empty lines before": b"\r\n\r\n" + ASK + b"\r\n",
    "an absolute address": b"GET http://elsewhere.example/healthz HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n",
    "a body": ASK + b"Content-Length: 3\r\n\r\nabc",
    "a body that does not come": ASK + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n",
    "a chunked body": ASK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "a broken chunked body": ASK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a websocket wished for": ASK + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    "HTTP/2 wished for": ASK + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEA\r\n\r\n",
}


@pytest.mark.parametrize("case", ANSWERED)
def test_what_is_odd_is_answered(served: Served, case: str) -> None:
    received = exchange(served, ANSWERED[case])

    assert re.findall(rb"HTTP/1.1 (\d+)", received) == [b"200"]
    assert received.endswith(OK)


NO_REQUEST = {
    "garbage": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "no Host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "two Hosts": ASK + b"Host: y\r\n\r\n",
    "a lone CR in the request line": b"GET /healthz HTTP/1.1\rHost: x\r\n\r\n",
    "a lone CR in a header": b"GET /healthz HTTP/1.1\r\nHost: x\rA: b\r\n\r\n",
    "lone LFs": b"GET /healthz HTTP/1.1\nHost: x\n\n",
    "NUL in the path": b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
    "bytes above 127 in the query": "GET /cities?q=Đà HTTP/1.1\r\nHost: x\r\n\r\n".encode(),
    "no slash": b"GET healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    "an address without a path": b"GET http://elsewhere.example HTTP/1.1\r\nHost: x\r\n\r\n",
    "CONNECT": b"CONNECT elsewhere.example:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    "a method that nobody knows": b"BREW /cities HTTP/1.1\r\nHost: x\r\n\r\n",
    "two lengths": ASK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "a length and chunks": ASK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a negative length": ASK + b"Content-Length: -3\r\n\r\n",
    "a header in two lines": ASK + b"A: b\r\n c\r\n\r\n",
    "a space before a colon": b"GET /healthz HTTP/1.1\r\nHost : x\r\n\r\n",
}


@pytest.mark.parametrize("case", NO_REQUEST)
def test_what_is_no_request_is_refused(served: Served, case: str) -> None:
    with connected(served) as connection:
        connection.sendall(NO_REQUEST[case])
        refusal = answer(connection)

        assert (refusal.status, refusal.headers["content-type"]) == (400, "application/problem+json")
        assert refusal.json() == {
            "type": "about:blank",
            "title": "Bad Request",
            "status": 400,
            "detail": "This is no HTTP request.",
        }
        expected = {name.lower(): value for name, value in headers_at("/").items()}
        assert {name: refusal.headers.get(name) for name in expected} == expected
        assert (refusal.headers["cache-control"], refusal.headers["connection"]) == ("no-store", "close")
        assert all_bytes(connection) == b""


HEAD_TOO_LARGE = {
    "one large header": ASK + b"A: " + b"a" * 70_000 + b"\r\n\r\n",
    "many small headers": ASK + b"".join(b"a%d: b\r\n" % number for number in range(12_000)) + b"\r\n",
    "a header without an end": ASK + b"A: " + b"a" * 3_000_000,
    "an address without an end": b"GET /" + b"a" * 3_000_000,
}


@pytest.mark.parametrize("case", HEAD_TOO_LARGE)
def test_a_large_head_is_refused_before_it_ends(served: Served, case: str) -> None:
    with connected(served) as connection:
        connection.sendall(HEAD_TOO_LARGE[case])
        refusal = answer(connection)

        assert (refusal.status, refusal.headers["content-type"]) == (431, "application/problem+json")
        assert refusal.json()["detail"] == "The headers of a request may have 65536 bytes at most."


def test_pipelined_requests_are_answered_in_order(served: Served) -> None:
    paths = ["/healthz", "/cities/daegu", "/nowhere", "/healthz"]
    sent = b"".join(b"GET %b HTTP/1.1\r\nHost: x\r\n\r\n" % path.encode() for path in paths)
    received = exchange(served, sent)

    assert re.findall(rb"HTTP/1.1 (\d+)", received) == [b"200", b"200", b"404", b"200"]


def test_a_request_before_garbage_is_answered(served: Served) -> None:
    served.cache.clear()
    received = exchange(served, b"GET /cities/daegu HTTP/1.1\r\nHost: x\r\n\r\nNONSENSE\r\n\r\n")

    assert re.findall(rb"HTTP/1.1 (\d+)", received) == [b"200"]


def test_a_long_body_is_not_read_to_its_end(served: Served) -> None:
    with connected(served) as connection:
        connection.sendall(ASK + b"Content-Length: 1000000000000\r\n\r\n")

        assert answer(connection).body == OK
        began = time.monotonic()
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            send_for(connection, seconds=10)
        assert time.monotonic() - began < 5


def send_for(connection: socket.socket, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        connection.sendall(bytes(10_000))


def test_slow_connections_hold_nobody_up_and_are_closed(served: Served) -> None:
    with ExitStack() as stack:
        began, taken = time.monotonic(), []  # before the first: the server counts from each connection's start
        slow = [stack.enter_context(connected(served)) for _ in range(240)]
        while time.monotonic() < began + 9:  # each sends a byte of its head every half second
            for number, connection in enumerate(slow):
                connection.sendall(b"%d" % (number % 10) if taken else b"GET /a")
            served.cache.clear()
            asked = time.monotonic()
            assert served.get("/cities").status_code == 200
            taken.append(time.monotonic() - asked)
            time.sleep(0.5)
        closed = [ended(connection) for connection in slow]
        seconds = time.monotonic() - began

    assert closed == [True] * 240
    assert max(taken) < 2
    assert 10 <= seconds < 13


def ended(connection: socket.socket) -> bool:
    """Whether the server has closed without a word; waits for it."""
    try:
        return all_bytes(connection) == b""
    except ConnectionResetError:
        return True
