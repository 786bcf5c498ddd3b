"""Requests that mean no good, over every operation and parameter: each is answered, none with a fault of ours."""

import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import quote, quote_from_bytes

import pytest

from tests.faults.conftest import ALONE, Report
from tests.support.serving import Served

HOW_MANY = 10_500 if ALONE else 1_000
MARK = "zq7xk"  # in many of the values; no page may show it

TEXTS = [
    f"<script>alert('{MARK}')</script>",
    f'"><img src=x onerror={MARK}>',
    f"{{{{7*7}}}}${{7*7}}{MARK}",
    f"' OR '1'='1' -- {MARK}",
    f"'; DROP TABLE city; -- {MARK}",
    f"{MARK}') UNION SELECT * FROM release --",
    f"%{MARK}_%",
    f"../../../etc/passwd{MARK}",
    f"=cmd|' /C calc'!{MARK}",
    f"Đà Nẵng{MARK}".encode().decode(),
    "대구" * 300,
    "a\u0301" * 500,
    "\u202e\u2066\ufeff\u200b",
    "\U0001f1fb\U0001f1f3\U0010ffff",
    "x" * 5_000,
    "x" * 3_900,
    *(
        "",
        " ",
        "0",
        "-0",
        "-1",
        "1_0",
        "+1",
        "0x10",
        "1e309",
        "nan",
        "-inf",
        "٣",
        "１",
        "²",
        "true",
        "null",
        "[]",
        "{}",
    ),
    *(str(2**power) for power in (31, 53, 63, 64, 4000)),
    *("0000", "9999", "10000", "2004-13", "2004-02-30", "-2004", "2004/2005", "2004~", "2004-06-31T00:00"),
    *("daegu", "isvik", "VN", "vn", "V", "kr,VN", "isvik\tportavela", "portavela%"),
]
BYTES = [
    *(b"\x00", b"a\x00b", b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\r\nX-Evil: 1", b"\x1b[31m"),
    b"\x7f",
    "\x85".encode(),
]
RAW = [
    "%",
    "%zz",
    "%u0041",
    "+++",
    ";",
    "&&&",
    "=",
    "==",
    "%26x%3d1",
    "?",
    "#",
    "[0]",
    "%252e%252e",
    "|",
    "^",
    "`",
    '"',
    "{",
]
NAMES = ["", "limit[]", "limit[$gt]", "__proto__", "constructor", f"{MARK}<b>", "LIMIT", "limit ", "q\x00", "x" * 300]
METHODS = ["GET"] * 12 + ["HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"]
HEADERS = [
    *("Accept-Encoding: br;q=nan, gzip;q=-1", "Accept-Encoding: *;q=0", f"Accept-Encoding: {'a,' * 2000}"),
    *(
        'If-None-Match: "',
        "If-None-Match: *",
        "If-Modified-Since: never",
        "If-Modified-Since: Mon, 01 Jan 0001 00:00:00 GMT",
    ),
    *("Range: bytes=0-0", "Accept-Language: ko;q=x,<b>", "X-Forwarded-Host: evil.example", "Accept: application/xml"),
    *(f"X-Request-ID: <{MARK}>", "Origin: null", "Access-Control-Request-Method: DELETE", f"Cookie: a={'b' * 4000}"),
    *("Content-Type: application/json", "Expect: 200-maybe", "X-HTTP-Method-Override: DELETE", f"Referer: <{MARK}>"),
    *("If-Modified-Since: Fri, 31 Dec 99999999999999999999 23:59:59 GMT", f"If-Modified-Since: {'9' * 5000}"),
    *("If-Modified-Since: Fri, 31 Dec 2099 23:59:59 +99999999999999999999", "If-None-Match: " + '"a",' * 3000),
    *("Accept-Encoding: gzip;q=inf, br;q=1_0", f"Accept-Language: {',' * 9000}ko", "Accept-Language: \xff;q=\xb2"),
    *(f"X-Forwarded-For: 1.2.3.4:{'9' * 5000}", "X-Forwarded-Proto: \x9b", "Range: bytes=99999999999999999999-"),
    *("Connection: \xff", "Upgrade: \xa0", "Authorization: \x80", "X-Request-ID: ", "Content-Length: 0", "TE: q=nan"),
]
EMBEDS = {
    "/": [],
    "/docs": [],
    "/robots.txt": [],
    "/embed": ["lang", "city", "country"],
    "/oembed": ["url", "format", "maxwidth", "maxheight"],
    "/embed/{id}": ["city", "country", "lang", "theme", "accent", "limit", "since", "indicator"],
}


def operations(small: Served) -> dict[str, list[str]]:
    """Every path, with its parameters."""
    paths: dict[str, dict[str, Any]] = small.get("/openapi.json").json()["paths"]
    described = {
        path: [parameter["name"] for parameter in item["get"].get("parameters", []) if parameter["in"] == "query"]
        for path, item in paths.items()
    }
    return described | EMBEDS


def requests(operations: dict[str, list[str]], seed: int) -> Iterator[tuple[str, bytes]]:
    """Hostile requests without end, each as its method and its bytes: every operation and parameter in turn."""
    chance = random.Random(seed)
    every = [(path, name) for path, names in operations.items() for name in [*names, chance.choice(NAMES)]]
    while True:
        for path, name in every:
            names = [name] * chance.choice([1, 1, 1, 1, 1, 1, 2, 60])
            names += chance.choices([*operations[path], *NAMES], k=chance.choice([0, 0, 0, 1, 3]))
            pairs = [(each, _value(chance)) for each in names]
            query = "&".join(f"{quote(key)}={value}" for key, value in pairs)
            target = path.replace("{id}", chance.choice([_value(chance)[:500], "agreements", "isvik"]))
            method = chance.choice(METHODS)
            target += chance.choice(["?", "?", "?", "/?", "//?"]) + query
            yield method, _request(method, target, chance.sample(HEADERS, chance.choice([0, 0, 1, 3])))
        for header in HEADERS:  # where nothing else is wrong, so that it is read
            yield "GET", _request("GET", chance.choice([path for path in operations if "{" not in path]), [header])


def _request(method: str, target: str, headers: Iterable[str]) -> bytes:
    fields = "".join(f"{header}\r\n" for header in headers)
    return f"{method} {target} HTTP/1.1\r\nHost: x\r\n{fields}\r\n".encode("latin-1")


def _value(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.6:
        return quote(chance.choice(TEXTS), safe="")
    return quote_from_bytes(chance.choice(BYTES)) if kind < 0.85 else quote(chance.choice(RAW), safe="%+&=;?[]|^`")


class Asker:
    """Asks on one connection, and connects again when that is closed."""

    def __init__(self, small: Served) -> None:
        self.connection = HTTPConnection(small.settings.host, small.settings.port, timeout=20)

    def ask(self, method: str, sent: bytes) -> tuple[int, dict[str, str], bytes]:
        """The answer: status, headers, body."""
        try:
            return self._ask(method, sent)
        except (ConnectionError, HTTPException):  # closed after the answer before
            self.connection.close()
            return self._ask(method, sent)

    def _ask(self, method: str, sent: bytes) -> tuple[int, dict[str, str], bytes]:
        if self.connection.sock is None:
            self.connection.connect()
        self.connection.sock.sendall(sent)
        response = HTTPResponse(self.connection.sock, method=method)
        response.begin()
        body = response.read()
        if response.will_close:
            self.connection.close()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, body


def wrong(method: str, sent: bytes, status: int, headers: dict[str, str], body: bytes) -> Iterator[str]:
    """What must not be in an answer to a hostile request."""
    unoffered = status == 501 and sent.startswith(f"{method} /oembed?".encode())  # oEmbed's word for such a format
    if status >= 500 and not unoffered:
        yield f"is a {status}"
    kind = headers.get("content-type", "")
    if "x-evil" in headers:
        yield "has a header that was sent in"
    if kind.startswith("text/html"):
        if MARK.encode() in body:
            yield "shows in HTML what was sent"
        return
    if status >= 400:
        if (kind, headers.get("cache-control")) != ("application/problem+json", "no-store"):
            yield f"is no problem but {kind}, {headers.get('cache-control')}"
        elif method != "HEAD":
            yield from wrong_with(status, body)


def wrong_with(status: int, body: bytes) -> Iterator[str]:
    """What is wrong with a problem."""
    problem = json.loads(body)
    if re.search(rb"[<>&]", body):
        yield "could break out of HTML"
    if problem["status"] != status:
        yield "says another status"
    if status == 404 and MARK in body.decode():
        yield "repeats the path"
    if any(len(error["value"]) > 100 or len(error["parameter"]) > 100 for error in problem.get("errors", [])):
        yield "repeats more than 100 characters"


@pytest.mark.slow
def test_hostile_requests(small: Served, database: str, report: Report) -> None:
    asker, statuses, faults = Asker(small), Counter[int](), Counter[str]()
    examples: dict[str, bytes] = {}
    made = requests(operations(small), seed=HOW_MANY)
    for _ in range(HOW_MANY):
        method, sent = next(made)
        status, headers, body = asker.ask(method, sent)
        statuses[status] += 1
        for fault in wrong(method, sent, status, headers, body):
            faults[fault] += 1
            examples.setdefault(fault, sent[:300])
    asker.connection.close()
    remark = ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
    report.add(f"hostile requests, {database}", 1, HOW_MANY, statuses.total(), 0, 0, remark)

    assert (faults, examples) == (Counter(), {})
    assert statuses[200] > HOW_MANY / 200
    assert statuses[400] > HOW_MANY / 10
