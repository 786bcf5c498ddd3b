"""A cache of whole answers in front of routing: plain ASGI, knows nothing of what it keeps.

It keeps answers that call themselves public, have an ETag and vary by nothing but the content coding, or by the
language where it is told which one a request gets, all of one version of the data. New answers are on probation in a
fifth of the room and stay for long only if they are asked for again, so a flood of addresses that nobody asks for
twice pushes nothing useful out (a segmented LRU).
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.middleware.conditional import is_not_modified, negotiate_encoding
from app.middleware.request_guard import MAX_HEADER_BYTES, MAX_QUERY_BYTES
from app.middleware.single_write import encode_headers, single_write_of
from app.values.http_dates import parse_http_date

Headers = list[tuple[bytes, bytes]]
Key = tuple[bytes, bytes, str, str]  # path, query, content coding, and the negotiated language if there is one

LanguageNegotiator = Callable[[Scope, bytes], str]
"""The language that a request gets by its Accept-Language; empty where its address alone decides."""

PROBATION_SHARE = 0.2  # the part of the room for answers that were asked for once
ENTRY_OVERHEAD_BYTES = 1000  # bytes that an answer takes beside its texts and its headers, which are kept in two forms
CONDITIONAL_HEADERS = (b"if-none-match", b"if-modified-since")
OMITTED_FROM_304 = (b"content-length", b"content-encoding", b"content-type", b"link")
STALE_STATUS = (b"cache-status", b"citypact; hit; detail=stale")  # RFC 9211


@lru_cache(maxsize=1024)
def _negotiated_encoding(accept_encoding: bytes) -> str:
    return negotiate_encoding(accept_encoding.decode("latin-1"))


@lru_cache(maxsize=64)
def _varying_headers(vary: bytes) -> frozenset[bytes]:
    """By what an answer varies beside the content coding."""
    return frozenset(name.strip() for name in vary.lower().split(b",")) - {b"", b"accept-encoding"}


@dataclass(slots=True)
class CachedResponse:
    """A whole answer, as it is sent."""

    status: int
    headers: Headers
    body: bytes
    etag: str
    modified: datetime | None
    weight: int
    _fields: bytes = b""
    _not_modified: "CachedResponse | None" = None

    @property
    def fields(self) -> bytes:
        """Its headers, encoded once."""
        self._fields = self._fields or encode_headers(self.headers)
        return self._fields

    @property
    def not_modified(self) -> "CachedResponse":
        """What a client is told that has it already."""
        if self._not_modified is None:
            kept = [(name, value) for name, value in self.headers if name not in OMITTED_FROM_304]
            self._not_modified = self._like(304, kept, b"")
        return self._not_modified

    def stale(self) -> "CachedResponse":
        """The same, and that it could not be asked whether it still holds."""
        return self._like(self.status, [*self.headers, STALE_STATUS], self.body)

    def _like(self, status: int, headers: Headers, body: bytes) -> "CachedResponse":
        return CachedResponse(status, headers, body, self.etag, self.modified, self.weight)

    async def send(self, scope: Scope, send: Send) -> None:
        """Sends it, to a HEAD without its body."""
        body = b"" if scope["method"] == "HEAD" else self.body
        if not single_write_of(scope)(self.status, self.fields, body):
            await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
            await send({"type": "http.response.body", "body": body})


@lru_cache(maxsize=16)
def _last_modified(value: bytes | None) -> datetime | None:
    return parse_http_date(value.decode("latin-1")) if value else None


class Segment:
    """Answers up to a number of bytes, the least recently used first to go."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes, self.used_bytes = max_bytes, 0
        self.entries: OrderedDict[Key, CachedResponse] = OrderedDict()

    def put(self, key: Key, answer: CachedResponse) -> None:
        """Keeps an answer that fits at all, and drops what no longer does."""
        if answer.weight <= self.max_bytes:
            self.pop(key)
            self.entries[key] = answer
            self.used_bytes += answer.weight
        while self.used_bytes > self.max_bytes:
            self.used_bytes -= self.entries.popitem(last=False)[1].weight

    def pop(self, key: Key) -> CachedResponse | None:
        """Takes an answer out."""
        answer = self.entries.pop(key, None)
        self.used_bytes -= answer.weight if answer else 0
        return answer

    def clear(self) -> None:
        """Drops everything."""
        self.entries.clear()
        self.used_bytes = 0


