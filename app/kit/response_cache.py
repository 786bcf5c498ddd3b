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

from app.kit.caching import coding, not_modified
from app.kit.front import MOST_HEADER_BYTES, MOST_QUERY_BYTES
from app.kit.http_dates import moment_of
from app.kit.whole import answers_whole, encoded

Headers = list[tuple[bytes, bytes]]
Key = tuple[bytes, bytes, str, str]  # path, query, content coding, and the negotiated language if there is one

Negotiates = Callable[[Scope, bytes], str]
"""The language that a request gets by its Accept-Language; empty where its address alone decides."""

PROBATION = 0.2  # the part of the room for answers that were asked for once
OVERHEAD = 1000  # bytes that an answer takes beside its texts and its headers, which are kept in two forms
CONDITIONS = (b"if-none-match", b"if-modified-since")
NOT_IN_304 = (b"content-length", b"content-encoding", b"content-type", b"link")
STALE = (b"cache-status", b"citypact; hit; detail=stale")  # RFC 9211


@lru_cache(maxsize=1024)
def _coding(accept_encoding: bytes) -> str:
    return coding(accept_encoding.decode("latin-1"))


@lru_cache(maxsize=64)
def _varies(vary: bytes) -> frozenset[bytes]:
    """By what an answer varies beside the content coding."""
    return frozenset(name.strip() for name in vary.lower().split(b",")) - {b"", b"accept-encoding"}


@dataclass(slots=True)
class Answer:
    """A whole answer, as it is sent."""

    status: int
    headers: Headers
    body: bytes
    etag: str
    modified: datetime | None
    size: int
    _fields: bytes = b""
    _unchanged: "Answer | None" = None

    @property
    def fields(self) -> bytes:
        """Its headers, encoded once."""
        self._fields = self._fields or encoded(self.headers)
        return self._fields

    @property
    def unchanged(self) -> "Answer":
        """What a client is told that has it already."""
        if self._unchanged is None:
            kept = [(name, value) for name, value in self.headers if name not in NOT_IN_304]
            self._unchanged = self._like(304, kept, b"")
        return self._unchanged

    def stale(self) -> "Answer":
        """The same, and that it could not be asked whether it still holds."""
        return self._like(self.status, [*self.headers, STALE], self.body)

    def _like(self, status: int, headers: Headers, body: bytes) -> "Answer":
        return Answer(status, headers, body, self.etag, self.modified, self.size)

    async def send(self, scope: Scope, send: Send) -> None:
        """Sends it, to a HEAD without its body."""
        body = b"" if scope["method"] == "HEAD" else self.body
        if not answers_whole(scope)(self.status, self.fields, body):
            await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
            await send({"type": "http.response.body", "body": body})


@lru_cache(maxsize=16)
def _moment(value: bytes | None) -> datetime | None:
    return moment_of(value.decode("latin-1")) if value else None


class Segment:
    """Answers up to a number of bytes, the least recently used first to go."""

    def __init__(self, room: int) -> None:
        self.room, self.used = room, 0
        self.answers: OrderedDict[Key, Answer] = OrderedDict()

    def put(self, key: Key, answer: Answer) -> None:
        """Keeps an answer that fits at all, and drops what no longer does."""
        if answer.size <= self.room:
            self.take(key)
            self.answers[key] = answer
            self.used += answer.size
        while self.used > self.room:
            self.used -= self.answers.popitem(last=False)[1].size

    def take(self, key: Key) -> Answer | None:
        """Takes an answer out."""
        answer = self.answers.pop(key, None)
        self.used -= answer.size if answer else 0
        return answer

    def clear(self) -> None:
        """Drops everything."""
        self.answers.clear()
        self.used = 0


