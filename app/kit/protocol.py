"""uvicorn's HTTP protocol with what it lacks: deadlines, a bound for the head of a request, refusals as problems."""

import asyncio
import sys
from collections.abc import Mapping
from fcntl import ioctl
from termios import TIOCOUTQ
from typing import Any, ClassVar, cast

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from app.errors import ProblemError
from app.kit.front import MOST_HEADER_BYTES
from app.kit.whole import EXTENSION, Whole, encoded

PATIENCE = 10.0  # seconds for a whole request head, and for a client that does not read its answer to read some
LINGER = 2.0  # seconds in which a client that was refused may still send, so that it can read why
FAREWELL = 0.3  # seconds in which a connection that was accepted before a stop may still ask
FORWARDED = b"x-forwarded-for"
MOST_FORWARDED_BYTES = 1024  # looking through thousands of addresses takes milliseconds, and the log would have them


class Protocol(HttpToolsProtocol):
    """One connection. What it refuses before there is a request, it answers as the rest of the service would."""

    headers_of_refusals: ClassVar[Mapping[str, str]] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begins to wait for a request."""
        super().connection_made(transport)
        self._waiting_since: float | None = self.loop.time()  # None: a request is being answered
        self._answers = 0
        self._left = (0, 0)  # at the last look: answers so far, and bytes of them that had not reached the client
        self._left_since = 0.0
        self._head_bytes = self._body_bytes = 0  # of what is not complete
        self._refused = self._stopping = False
        self._look = self.loop.call_later(PATIENCE, self._look_after)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops waiting; what was asked and not begun is not answered to nobody."""
        self._look.cancel()
        self.pipeline.clear()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Reads what there is of requests."""
        if self._refused:
            return
        self._unset_keepalive_if_required()
        self._head_bytes += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:  # nothing else is spoken here: answered as if it had not been asked for
            self.cycle.keep_alive = False
        except httptools.HttpParserError:
            self._refuse(400, "This is no HTTP request.")
        else:
            if self._head_bytes > MOST_HEADER_BYTES:
                self._refuse(431, f"The headers of a request may have {MOST_HEADER_BYTES} bytes at most.")

    def on_headers_complete(self) -> None:
        """A request begins."""
        if self._refused:
            raise ValueError("nothing is answered any more")
        self._head_bytes = self._body_bytes = 0
        names = [name for name, _ in self.headers]
        if names.count(b"host") != 1 and (b"host" in names or self.parser.get_http_version() == "1.1"):
            raise ValueError("RFC 9112, 3.2: one Host")  # the parser makes it one of its errors
        if FORWARDED in names:
            self._bound_forwarded()
        self.expect_100_continue = False  # nobody is asked for a body
        super().on_headers_complete()
        self.headers = []  # from here on for trailers, which are no headers of the request (RFC 9110, 6.5.1)
        whole = Whole(self.cycle, self.transport)
        self.cycle.transport = cast("asyncio.Transport", whole)
        self.cycle.scope["extensions"] = {EXTENSION: {"answer": whole.answer}}
        self._waiting_since = None
        if self._stopping:
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        """A body means nothing here: it is not kept, not waited for, and a long one is not read to its end."""
        self._head_bytes = 0
        self._body_bytes += len(body)
        if self.cycle.response_complete and self._body_bytes > MOST_HEADER_BYTES:
            self._close_slowly()

    def on_message_complete(self) -> None:
        """A request has come whole; what the parser obeys, `Connection: close` in a trailer, is obeyed here, too."""
        super().on_message_complete()
        if not self.headers or self.parser.should_keep_alive():
            return
        self.cycle.keep_alive = False
        if self.cycle.response_complete:
            self._close_slowly()

    def on_response_complete(self) -> None:
        """The next request may come."""
        super().on_response_complete()
        self._answers += 1
        self._waiting_since = self.loop.time()

    def eof_received(self) -> bool:  # type: ignore[override]
        """A client that will ask no more is still answered what it asked; True keeps the connection until then."""
        if self.cycle is None or self.cycle.response_complete:
            return False
        self.cycle.keep_alive = False
        return True

    def shutdown(self) -> None:
        """Answers what is under way; a connection that has not asked yet may still do so for a moment."""
        self._stopping = True
        if self.cycle is None or self.cycle.response_complete:
            self.loop.call_later(FAREWELL, self._close_unless_asked)
        else:
            self.cycle.keep_alive = False

    def _bound_forwarded(self) -> None:
        """Drops X-Forwarded-For if it is too long to be worth reading; the address is then that of the proxy."""
        if sum(len(value) for name, value in self.headers if name == FORWARDED) > MOST_FORWARDED_BYTES:
            self.headers[:] = [field for field in self.headers if field[0] != FORWARDED]

    def _close_unless_asked(self) -> None:
        if self._waiting_since is not None:
            self.transport.close()

    def _look_after(self) -> None:
        """Gives up a client that for `PATIENCE` sent no whole head, or took nothing of its answer; looks again then."""
        now, left = self.loop.time(), (self._answers, self._unread())
        if left[1]:
            since = self._left_since if left == self._left else now
        else:
            since = self._waiting_since if self._waiting_since is not None else now
        if since + PATIENCE <= now:
            self.transport.abort()
            return
        self._left, self._left_since = left, since
        self._look = self.loop.call_later(since + PATIENCE - now, self._look_after)

    def _unread(self) -> int:
        """How many bytes have not reached the client; the kernel's count only where it takes nothing more for now.

        Of that alone much would be seen late: the kernel holds megabytes, and takes more when a third of it is free.
        """
        waiting = self.transport.get_write_buffer_size()
        connected = self.transport.get_extra_info("socket")
        if not waiting or connected is None or connected.fileno() < 0:
            return waiting
        return waiting + int.from_bytes(ioctl(connected.fileno(), TIOCOUTQ, bytes(4)), sys.byteorder)

    def _refuse(self, status: int, detail: str) -> None:
        """Ends the connection with a problem; after their answers, if requests before this are under way."""
        if self._refused:
            return
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.keep_alive = False
            self._refused = True
            return
        response = ProblemError(status, detail, headers={**self.headers_of_refusals, "Connection": "close"}).response()
        fields: Any = [*self.server_state.default_headers, *response.raw_headers]
        self.transport.write(b"%b%b\r\n%b" % (STATUS_LINE[status], encoded(fields), bytes(response.body)))
        self._close_slowly()

    def _close_slowly(self) -> None:
        """Sends no more, but reads on for a moment: closed at once, the client would lose what it was told."""
        self._refused = True
        if not self.transport.is_closing():
            self.transport.write_eof()
            self.loop.call_later(LINGER, self.transport.close)