@dataclass
class ResponseRecorder:
    """The messages of an answer that is being made."""

    messages: list[Message] = field(default_factory=list)

    async def record(self, message: Message) -> None:
        """Keeps a message instead of sending it."""
        self.messages.append(message)

    async def replay(self, method: str, send: Send) -> None:
        """Sends the messages as they came; to a HEAD without the body."""
        for message in self.messages:
            await send({**message, "body": b""} if method == "HEAD" and "body" in message else message)

    @property
    def unavailable(self) -> bool:
        """Whether this says that nothing can be answered now."""
        return bool(self.messages) and self.messages[0].get("status") == 503

    def cached_response(self, key: Key) -> CachedResponse | None:
        """The answer, if it is one to keep."""
        headers = dict(self.messages[0].get("headers", ())) if self.messages else {}
        public = headers.get(b"cache-control", b"").startswith(b"public")
        known = _varying_headers(headers.get(b"vary", b"")) <= ({b"accept-language"} if key[-1] else set())
        body = b"".join(message.get("body", b"") for message in self.messages[1:])
        whole = headers.get(b"content-length") == str(len(body)).encode()
        if not (public and known and whole and b"etag" in headers and self.messages[0]["status"] == 200):
            return None
        return CachedResponse(
            status=200,
            headers=self.messages[0]["headers"],
            body=body,
            etag=headers[b"etag"].decode("latin-1"),
            modified=_last_modified(headers.get(b"last-modified")),
            weight=len(body)
            + sum(map(len, key))
            + 2 * sum(len(n) + len(v) + 4 for n, v in headers.items())
            + ENTRY_OVERHEAD_BYTES,
        )


class ResponseCacheMiddleware:
    """Answers from memory what was answered before; equal first requests wait for one answer.

    While what is kept cannot be compared with its origin (`away`), it is served and marked as stale.
    """

    def __init__(
        self,
        app: ASGIApp,
        version: Callable[[], str | None],
        max_bytes: int,
        is_database_down: Callable[[], bool] = lambda: False,
        negotiate_language: LanguageNegotiator = lambda _, __: "",
    ) -> None:
        self.app, self.version, self.max_bytes, self.is_database_down, self.negotiate_language = (
            app,
            version,
            max_bytes,
            is_database_down,
            negotiate_language,
        )
        self.stale_responses = 0
        self._version: str | None = None
        self._probation = Segment(int(max_bytes * PROBATION_SHARE))
        self._proven = Segment(max_bytes - int(max_bytes * PROBATION_SHARE))
        self._pending: dict[Key, asyncio.Future[CachedResponse | ResponseRecorder]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if not self.max_bytes or scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return await self.app(scope, receive, send)
        accepted: bytes | None = None
        spoken: bytes | None = None
        conditional, length = False, 0
        for name, value in scope["headers"]:
            length += len(name) + len(value)
            # Of several the first counts, as it does for who makes the answer.
            if name == b"accept-encoding" and accepted is None:
                accepted = value
            elif name == b"accept-language" and spoken is None:
                spoken = value
            elif name in CONDITIONAL_HEADERS:
                conditional = True
        if length > MAX_HEADER_BYTES or len(scope["query_string"]) > MAX_QUERY_BYTES:
            return await self.app(scope, receive, send)
        key = (
            scope["raw_path"],
            scope["query_string"],
            _negotiated_encoding(accepted or b""),
            self.negotiate_language(scope, spoken or b""),
        )
        answer = self._lookup(key) or await self._await_pending(key) or await self._compute(key, scope, receive)
        if isinstance(answer, ResponseRecorder):
            return await answer.replay(scope["method"], send)
        if self.is_database_down():
            answer = answer.stale()
            self.stale_responses += 1
        if conditional and is_not_modified(scope["headers"], answer.etag, answer.modified):
            answer = answer.not_modified
        return await answer.send(scope, send)

    def clear(self) -> None:
        """Forgets every answer."""
        self._probation.clear()
        self._proven.clear()

    def _lookup(self, key: Key) -> CachedResponse | None:
        """The answer that is kept for the version being served; asked for again, it has proven itself."""
        if self._version != (version := self.version()):
            self.clear()
            self._version = version
        if (answer := self._proven.entries.get(key)) is not None:
            self._proven.entries.move_to_end(key)
        elif (answer := self._probation.pop(key)) is not None:
            self._proven.put(key, answer)
        return answer

    async def _await_pending(self, key: Key) -> CachedResponse | ResponseRecorder | None:
        """The answer that another request is being given, if there is one and it can be shared."""
        made = self._pending.get(key)
        answer = await asyncio.shield(made) if made else None
        # Who waited as long as another for nothing does not wait as long again.
        return None if isinstance(answer, ResponseRecorder) and not answer.unavailable else answer

    async def _compute(self, key: Key, scope: Scope, receive: Receive) -> CachedResponse | ResponseRecorder:
        """Makes the whole answer and keeps it; a recording is an answer that is not to be kept."""
        shared: asyncio.Future[CachedResponse | ResponseRecorder] = asyncio.get_running_loop().create_future()
        self._pending[key] = shared
        recorder, version = ResponseRecorder(), self.version()
        answer: CachedResponse | ResponseRecorder = recorder
        try:
            await self.app({**scope, "method": "GET", "extensions": {}}, receive, recorder.record)
            answer = recorder.cached_response(key) or recorder
        finally:
            if self._pending.get(key) is shared:
                del self._pending[key]
            shared.set_result(answer)
        if isinstance(answer, CachedResponse) and version == self.version() == self._version:
            self._probation.put(key, answer)
        return answer
