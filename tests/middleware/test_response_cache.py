"""The response cache, in front of a small ASGI application that counts how often it is asked."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import httpx
import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.middleware.cached_response import ENTRY_OVERHEAD_BYTES, CachedResponse, Key, Segment, SegmentedLRUCache
from app.middleware.response_cache import ResponseCacheMiddleware
from tests.support.event_loops import run_in_new_loop

PUBLIC = {"cache-control": "public, max-age=300", "etag": '"1"', "last-modified": "Mon, 11 Jan 2021 02:18:00 GMT"}


@dataclass
class Origin:
    """Answers every path with a body of its own, and remembers what it was asked."""

    headers: dict[str, str] = field(default_factory=lambda: dict(PUBLIC))
    status: int = 200
    weight: int = 10
    version: str | None = "one"
    is_database_down: bool = False
    asked: list[str] = field(default_factory=list)
    before_answer: Callable[[], Awaitable[None]] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(f"{scope['method']} {scope['path']}")
        if self.before_answer:
            await self.before_answer()
        body = f"{self.version}{scope['path']}".ljust(self.weight)
        await Response(body, self.status, self.headers)(scope, receive, send)


def ask(origin: Origin, *requests: tuple[str, str, dict[str, str]], max_bytes: int = 1_000_000) -> list[httpx.Response]:
    """The answers to requests, one after the other."""

    async def run() -> list[httpx.Response]:
        async with client(ResponseCacheMiddleware(origin, origin, max_bytes)) as browser:
            return [await browser.request(method, path, headers=headers) for method, path, headers in requests]

    return run_in_new_loop(run())


def client(cache: ResponseCacheMiddleware) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(cache), base_url="http://test")


def get(path: str, **headers: str) -> tuple[str, str, dict[str, str]]:
    return "GET", path, {"accept-encoding": "", **{name.replace("_", "-"): value for name, value in headers.items()}}


def test_a_response_is_computed_once() -> None:
    origin = Origin()

    first, second = ask(origin, get("/a"), get("/a"))

    assert origin.asked == ["GET /a"]
    assert (first.content, first.headers) == (second.content, second.headers)


def test_each_representation_is_computed_for_itself() -> None:
    origin = Origin()

    ask(origin, get("/a"), get("/b"), get("/a?b=1"), get("/a", accept_encoding="br"))

    assert origin.asked == ["GET /a", "GET /b", "GET /a", "GET /a"]


BY_LANGUAGE = {**PUBLIC, "vary": "Accept-Language, Accept-Encoding"}


@dataclass
class MultilingualOrigin(Origin):
    """Answers in the language that is asked for, by the rule of `in_capitals`."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        language = dict(scope["headers"]).get(b"accept-language", b"")
        self.headers = {**BY_LANGUAGE, "content-language": in_capitals(language)}
        await super().__call__(scope, receive, send)


def in_capitals(accept_language: bytes) -> str:
    """A negotiation for the tests: the first two letters."""
    return accept_language[:2].decode().upper()


def test_a_response_that_depends_on_the_language_is_made_once_for_each() -> None:
    origin = MultilingualOrigin()
    languages = ("ko", "ko-KR", "vi", "ko;q=0.5", "vi")

    async def run() -> list[httpx.Response]:
        cache = ResponseCacheMiddleware(origin, origin, 1_000_000, negotiate_language=in_capitals)
        async with client(cache) as browser:
            return [await browser.get("/a", headers={"accept-language": language}) for language in languages]

    responses = run_in_new_loop(run())

    assert origin.asked == ["GET /a", "GET /a"]
    assert [found.headers["content-language"] for found in responses] == ["KO", "KO", "VI", "KO", "VI"]


def test_readers_of_several_languages_who_come_at_once_wait_for_one_response_each() -> None:
    origin = MultilingualOrigin(before_answer=lambda: asyncio.sleep(0.01))

    async def run() -> list[httpx.Response]:
        cache = ResponseCacheMiddleware(origin, origin, 1_000_000, negotiate_language=in_capitals)
        async with client(cache) as browser:
            requests = [browser.get("/a", headers={"accept-language": language}) for language in ("ko", "vi") * 5]
            return await asyncio.gather(*requests)

    responses = run_in_new_loop(run())

    assert origin.asked == ["GET /a", "GET /a"]
    assert [found.headers["content-language"] for found in responses] == ["KO", "VI"] * 5


