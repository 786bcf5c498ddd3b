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
from app.middleware.request_guard import MAX_HEADER_BYTES
from app.middleware.single_write import EXTENSION, SingleWriteTransport, encode_headers

HEADER_TIMEOUT = 10.0  # seconds for a whole request head, and for a client that does not read its answer to read some
LINGER_SECONDS = 2.0  # seconds in which a client that was refused may still send, so that it can read why
DRAIN_GRACE = 0.3  # seconds in which a connection that was accepted before a stop may still ask
FORWARDED_FOR = b"x-forwarded-for"
MAX_FORWARDED_BYTES = 1024  # looking through thousands of addresses takes milliseconds, and the log would have them


class HttpProtocol(HttpToolsProtocol):
    """One connection. What it refuses before there is a request, it answers as the rest of the service would."""

    refusal_headers: ClassVar[Mapping[str, str]] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begins to wait for a request."""
        super().connection_made(transport)
        self._waiting_since: float | None = self.loop.time()  # None: a request is being answered
        self._answers = 0
        self._last_unread = (
            0,
            0,
        )  # at the last look: answers so far, and bytes of them that had not reached the client
        self._last_progress = 0.0
        self._head_bytes = self._body_bytes = 0  # of what is not complete
        self._rejected = self._stopping = False
        self._progress_timer = self.loop.call_later(HEADER_TIMEOUT, self._check_progress)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops waiting; what was asked and not begun is not answered to nobody."""
        self._progress_timer.cancel()
        self.pipeline.clear()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Reads what there is of requests."""
        if self._rejected:
            return
        self._unset_keepalive_if_required()
        self._head_bytes += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:  # nothing else is spoken here: answered as if it had not been asked for
            self.cycle.keep_alive = False
        except httptools.HttpParserError:
            self._reject(400, "This is no HTTP request.")
        else:
            if self._head_bytes > MAX_HEADER_BYTES:
                self._reject(431, f"The headers of a request may have {MAX_HEADER_BYTES} bytes at most.")

    def on_headers_complete(self) -> None:
        """A request begins."""
        if self._rejected:
            raise ValueError("nothing is answered any more")
        self._head_bytes = self._body_bytes = 0
        names = [name for name, _ in self.headers]
        if names.count(b"host") != 1 and (b"host" in names or self.parser.get_http_version() == "1.1"):
            raise ValueError("RFC 9112, 3.2: one Host")  # the parser makes it one of its errors
        if FORWARDED_FOR in names:
            self._bound_forwarded()
        self.expect_100_continue = False  # nobody is asked for a body
        super().on_headers_complete()
        self.headers = []  # from here on for trailers, which are no headers of the request (RFC 9110, 6.5.1)
        whole = SingleWriteTransport(self.cycle, self.transport)
        self.cycle.transport = cast("asyncio.Transport", whole)
        self.cycle.scope["extensions"] = {EXTENSION: {"answer": whole.send}}
        self._waiting_since = None
        if self._stopping:
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        """A body means nothing here: it is not kept, not waited for, and a long one is not read to its end."""
        self._head_bytes = 0
        self._body_bytes += len(body)
        if self.cycle.response_complete and self._body_bytes > MAX_HEADER_BYTES:
            self._close_after_linger()

    def on_message_complete(self) -> None:
        """A request has come whole; what the parser obeys, `Connection: close` in a trailer, is obeyed here, too."""
        super().on_message_complete()
        if not self.headers or self.parser.should_keep_alive():
            return
        self.cycle.keep_alive = False
        if self.cycle.response_complete:
            self._close_after_linger()

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
            self.loop.call_later(DRAIN_GRACE, self._close_if_idle)
        else:
            self.cycle.keep_alive = False

    def _bound_forwarded(self) -> None:
        """Drops X-Forwarded-For if it is too long to be worth reading; the address is then that of the proxy."""
        if sum(len(value) for name, value in self.headers if name == FORWARDED_FOR) > MAX_FORWARDED_BYTES:
            self.headers[:] = [field for field in self.headers if field[0] != FORWARDED_FOR]

    def _close_if_idle(self) -> None:
        if self._waiting_since is not None:
            self.transport.close()

    def _check_progress(self) -> None:
        """Gives up a client that for `PATIENCE` sent no whole head, or took nothing of its answer; looks again then."""
        now, left = self.loop.time(), (self._answers, self._unread_bytes())
        if left[1]:
            since = self._last_progress if left == self._last_unread else now
        else:
            since = self._waiting_since if self._waiting_since is not None else now
        if since + HEADER_TIMEOUT <= now:
            self.transport.abort()
            return
        self._last_unread, self._last_progress = left, since
        self._progress_timer = self.loop.call_later(since + HEADER_TIMEOUT - now, self._check_progress)

    def _unread_bytes(self) -> int:
        """How many bytes have not reached the client; the kernel's count only where it takes nothing more for now.

        Of that alone much would be seen late: the kernel holds megabytes, and takes more when a third of it is free.
        """
        waiting = self.transport.get_write_buffer_size()
        connected = self.transport.get_extra_info("socket")
        if not waiting or connected is None or connected.fileno() < 0:
            return waiting
        return waiting + int.from_bytes(ioctl(connected.fileno(), TIOCOUTQ, bytes(4)), sys.byteorder)

    def _reject(self, status: int, detail: str) -> None:
        """Ends the connection with a problem; after their answers, if requests before this are under way."""
        if self._rejected:
            return
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.keep_alive = False
            self._rejected = True
            return
        response = ProblemError(status, detail, headers={**self.refusal_headers, "Connection": "close"}).response()
        fields: Any = [*self.server_state.default_headers, *response.raw_headers]
        self.transport.write(b"%b%b\r\n%b" % (STATUS_LINE[status], encode_headers(fields), bytes(response.body)))
        self._close_after_linger()

    def _close_after_linger(self) -> None:
        """Sends no more, but reads on for a moment: closed at once, the client would lose what it was told."""
        self._rejected = True
        if not self.transport.is_closing():
            self.transport.write_eof()
            self.loop.call_later(LINGER_SECONDS, self.transport.close)
