"""uvicorn's HTTP protocol with deadlines, a bound for the head of a request, and refusals as problems (RFC 9457)."""

import asyncio
import sys
from collections.abc import Mapping
from fcntl import ioctl
from termios import TIOCOUTQ
from typing import ClassVar, cast

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from app.errors import ProblemError
from app.middleware.request_guard import MAX_HEADER_BYTES
from app.middleware.response_writer import EXTENSION, ResponseWriter, encode_headers

HEADER_TIMEOUT = 10.0  # seconds for a whole request head, and for a client to read some of its response
LINGER_SECONDS = 2.0  # a client whose request was rejected may still send for so long, so that it can read why
DRAIN_GRACE = 0.3  # seconds after the beginning of a shutdown in which an accepted connection may send its request
FORWARDED_FOR = b"x-forwarded-for"
MAX_FORWARDED_BYTES = 1024  # to look through thousands of addresses takes milliseconds


class HttpProtocol(HttpToolsProtocol):
    """One connection of a client.

    What it rejects before there is a request, it answers with a problem and `refusal_headers`, as all other responses.
    """

    refusal_headers: ClassVar[Mapping[str, str]] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._waiting_since: float | None = self.loop.time()  # None: a request is being answered
        self._responses = 0
        self._last_unread = (0, 0)  # at the last check: responses so far, and their bytes that the client had not read
        self._last_progress = 0.0
        self._head_bytes = self._body_bytes = 0  # of the request that is not complete
        self._rejected = self._stopping = False
        self._progress_timer = self.loop.call_later(HEADER_TIMEOUT, self._check_progress)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop all timers, and drop the requests that were not begun."""
        self._progress_timer.cancel()
        self.pipeline.clear()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what has arrived of requests."""
        if self._rejected:
            return
        self._unset_keepalive_if_required()
        self._head_bytes += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:  # only HTTP/1.1 is spoken here: the request to upgrade is ignored
            self.cycle.keep_alive = False
        except httptools.HttpParserError:
            self._reject(400, "This is no HTTP request.")
        else:
            if self._head_bytes > MAX_HEADER_BYTES:
                self._reject(431, f"The headers of a request may have {MAX_HEADER_BYTES} bytes at most.")

    def on_headers_complete(self) -> None:
        """Start the request whose head is complete."""
        if self._rejected:
            raise ValueError("the connection ends")
        self._head_bytes = self._body_bytes = 0
        names = [name for name, _ in self.headers]
        if names.count(b"host") != 1 and (b"host" in names or self.parser.get_http_version() == "1.1"):
            raise ValueError("RFC 9112, 3.2: one Host")  # the parser raises it as one of its own errors
        if FORWARDED_FOR in names:
            self._bound_forwarded()
        self.expect_100_continue = False  # no route reads a body
        super().on_headers_complete()
        self.headers = []  # from here on for trailers, which are no headers of the request (RFC 9110, 6.5.1)
        transport = ResponseWriter(self.cycle, self.transport)
        self.cycle.transport = cast("asyncio.Transport", transport)  # has the methods of a transport that a cycle calls
        self.cycle.scope["extensions"] = {EXTENSION: {"send": transport.send}}
        self._waiting_since = None
        if self._stopping:
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        """Ignore the body of a request; a long one is not read to its end."""
        self._head_bytes = 0
        self._body_bytes += len(body)
        if self.cycle.response_complete and self._body_bytes > MAX_HEADER_BYTES:
            self._close_after_linger()

    def on_message_complete(self) -> None:
        """Close the connection after this request if a trailer says so, for the parser then reads no further."""
        super().on_message_complete()
        if not self.headers or self.parser.should_keep_alive():
            return
        self.cycle.keep_alive = False
        if self.cycle.response_complete:
            self._close_after_linger()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        self._responses += 1
        self._waiting_since = self.loop.time()

    def eof_received(self) -> bool:  # type: ignore[override]
        """Keep the connection of a client that will send no more (True) until its request is answered."""
        if self.cycle is None or self.cycle.response_complete:
            return False
        self.cycle.keep_alive = False
        return True

    def shutdown(self) -> None:
        """Finish the response that is being sent; a connection without a request has `DRAIN_GRACE` to send one."""
        self._stopping = True
        if self.cycle is None or self.cycle.response_complete:
            self.loop.call_later(DRAIN_GRACE, self._close_if_idle)
        else:
            self.cycle.keep_alive = False

    def _bound_forwarded(self) -> None:
        """Drop X-Forwarded-For if it is longer than `MAX_FORWARDED_BYTES`; the address is then that of the proxy."""
        if sum(len(value) for name, value in self.headers if name == FORWARDED_FOR) > MAX_FORWARDED_BYTES:
            self.headers[:] = [field for field in self.headers if field[0] != FORWARDED_FOR]

    def _close_if_idle(self) -> None:
        if self._waiting_since is not None:
            self.transport.close()

    def _check_progress(self) -> None:
        """Abort if for `HEADER_TIMEOUT` the client sent no whole head, or read none of its response."""
        now, unread = self.loop.time(), (self._responses, self._unread_bytes())
        if unread[1]:
            since = self._last_progress if unread == self._last_unread else now
        else:
            since = self._waiting_since if self._waiting_since is not None else now
        if since + HEADER_TIMEOUT <= now:
            self.transport.abort()
            return
        self._last_unread, self._last_progress = unread, since
        self._progress_timer = self.loop.call_later(since + HEADER_TIMEOUT - now, self._check_progress)

    def _unread_bytes(self) -> int:
        """How many bytes of responses the client has not read, those in the kernel's buffer (SIOCOUTQ) included.

        Our own buffer alone would show progress late: the kernel holds megabytes, and takes more only when a third of
        its buffer is free. As long as it takes all, nothing is unread.
        """
        buffered = self.transport.get_write_buffer_size()
        socket = self.transport.get_extra_info("socket")
        if not buffered or socket is None or socket.fileno() < 0:
            return buffered
        return buffered + int.from_bytes(ioctl(socket.fileno(), TIOCOUTQ, bytes(4)), sys.byteorder)

    def _reject(self, status: int, detail: str) -> None:
        """End the connection with a problem; if a request before this one is being answered, after its response."""
        if self._rejected:
            return
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.keep_alive = False
            self._rejected = True
            return
        response = ProblemError(status, detail, headers={**self.refusal_headers, "Connection": "close"}).response()
        fields = encode_headers([*self.server_state.default_headers, *response.raw_headers])
        self.transport.write(b"%b%b\r\n%b" % (STATUS_LINE[status], fields, bytes(response.body)))
        self._close_after_linger()

    def _close_after_linger(self) -> None:
        """Send no more, but read for `LINGER_SECONDS`, or the client could lose the response (RFC 9112, 9.6)."""
        self._rejected = True
        if not self.transport.is_closing():
            self.transport.write_eof()
            self.loop.call_later(LINGER_SECONDS, self.transport.close)
