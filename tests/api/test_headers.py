"""Request headers of any value: invalid ones are ignored, by cached and uncached responses alike."""

import re
import socket
from collections.abc import Iterator

import pytest

from app.settings import Settings
from tests.support.raw_http import RawResponse, connect, exchange, read_response
from tests.support.serving import SMALL_SEED, Served, free_port, loaded, serving, sqlite_settings

LIST = "/agreements?limit=1"
TARGETS = [LIST, "/cities/isvik", "/healthz", "/", "/docs", "/embed/agreements", "/nowhere", "/cities?x=1"]
HUGE = "9" * 20
LATER = "Fri, 31 Dec 9999 23:59:59 GMT"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    settings: Settings = sqlite_settings(tmp_path_factory.mktemp("headers"), SMALL_SEED)
    with serving(loaded(settings).model_copy(update={"port": free_port()})) as served:
        yield served


def responses(served: Served, target: str, *lines: str) -> list[RawResponse]:
    """Return the responses to requests with these header lines: uncached, cached, and to HEAD."""
    served.cache.clear()
    host = [] if any(line.startswith("Host:") for line in lines) else ["Host: x"]
    head = "".join(f"{line}\r\n" for line in [*host, *lines]).encode("latin-1")
    with connect(served) as connection:
        uncached = send(connection, "GET", target, head)
        send(connection, "GET", target, b"Host: x\r\n")  # cached from here on
        return [uncached, *(send(connection, method, target, head) for method in ("GET", "HEAD"))]


def send(connection: socket.socket, method: str, target: str, head: bytes) -> RawResponse:
    """Send a request, and return the response without its date."""
    connection.sendall(b"%b %b HTTP/1.1\r\n%b\r\n" % (method.encode(), target.encode(), head))
    response = read_response(connection, method)
    response.headers.pop("date")
    return response


IGNORED = [
    f"If-Modified-Since: Fri, 31 Dec {HUGE} 23:59:59 GMT",
    f"If-Modified-Since: Fri, {HUGE} Dec 2099 23:59:59 GMT",
    f"If-Modified-Since: Fri, 31 Dec 2099 {HUGE}:59:59 GMT",
    f"If-Modified-Since: Fri, 31 Dec 2099 23:59:59 +{HUGE}",
    "If-Modified-Since: Fri, 31 Dec 9999 23:59:59 -9999",
    "If-Modified-Since: Fri, 31 Dec 2099 23:59:59",
    "If-Modified-Since: " + "9" * 60_000,
    "If-Modified-Since: \x80\xff",
    "If-None-Match: \xa0",
    "If-None-Match: " + '"' * 60_000,
    "If-None-Match: " + '"a",' * 15_000,
    "Accept-Encoding: br;q=nan, gzip;q=inf, *;q=1e309",
    "Accept-Encoding: br;q=-1, gzip;q=1_0, *;q=2",
    "Accept-Encoding: " + "," * 60_000 + "br",
    "Accept-Encoding: \xe9",
    "Accept-Language: ko;q=inf, vi;q=" + "9" * 5000,
    "Accept-Language: " + "," * 60_000 + "ko",
    "Accept-Language: \xe9, \x85",
    *(f"Host: {none}" for none in ("", "[", "[::1]:" + "9" * 5000, "\xff", "a b?c#d", "x" * 60_000)),
    "Content-Type: multipart/form-data; boundary=\xff",
    "Authorization: \xff",
    "Range: bytes=" + "9" * 5000 + "-",
    "X-Forwarded-For: 1.2.3.4:" + "9" * 5000,
    "\r\n".join("a:" for _ in range(5000)),
]


@pytest.mark.parametrize("line", IGNORED, ids=lambda line: repr(line[:50]))
def test_an_invalid_header_is_ignored(served: Served, caplog: pytest.LogCaptureFixture, line: str) -> None:
    for target in TARGETS:
        assert responses(served, target, line) == responses(served, target)
    assert caplog.messages == []


@pytest.mark.parametrize("value", ["", " ", "\xff", "9" * 60_000, "a," * 30_000])
@pytest.mark.parametrize("name", ["Connection", "Upgrade", "Expect", "Cookie", "Accept", "X-Forwarded-Proto", "TE"])
def test_other_headers_are_ignored(served: Served, name: str, value: str) -> None:
    assert responses(served, LIST, f"{name}: {value}") == responses(served, LIST)


@pytest.mark.parametrize("since", [LATER, f"{LATER} \t", "Fri Dec 31 23:59:59 9999"])
def test_a_date_in_each_format_is_a_condition(served: Served, since: str) -> None:
    statuses = [response.status for response in responses(served, LIST, f"If-Modified-Since: {since}")]

    assert statuses == [304] * 3


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (['If-None-Match: "a"', "If-None-Match: {tag}"], 304),
        (["If-None-Match: {tag}", 'If-None-Match: "a"'], 304),
        (['If-None-Match: "a"', 'If-None-Match: "b"'], 200),
        (["If-None-Match: *", 'If-None-Match: "a"'], 200),
        ([f"If-Modified-Since: {LATER}"] * 2, 200),
    ],
)
def test_a_condition_that_is_sent_twice(served: Served, lines: list[str], status: int) -> None:
    tag = responses(served, LIST)[0].headers["etag"]
    with_conditions = responses(served, LIST, *(line.format(tag=tag) for line in lines))

    assert [response.status for response in with_conditions] == [status] * 3


CHUNKED = f"GET {LIST} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"
# Headers in which equal responses may differ: the time, and whether the client had already closed its side.
VARYING_HEADERS = re.compile(rb"(?:date|connection): .*\r\n")


@pytest.mark.parametrize(
    "trailer", ["If-None-Match: *", f"If-Modified-Since: {LATER}", "Accept-Encoding: br", "X-Request-ID: mine"]
)
@pytest.mark.parametrize("cached", [True, False])
def test_a_trailer_is_no_header(served: Served, trailer: str, cached: bool) -> None:
    expected = exchange(served, f"{CHUNKED}\r\n".encode())
    if not cached:
        served.cache.clear()
    received = exchange(served, f"{CHUNKED}{trailer}\r\nA: b\r\n\r\n".encode())

    assert VARYING_HEADERS.sub(b"", received) == VARYING_HEADERS.sub(b"", expected)


def test_a_trailer_can_end_the_connection(served: Served) -> None:
    with connect(served) as connection:
        connection.sendall(f"{CHUNKED}Connection: close\r\n\r\n".encode())

        assert read_response(connection).headers["connection"] == "close"
        assert connection.recv(1) == b""