@dataclass
class Recording:
    """The messages of an answer that is being made."""

    messages: list[Message] = field(default_factory=list)

    async def note(self, message: Message) -> None:
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

    def answer(self, key: Key) -> Answer | None:
        """The answer, if it is one to keep."""
        headers = dict(self.messages[0].get("headers", ())) if self.messages else {}
        public = headers.get(b"cache-control", b"").startswith(b"public")
        known = _varies(headers.get(b"vary", b"")) <= ({b"accept-language"} if key[-1] else set())
        body = b"".join(message.get("body", b"") for message in self.messages[1:])
        whole = headers.get(b"content-length") == str(len(body)).encode()
        if not (public and known and whole and b"etag" in headers and self.messages[0]["status"] == 200):
            return None
        return Answer(
            status=200,
            headers=self.messages[0]["headers"],
            body=body,
            etag=headers[b"etag"].decode("latin-1"),
            modified=_moment(headers.get(b"last-modified")),
            size=len(body) + sum(map(len, key)) + 2 * sum(len(n) + len(v) + 4 for n, v in headers.items()) + OVERHEAD,
        )


class ResponseCache:
    """Answers from memory what was answered before; equal first requests wait for one answer.

    While what is kept cannot be compared with its origin (`away`), it is served and marked as stale.
    """

    def __init__(
        self,
        app: ASGIApp,
        version: Callable[[], str | None],
        room: int,
        away: Callable[[], bool] = lambda: False,
        negotiates: Negotiates = lambda _, __: "",
    ) -> None:
        self.app, self.version, self.room, self.away, self.negotiates = app, version, room, away, negotiates
        self.stale_answers = 0
        self._kept_version: str | None = None
        self._probation = Segment(int(room * PROBATION))
        self._proven = Segment(room - int(room * PROBATION))
        self._under_way: dict[Key, asyncio.Future[Answer | Recording]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if not self.room or scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
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
            elif name in CONDITIONS:
                conditional = True
        if length > MOST_HEADER_BYTES or len(scope["query_string"]) > MOST_QUERY_BYTES:
            return await self.app(scope, receive, send)
        key = (
            scope["raw_path"],
            scope["query_string"],
            _coding(accepted or b""),
            self.negotiates(scope, spoken or b""),
        )
        answer = self._find(key) or await self._wait(key) or await self._make(key, scope, receive)
        if isinstance(answer, Recording):
            return await answer.replay(scope["method"], send)
        if self.away():
            answer = answer.stale()
            self.stale_answers += 1
        if conditional and not_modified(scope["headers"], answer.etag, answer.modified):
            answer = answer.unchanged
        return await answer.send(scope, send)

    def clear(self) -> None:
        """Forgets every answer."""
        self._probation.clear()
        self._proven.clear()

    def _find(self, key: Key) -> Answer | None:
        """The answer that is kept for the version being served; asked for again, it has proven itself."""
        if self._kept_version != (version := self.version()):
            self.clear()
            self._kept_version = version
        if (answer := self._proven.answers.get(key)) is not None:
            self._proven.answers.move_to_end(key)
        elif (answer := self._probation.take(key)) is not None:
            self._proven.put(key, answer)
        return answer

    async def _wait(self, key: Key) -> Answer | Recording | None:
        """The answer that another request is being given, if there is one and it can be shared."""
        made = self._under_way.get(key)
        answer = await asyncio.shield(made) if made else None
        # Who waited as long as another for nothing does not wait as long again.
        return None if isinstance(answer, Recording) and not answer.unavailable else answer

    async def _make(self, key: Key, scope: Scope, receive: Receive) -> Answer | Recording:
        """Makes the whole answer and keeps it; a recording is an answer that is not to be kept."""
        shared: asyncio.Future[Answer | Recording] = asyncio.get_running_loop().create_future()
        self._under_way[key] = shared
        recording, version = Recording(), self.version()
        answer: Answer | Recording = recording
        try:
            await self.app({**scope, "method": "GET", "extensions": {}}, receive, recording.note)
            answer = recording.answer(key) or recording
        finally:
            if self._under_way.get(key) is shared:
                del self._under_way[key]
            shared.set_result(answer)
        if isinstance(answer, Answer) and version == self.version() == self._kept_version:
            self._probation.put(key, answer)
        return answer
