"""Responses kept in memory, and the segmented LRU cache that bounds them by bytes."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from starlette.types import Scope, Send

from app.middleware.response_writer import encode_headers, response_writer_of

Headers = list[tuple[bytes, bytes]]
Key = tuple[bytes, bytes, str, str]
"""Path, query string, content coding, and the negotiated language; empty where the request's address decides."""

PROBATION_SHARE = 0.2  # of the bytes, for responses that were requested once
ENTRY_OVERHEAD_BYTES = 1000  # beside the texts of an entry and its headers, which are kept in two forms
OMITTED_FROM_304 = (b"content-length", b"content-encoding", b"content-type", b"link")
STALE_STATUS = (b"cache-status", b"citypact; hit; detail=stale")  # RFC 9211


@dataclass(slots=True)
class CachedResponse:
    """A whole response as it is sent; `language` is set where the request's Accept-Language chose it."""

    status: int
    headers: Headers
    body: bytes
    etag: str
    modified: datetime | None
    language: str = ""
    is_language_marker: bool = False
    """Says only that the responses at this address depend on Accept-Language."""
    _fields: bytes = b""
    _not_modified: "CachedResponse | None" = None

    @property
    def fields(self) -> bytes:
        """Its header fields as they are sent, encoded once."""
        self._fields = self._fields or encode_headers(self.headers)
        return self._fields

    @property
    def not_modified(self) -> "CachedResponse":
        """The 304 for a client that has this response already."""
        if self._not_modified is None:
            headers = [(name, value) for name, value in self.headers if name not in OMITTED_FROM_304]
            self._not_modified = CachedResponse(304, headers, b"", self.etag, self.modified)
        return self._not_modified

    def stale(self) -> "CachedResponse":
        """The same response, marked as one that could not be compared with its origin."""
        return CachedResponse(self.status, [*self.headers, STALE_STATUS], self.body, self.etag, self.modified)

    def weight(self, key: Key) -> int:
        """About how many bytes of memory it takes under this key."""
        headers = sum(len(name) + len(value) + 4 for name, value in self.headers)
        return len(self.body) + sum(map(len, key)) + 2 * headers + ENTRY_OVERHEAD_BYTES

    async def send(self, scope: Scope, send: Send) -> None:
        """Send it; to a HEAD request without its body."""
        body = b"" if scope["method"] == "HEAD" else self.body
        if not response_writer_of(scope)(self.status, self.fields, body):
            await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
            await send({"type": "http.response.body", "body": body})


LANGUAGE_MARKER = CachedResponse(0, [], b"", "", None, is_language_marker=True)


class Segment:
    """An LRU cache of responses, bounded by their bytes."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes, self.used_bytes = max_bytes, 0
        self.entries: OrderedDict[Key, CachedResponse] = OrderedDict()

    def put(self, key: Key, response: CachedResponse) -> None:
        """Keep a response that fits at all; drop the least recently used ones that no longer fit."""
        if response.weight(key) <= self.max_bytes:
            self.pop(key)
            self.entries[key] = response
            self.used_bytes += response.weight(key)
        while self.used_bytes > self.max_bytes:
            dropped, last = self.entries.popitem(last=False)
            self.used_bytes -= last.weight(dropped)

    def pop(self, key: Key) -> CachedResponse | None:
        """Remove and return the response of this key; None if there is none."""
        response = self.entries.pop(key, None)
        self.used_bytes -= response.weight(key) if response else 0
        return response

    def clear(self) -> None:
        """Remove all."""
        self.entries.clear()
        self.used_bytes = 0


class SegmentedLRUCache:
    """A segmented LRU cache (SLRU): a response stays for long only if it is requested again.

    New responses are on probation in a fifth of the bytes, so that a flood of addresses that nobody requests twice
    drops nothing that is useful.
    """

    def __init__(self, max_bytes: int) -> None:
        self.probation = Segment(int(max_bytes * PROBATION_SHARE))
        self.protected = Segment(max_bytes - int(max_bytes * PROBATION_SHARE))

    def get(self, key: Key) -> CachedResponse | None:
        """The response of this key, now the most recently used one and protected; None if there is none."""
        if (response := self.protected.entries.get(key)) is not None:
            self.protected.entries.move_to_end(key)
        elif (response := self.probation.pop(key)) is not None:
            self.protected.put(key, response)
        return response

    def put(self, key: Key, response: CachedResponse) -> None:
        """Keep a new response, on probation."""
        self.probation.put(key, response)

    def clear(self) -> None:
        """Remove all."""
        self.probation.clear()
        self.protected.clear()
