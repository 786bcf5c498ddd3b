"""What a connection may send, and how long it may take: what an HTTP client cannot be made to do."""

import asyncio
import gc
import re
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from app.main import default_headers
from app.server import http_protocol
from app.server.http_protocol import HttpProtocol
from app.settings import Settings
from tests.support.commands import wait_until
from tests.support.raw_http import connect, exchange, read_all, read_response
from tests.support.serving import REAL_SEED, Served, free_port, loaded, serving, sqlite_settings

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
def test_unusual_requests_are_answered(served: Served, case: str) -> None:
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
def test_malformed_requests_are_refused(served: Served, case: str) -> None:
    with connect(served) as connection:
        connection.sendall(NO_REQUEST[case])
        refusal = read_response(connection)

        assert (refusal.status, refusal.headers["content-type"]) == (400, "application/problem+json")
        assert refusal.json() == {
            "type": "about:blank",
            "title": "Bad Request",
            "status": 400,
            "detail": "This is no HTTP request.",
        }
        expected = {name.lower(): value for name, value in default_headers("/").items()}
        assert {name: refusal.headers.get(name) for name in expected} == expected
        assert (refusal.headers["cache-control"], refusal.headers["connection"]) == ("no-store", "close")
        assert read_all(connection) == b""


HEAD_TOO_LARGE = {
    "one large header": ASK + b"A: " + b"a" * 70_000 + b"\r\n\r\n",
    "many small headers": ASK + b"".join(b"a%d: b\r\n" % number for number in range(12_000)) + b"\r\n",
    "a header without an end": ASK + b"A: " + b"a" * 3_000_000,
    "an address without an end": b"GET /" + b"a" * 3_000_000,
}


@pytest.mark.parametrize("case", HEAD_TOO_LARGE)
def test_a_large_head_is_refused_before_it_ends(served: Served, case: str) -> None:
    with connect(served) as connection:
        connection.sendall(HEAD_TOO_LARGE[case])
        refusal = read_response(connection)

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


KEPT = {
    "a list": b"GET /agreements?limit=1 HTTP/1.1\r\nHost: x\r\n",
    "compressed": b"GET /agreements?limit=1 HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n",
    "HEAD": b"HEAD /agreements?limit=1 HTTP/1.1\r\nHost: x\r\n",
    "unchanged": b"GET /agreements?limit=1 HTTP/1.1\r\nHost: x\r\nIf-None-Match: *\r\n",
    "a page": b"GET / HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n",
}
OWN = re.compile(rb"(date|x-request-id): .*\r\n")


