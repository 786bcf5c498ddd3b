"""A shared cache (RFC 9111) of whole responses in front of routing: it knows nothing of what it keeps.

It keeps responses that call themselves public, have an ETag and vary by nothing but the content coding and the
language, all of one version of the data.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.middleware.cached_response import LANGUAGE_MARKER, CachedResponse, Key, SegmentedLRUCache
from app.middleware.conditional_requests import is_not_modified, negotiate_encoding
from app.middleware.request_guard import MAX_HEADER_BYTES, MAX_QUERY_BYTES
from app.values.http_dates import parse_http_date

CONDITIONAL_HEADERS = (b"if-none-match", b"if-modified-since")


@lru_cache(maxsize=1024)
def _negotiated_encoding(accept_encoding: bytes) -> str:
    return negotiate_encoding(accept_encoding.decode("latin-1"))


@lru_cache(maxsize=64)
def _varying_headers(vary: bytes) -> frozenset[bytes]:
    """The request headers on which a response depends, besides Accept-Encoding."""
    return frozenset(name.strip() for name in vary.lower().split(b",")) - {b"", b"accept-encoding"}


@lru_cache(maxsize=16)
def _last_modified(value: bytes | None) -> datetime | None:
    return parse_http_date(value.decode("latin-1")) if value else None


class Origin(Protocol):
    """What responses are made of; both are attributes, because they are read for every request."""

    @property
    def version(self) -> str | None:
        """The version of the data; None: there are none yet."""

    @property
    def is_database_down(self) -> bool:
        """Whether it is unknown if this is still the newest version."""


@dataclass
class ResponseRecorder:
    """The ASGI messages of a response that is being computed."""

    messages: list[Message] = field(default_factory=list)

    async def record(self, message: Message) -> None:
        """Keep a message instead of sending it."""
        self.messages.append(message)

    async def replay(self, method: str, send: Send) -> None:
        """Send the messages as they came; to a HEAD request without the body."""
        for message in self.messages:
            await send({**message, "body": b""} if method == "HEAD" and "body" in message else message)

    @property
    def unavailable(self) -> bool:
        """Whether this is a 503: nothing can be answered now."""
        return bool(self.messages) and self.messages[0].get("status") == 503

    def cached_response(self) -> CachedResponse | None:
        """The response, if it may be kept."""
        headers = dict(self.messages[0].get("headers", ())) if self.messages else {}
        varying = _varying_headers(headers.get(b"vary", b""))
        language = headers.get(b"content-language", b"").decode("latin-1") if varying else ""
        body = b"".join(message.get("body", b"") for message in self.messages[1:])
        if not (
            headers.get(b"cache-control", b"").startswith(b"public")
            and (not varying or (varying == {b"accept-language"} and language))
            and headers.get(b"content-length") == str(len(body)).encode()
            and b"etag" in headers
            and self.messages[0]["status"] == 200
        ):
            return None
        modified = _last_modified(headers.get(b"last-modified"))
        return CachedResponse(
            200, self.messages[0]["headers"], body, headers[b"etag"].decode("latin-1"), modified, language
        )


class ResponseCacheMiddleware:
    """Sends responses from memory; equal requests wait for the response that is being computed for the first of them.

    Only responses of the current version of the origin are kept. While its database is down, they cannot be compared
    with it and are sent with `Cache-Status: …; detail=stale`. `negotiate_language` gives the language for an
    Accept-Language header; it is called only where a response says that it varies by that header.
    """

    def __init__(
        self,
        app: ASGIApp,
        origin: Origin,
        max_bytes: int,
        negotiate_language: Callable[[bytes], str] = lambda _: "",
    ) -> None:
        self.app, self.origin, self.max_bytes, self.negotiate_language = app, origin, max_bytes, negotiate_language
        self.stale_responses = 0
        self._cache = SegmentedLRUCache(max_bytes)
        self._cached_version: str | None = None
        self._pending: dict[Key, asyncio.Future[CachedResponse | ResponseRecorder]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if not self.max_bytes or scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return await self.app(scope, receive, send)
        encoding: bytes | None = None
        language: bytes | None = None
        conditional, length = False, 0
        for name, value in scope["headers"]:
            length += len(name) + len(value)
            # Of several the first counts, as it does for the routes.
            if name == b"accept-encoding" and encoding is None:
                encoding = value
            elif name == b"accept-language" and language is None:
                language = value
            elif name in CONDITIONAL_HEADERS:
                conditional = True
        if length > MAX_HEADER_BYTES or len(scope["query_string"]) > MAX_QUERY_BYTES:
            return await self.app(scope, receive, send)
        key: Key = (scope["raw_path"], scope["query_string"], _negotiated_encoding(encoding or b""), "")
        response: CachedResponse | ResponseRecorder | None = self._lookup(key)
        if response is LANGUAGE_MARKER:
            key = (*key[:3], self.negotiate_language(language or b""))
            response = self._lookup(key)
        if response is None:
            response = await self._wait_or_compute(key, language or b"", scope, receive)
        if isinstance(response, ResponseRecorder):
            return await response.replay(scope["method"], send)
        if self.origin.is_database_down:
            response = response.stale()
            self.stale_responses += 1
        if conditional and is_not_modified(scope["headers"], response.etag, response.modified):
            response = response.not_modified
        return await response.send(scope, send)

    def clear(self) -> None:
        """Drop every response."""
        self._cache.clear()

    def _lookup(self, key: Key) -> CachedResponse | None:
        """The response that is kept for the version being served."""
        if self._cached_version != (version := self.origin.version):
            self.clear()
            self._cached_version = version
        return self._cache.get(key)

    async def _wait_or_compute(
        self, key: Key, accept_language: bytes, scope: Scope, receive: Receive
    ) -> CachedResponse | ResponseRecorder:
        response = await self._await_pending(key)
        if isinstance(response, CachedResponse) and response.language and not key[3]:
            # The first response at this address: only now is it known that it depends on the language.
            key = (*key[:3], self.negotiate_language(accept_language))
            response = self._lookup(key) or await self._await_pending(key)
        return response or await self._compute(key, scope, receive)

    async def _await_pending(self, key: Key) -> CachedResponse | ResponseRecorder | None:
        """The response that is being computed for another request, if there is one and it can be shared."""
        pending = self._pending.get(key)
        response = await asyncio.shield(pending) if pending else None
        # Who waited as long as another for nothing does not wait as long again.
        return None if isinstance(response, ResponseRecorder) and not response.unavailable else response

    async def _compute(self, key: Key, scope: Scope, receive: Receive) -> CachedResponse | ResponseRecorder:
        """Compute the whole response and keep it; a recorder holds a response that must not be kept."""
        shared: asyncio.Future[CachedResponse | ResponseRecorder] = asyncio.get_running_loop().create_future()
        self._pending[key] = shared
        recorder, version = ResponseRecorder(), self.origin.version
        response: CachedResponse | ResponseRecorder = recorder
        try:
            await self.app({**scope, "method": "GET", "extensions": {}}, receive, recorder.record)
            response = recorder.cached_response() or recorder
        finally:
            if self._pending.get(key) is shared:
                del self._pending[key]
            shared.set_result(response)
        if isinstance(response, CachedResponse) and version == self.origin.version == self._cached_version:
            self._keep(key, response)
        return response

    def _keep(self, key: Key, response: CachedResponse) -> None:
        if response.language:
            self._cache.put((*key[:3], ""), LANGUAGE_MARKER)
        self._cache.put((*key[:3], response.language), response)
