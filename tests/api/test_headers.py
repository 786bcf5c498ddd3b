"""Headers of any value, over the wire: what says nothing is as if it were not there, in answers kept and made."""

import re
import socket
from collections.abc import Iterator

import pytest

from app.settings import Settings
from tests.support.raw import Answer, answer, connected, exchange
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


def asked(served: Served, target: str, *lines: str) -> list[Answer]:
    """Answers with these header lines: one that is made, one that is kept, and one to HEAD."""
    served.cache.clear()
    host = [] if any(line.startswith("Host:") for line in lines) else ["Host: x"]
    head = "".join(f"{line}\r\n" for line in [*host, *lines]).encode("latin-1")
    with connected(served) as connection:
        made = ask(connection, "GET", target, head)
        ask(connection, "GET", target, b"Host: x\r\n")  # kept from here on
        return [made, *(ask(connection, method, target, head) for method in ("GET", "HEAD"))]


def ask(connection: socket.socket, method: str, target: str, head: bytes) -> Answer:
    """An answer without its date."""
    connection.sendall(b"%b %b HTTP/1.1\r\n%b\r\n" % (method.encode(), target.encode(), head))
    answered = answer(connection, method)
    answered.headers.pop("date")
    return answered


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
def test_a_header_that_says_nothing_is_ignored(served: Served, caplog: pytest.LogCaptureFixture, line: str) -> None:
    for target in TARGETS:
        assert asked(served, target, line) == asked(served, target)
    assert caplog.messages == []


@pytest.mark.parametrize("value", ["", " ", "\xff", "9" * 60_000, "a," * 30_000])
@pytest.mark.parametrize("name", ["Connection", "Upgrade", "Expect", "Cookie", "Accept", "X-Forwarded-Proto", "TE"])
def test_other_headers_are_ignored_too(served: Served, name: str, value: str) -> None:
    assert asked(served, LIST, f"{name}: {value}") == asked(served, LIST)


@pytest.mark.parametrize("since", [LATER, f"{LATER} \t", "Fri Dec 31 23:59:59 9999"])
def test_a_date_in_each_form_is_a_condition(served: Served, since: str) -> None:
    answers = asked(served, LIST, f"If-Modified-Since: {since}")

    assert [each.status for each in answers] == [304] * 3


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
def test_conditions_that_come_twice(served: Served, lines: list[str], status: int) -> None:
    tag = asked(served, LIST)[0].headers["etag"]
    answers = asked(served, LIST, *(line.format(tag=tag) for line in lines))

    assert [each.status for each in answers] == [status] * 3


CHUNKED = f"GET {LIST} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"
# Of one answer alone: when it was sent, and whether the client had said by then that it would ask no more.
OWN = re.compile(rb"(?:date|connection): .*\r\n")


@pytest.mark.parametrize(
    "trailer", ["If-None-Match: *", f"If-Modified-Since: {LATER}", "Accept-Encoding: br", "X-Request-ID: mine"]
)
@pytest.mark.parametrize("kept", [True, False])
def test_a_trailer_is_no_header(served: Served, trailer: str, kept: bool) -> None:
    expected = exchange(served, f"{CHUNKED}\r\n".encode())
    if not kept:
        served.cache.clear()
    received = exchange(served, f"{CHUNKED}{trailer}\r\nA: b\r\n\r\n".encode())

    assert OWN.sub(b"", received) == OWN.sub(b"", expected)


def test_a_trailer_can_end_the_connection(served: Served) -> None:
    with connected(served) as connection:
        connection.sendall(f"{CHUNKED}Connection: close\r\n\r\n".encode())

        assert answer(connection).headers["connection"] == "close"
        assert connection.recv(1) == b""