def test_the_language_is_negotiated_only_where_a_response_depends_on_it() -> None:
    negotiated: list[bytes] = []

    def negotiate(accept_language: bytes) -> str:
        negotiated.append(accept_language)
        return "KO"

    async def run() -> None:
        cache = ResponseCacheMiddleware(Origin(), Origin(), 1_000_000, negotiate_language=negotiate)
        async with client(cache) as browser:
            for _ in range(3):
                await browser.get("/a", headers={"accept-language": "ko"})

    run_in_new_loop(run())

    assert negotiated == []


def test_a_response_that_varies_by_language_without_naming_it_is_not_cached() -> None:
    origin = Origin(headers=BY_LANGUAGE)

    ask(origin, get("/b", accept_language="ko"), get("/b", accept_language="ko"))

    assert origin.asked == ["GET /b", "GET /b"]


def test_of_several_codings_the_first_header_counts() -> None:
    origin = Origin()
    both = [("accept-encoding", "br"), ("accept-encoding", "identity")]

    async def run() -> None:
        async with client(ResponseCacheMiddleware(origin, origin, 1_000_000)) as browser:
            browser.headers.clear()
            for headers in (both, [("accept-encoding", "br")], [("accept-encoding", "identity")]):
                await browser.get("/a", headers=headers)

    run_in_new_loop(run())

    assert origin.asked == ["GET /a", "GET /a"]


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (400, PUBLIC),
        (200, {**PUBLIC, "cache-control": "no-store"}),
        (200, {**PUBLIC, "vary": "Accept-Language"}),
        (200, {name: value for name, value in PUBLIC.items() if name != "etag"}),
    ],
)
def test_uncacheable_responses_are_computed_each_time(status: int, headers: dict[str, str]) -> None:
    origin = Origin(status=status, headers=headers)

    answers = ask(origin, get("/a"), get("/a"))

    assert origin.asked == ["GET /a", "GET /a"]
    assert [answer.status_code for answer in answers] == [status, status]


def test_head_has_the_headers_of_get_and_shares_its_answer() -> None:
    origin = Origin()

    head, full = ask(origin, ("HEAD", "/a", {"accept-encoding": ""}), get("/a"))

    assert origin.asked == ["GET /a"]
    assert (head.content, head.headers) == (b"", full.headers)


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({"if_none_match": '"1"'}, 304),
        ({"if_none_match": '"0", W/"1"'}, 304),
        ({"if_none_match": "*"}, 304),
        ({"if_none_match": '"2"'}, 200),
        ({"if_modified_since": "Mon, 11 Jan 2021 02:18:00 GMT"}, 304),
        ({"if_modified_since": "Mon, 11 Jan 2021 02:17:59 GMT"}, 200),
    ],
)
def test_a_condition_is_answered_cold_and_hot(condition: dict[str, str], status: int) -> None:
    answers = ask(Origin(), get("/a", **condition), get("/a", **condition))

    assert [answer.status_code for answer in answers] == [status, status]


def test_a_304_has_no_content_headers() -> None:
    (answer,) = ask(Origin(headers={**PUBLIC, "link": "<x>"}), get("/a", if_none_match="*"))

    assert dict(answer.headers) == PUBLIC


def test_a_new_version_of_the_data_empties_the_cache() -> None:
    origin = Origin()

    async def run() -> list[bytes]:
        async with client(ResponseCacheMiddleware(origin, origin, 10_000)) as browser:
            before = await browser.get("/a")
            origin.version = "two"
            return [before.content, (await browser.get("/a")).content]

    before, after = run_in_new_loop(run())

    assert (before.strip(), after.strip()) == (b"one/a", b"two/a")


def test_a_response_computed_while_the_version_changed_is_not_cached() -> None:
    origin = Origin()

    async def change() -> None:
        origin.version = "two"

    origin.before_answer = change
    ask(origin, get("/a"), get("/a"), get("/a"))

    assert origin.asked == ["GET /a", "GET /a"]


def test_equal_requests_wait_for_one_response() -> None:
    origin = Origin()

    async def run() -> list[httpx.Response]:
        gate = asyncio.Event()

        async def opened() -> None:
            await asyncio.wait_for(gate.wait(), 5)

        origin.before_answer = opened
        async with client(ResponseCacheMiddleware(origin, origin, 10_000)) as browser:
            asking = [asyncio.create_task(browser.get("/a")) for _ in range(20)]
            while not origin.asked:
                await asyncio.sleep(0)
            gate.set()
            return await asyncio.gather(*asking)

    answers = run_in_new_loop(run())

    assert origin.asked == ["GET /a"]
    assert {answer.content for answer in answers} == {b"one/a".ljust(10)}