@pytest.mark.parametrize("case", KEPT)
def test_a_response_is_the_same_in_one_write_and_in_several(
    served: Served, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    request, end = KEPT[case], b"\r\n" + ASK + b"Connection: close\r\n\r\n"
    in_parts = exchange(served, request + b"X-Request-ID: mine\r\n" + end)
    sent: list[Any] = []
    monkeypatch.setattr(RequestResponseCycle, "send", noting(sent))
    whole = exchange(served, request + end)

    assert len(sent) == 2  # of the request that ends the connection
    assert OWN.sub(b"", whole) == OWN.sub(b"", in_parts)
    assert len(OWN.findall(in_parts)) == len(OWN.findall(whole)) + 1


def noting(sent: list[Any]) -> Callable[..., Awaitable[None]]:
    """What sends a message, and notes it."""
    send = RequestResponseCycle.send

    async def note(cycle: RequestResponseCycle, message: Any) -> None:
        sent.append(message)
        await send(cycle, message)

    return note


@pytest.mark.slow
def test_a_long_body_is_not_read_to_its_end(served: Served) -> None:
    with connect(served) as connection:
        connection.sendall(ASK + b"Content-Length: 1000000000000\r\n\r\n")

        assert read_response(connection).body == OK
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            send_for(connection, seconds=30)


def test_nothing_after_a_long_body_is_answered(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    with connect(served) as connection:
        connection.sendall(ASK + b"Content-Length: 70000\r\n\r\n")
        assert read_response(connection).body == OK
        connection.sendall(bytes(70_000) + ASK + b"\r\n")

        assert read_all(connection) == b""
        assert served.get("/healthz").status_code == 200
    assert caplog.messages == []


def test_a_request_leaves_no_reference_cycle(served: Served) -> None:
    gc.collect()
    gc.disable()
    try:
        before = cycles()
        for _ in range(20):
            served.get("/agreements?limit=1")
        left = [cycle for cycle in cycles() if cycle not in before]
    finally:
        gc.enable()

    assert len(left) <= 2  # the last of each connection, and one that is being ended


def cycles() -> list[RequestResponseCycle]:
    return [found for found in gc.get_objects() if isinstance(found, RequestResponseCycle)]


def send_for(connection: socket.socket, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        connection.sendall(bytes(10_000))


SO_MAX_PACING_RATE = 47  # Linux; Python has no name for it
MANY = 200
LONG = b"GET /evidence?limit=200 HTTP/1.1\r\nHost: x\r\n\r\n"


@contextmanager
def reading_late(served: Served) -> Iterator[socket.socket]:
    """A connection that has asked for more than the kernel keeps for it, and has read nothing yet."""
    with socket.socket() as connection:
        # As over a real network: otherwise loopback keeps megabytes, and carries them in steps of 64 kB.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**16)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1400)
        connection.settimeout(15)
        connection.connect((served.settings.host, served.settings.port))
        connection.sendall(LONG * MANY)
        yield connection


@pytest.fixture
def short_timeout(monkeypatch: pytest.MonkeyPatch) -> float:
    """How many seconds the server now waits, instead of ten."""
    monkeypatch.setattr(http_protocol, "HEADER_TIMEOUT", 0.5)
    return 0.5


def established(served: Served, connection: socket.socket) -> bool:
    """Whether the server's end of a connection is still open: as the kernel tells it, for to read would change it."""
    ends = f":{served.settings.port:04X} 0100007F:{connection.getsockname()[1]:04X} 01 "
    return ends in Path("/proc/net/tcp").read_text()


@pytest.mark.usefixtures("short_timeout")
def test_the_connection_of_a_client_that_reads_nothing_ends(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    with reading_late(served) as connection:
        assert established(served, connection)
        wait_until(lambda: not established(served, connection))

        assert served.get("/healthz").status_code == 200
        with suppress(ConnectionResetError):
            assert read_all(connection).count(b"HTTP/1.1 200") < MANY
        assert caplog.messages == []


@pytest.mark.slow
def test_a_client_that_reads_slowly_receives_everything(served: Served, short_timeout: float) -> None:
    began, received = time.monotonic(), bytearray()
    with reading_late(served) as connection:
        connection.shutdown(socket.SHUT_WR)
        while time.monotonic() < began + 4 * short_timeout:
            received += connection.recv(2**16)
            time.sleep(short_timeout / 20)
        received += read_all(connection)

    assert received.count(b"HTTP/1.1 200") == MANY


@pytest.fixture
def slow_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections that send 100 kB a second: the kernel holds what waits, and for seconds takes nothing more."""

    def connection_made(self: HttpProtocol, transport: asyncio.Transport) -> None:
        accepted = transport.get_extra_info("socket")
        accepted.setsockopt(socket.SOL_SOCKET, SO_MAX_PACING_RATE, 100_000)
        made(self, transport)

    made = HttpProtocol.connection_made
    monkeypatch.setattr(HttpProtocol, "connection_made", connection_made)


@pytest.mark.slow
@pytest.mark.usefixtures("slow_line")
def test_the_connection_of_a_client_on_a_slow_line_stays(served: Served, short_timeout: float) -> None:
    began = time.monotonic()
    with reading_late(served) as connection:
        while time.monotonic() < began + 4 * short_timeout:
            assert connection.recv(2**16)
        assert established(served, connection)
