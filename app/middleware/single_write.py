"""Answers that leave whole: an ASGI extension of our server, for what is complete before any of it is sent.

An application that finds `EXTENSION` among a scope's extensions may call its `answer` instead of `send`, with the
status, the fields as `encoded` made them, and the body. So fields that are encoded once are not looked through at
each answer. Neither is the body: who answers so vouches that the fields tell its length (or that a HEAD or a 304 has
none), and say nothing of the connection. Who wraps `send` to see what is sent takes the extension out of the scope.
"""

import asyncio
import weakref
from collections.abc import Callable, Sequence

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HEADER_RE, HEADER_VALUE_RE, STATUS_LINE, RequestResponseCycle

EXTENSION = "citypact.whole"

SingleWrite = Callable[[int, bytes, bytes], bool]
"""Sends status, fields and body; False, and nothing is sent, if that takes `send`."""

NO_EXTENSIONS: dict[str, dict[str, SingleWrite]] = {}
UNSUPPORTED: dict[str, SingleWrite] = {"answer": lambda *_: False}


def encode_headers(fields: Sequence[tuple[bytes, bytes]]) -> bytes:
    """The fields of an answer as they are sent; ValueError if one is none or would be several (RFC 9112, 5)."""
    if broken := [name for name, value in fields if HEADER_RE.search(name) or HEADER_VALUE_RE.search(value)]:
        raise ValueError(f"not a header: {broken[0]!r}")
    return b"".join([b"%b: %b\r\n" % field for field in fields])


def single_write_of(scope: Scope) -> SingleWrite:
    """How to answer this request at once; where the server cannot, what says so."""
    answers: SingleWrite = scope.get("extensions", NO_EXTENSIONS).get(EXTENSION, UNSUPPORTED)["answer"]
    return answers


class SingleWriteTransport:
    """One answer on its way: head and body, or the head and the beginning of the body, leave in one call.

    That is faster, and if the process is killed then, who reads has none of the answer and may ask again.
    """

    def __init__(self, cycle: RequestResponseCycle, transport: asyncio.Transport) -> None:
        self._cycle = weakref.ref(cycle)  # which knows this: neither is to wait for the collector of cycles
        self._transport = transport
        self._head: bytes | None = None if cycle.scope["method"] == "HEAD" else b""  # None: there is nothing to keep

    def send(self, status: int, fields: bytes, body: bytes) -> bool:
        """Sends all of it, unless the connection is to end with it or has to be waited for."""
        cycle = self._cycle()
        if cycle is None or not cycle.keep_alive or cycle.disconnected or cycle.flow.write_paused:
            return False
        if self._transport.is_closing():
            return False
        self._transport.writelines((STATUS_LINE[status], encode_headers(cycle.default_headers), fields, b"\r\n", body))
        cycle.response_started = cycle.response_complete = True
        cycle.message_event.set()
        cycle.on_response()
        return True

    def write(self, data: bytes) -> None:
        """Keeps the head that is written until there is more; who is gone is sent nothing."""
        if self._head == b"":
            self._head = data
        elif not self._transport.is_closing():
            self._transport.writelines([part for part in (self._head, data) if part])
            self._head = None

    def close(self) -> None:
        """Sends what it keeps, and closes."""
        if self._head:
            self.write(b"")
        self._transport.close()