def test_after_a_fault_each_waiting_request_is_computed_for_itself() -> None:
    origin = Origin(status=503)

    async def run() -> list[httpx.Response]:
        async with client(ResponseCacheMiddleware(origin, origin, 10_000)) as browser:
            return await asyncio.gather(*(browser.get("/a") for _ in range(3)))

    assert [answer.status_code for answer in run_in_new_loop(run())] == [503, 503, 503]


def test_addresses_requested_once_evict_nothing_that_is_used() -> None:
    origin = Origin(weight=1000)
    junk = [get(f"/junk/{number}") for number in range(200)]

    ask(origin, get("/useful"), get("/useful"), *junk, get("/useful"), max_bytes=50_000)

    assert origin.asked.count("GET /useful") == 1


def test_without_memory_nothing_is_cached() -> None:
    origin = Origin()

    ask(origin, get("/a"), get("/a"), max_bytes=0)

    assert origin.asked == ["GET /a", "GET /a"]


def test_a_segment_never_holds_more_than_its_bytes() -> None:
    key = (b"/", b"1", "", "")
    own = ENTRY_OVERHEAD_BYTES + len(b"/1")
    segment = Segment(100 + 2 * own)
    sizes = [40, 30, 60, 101 + own, 20]
    for number, size in enumerate(sizes):
        segment.put((b"/", str(number).encode(), "", ""), CachedResponse(200, [], b"x" * size, '"1"', None))

    assert [len(response.body) for response in segment.entries.values()] == [60, 20]
    assert segment.used_bytes == 80 + 2 * own
    assert CachedResponse(200, [(b"a", b"bc")], b"x" * 40, "", None).weight(key) == own + 40 + 2 * (3 + 4)


@pytest.mark.parametrize(
    ("headers", "body", "key", "weight"),
    [
        ([], b"", (b"", b"", "", ""), 1000),
        ([], b"0123456789", (b"", b"", "", ""), 1010),
        ([], b"", (b"/a", b"b=1", "br", "ko"), 1009),
        ([(b"etag", b'"1"')], b"", (b"", b"", "", ""), 1022),  # its header as a pair and encoded, with `: ` and the end
        ([(b"etag", b'"1"'), (b"vary", b"a")], b"0123456789", (b"/a", b"b=1", "br", "ko"), 1059),
    ],
)
def test_a_response_weighs_its_texts_and_what_keeps_them(
    headers: list[tuple[bytes, bytes]], body: bytes, key: Key, weight: int
) -> None:
    assert CachedResponse(200, headers, body, '"1"', None).weight(key) == weight


@pytest.mark.parametrize(
    ("max_bytes", "kept", "used"),
    [(1011, [], 0), (1012, [b"/b"], 1012), (2023, [b"/b"], 1012), (2024, [b"/a", b"/b"], 2024)],
)
def test_a_segment_is_full_when_its_bytes_are_used(max_bytes: int, kept: list[bytes], used: int) -> None:
    segment, response = Segment(max_bytes), CachedResponse(200, [], b"0123456789", '"1"', None)
    for path in (b"/a", b"/a", b"/b"):
        segment.put((path, b"", "", ""), response)

    assert ([path for path, *_ in segment.entries], segment.used_bytes) == (kept, used)

    assert (segment.pop((b"/a", b"", "", "")) is not None) == (b"/a" in kept)
    assert segment.pop((b"/c", b"", "", "")) is None
    assert segment.used_bytes == 1012 * len({*kept} - {b"/a"})


def test_a_fifth_of_the_bytes_is_for_what_was_requested_once() -> None:
    cache, key = SegmentedLRUCache(10_003), (b"/a", b"", "", "")

    assert (cache.probation.max_bytes, cache.protected.max_bytes) == (2000, 8003)

    cache.put(key, CachedResponse(200, [], b"", '"1"', None))
    assert (cache.probation.used_bytes, cache.protected.used_bytes) == (1002, 0)
    assert cache.get(key) is cache.get(key) is not None
    assert (cache.probation.used_bytes, cache.protected.used_bytes) == (0, 1002)
    cache.clear()
    assert (cache.get(key), cache.probation.used_bytes, cache.protected.used_bytes) == (None, 0, 0)
