"""Request ids, and observers of responses such as the access log.

A request has an id if its client (or a proxy) sent a well-formed `X-Request-ID`, or if there are observers. The
id is in the header of the response, in problems as `instance`, and in every line that is logged for the request.
"""

import logging
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import request_id

HEADER = b"x-request-id"
WELL_FORMED = re.compile(rb"[A-Za-z0-9._-]{1,64}")
ADDRESS = re.compile(r"[0-9A-Fa-f.:]{2,45}(?:%[A-Za-z0-9._-]{1,16})?")  # IPv4, or IPv6 with or without a zone

access_log = logging.getLogger("citypact.access")


@dataclass
class ResponseInfo:
    """A response that was sent: bytes of its body, seconds since the request, and the address of the client."""

    path: str
    method: str
    status: int
    length: int
    seconds: float
    headers: list[tuple[bytes, bytes]]
    address: str | None


Observer = Callable[[ResponseInfo], None]


class RequestIdMiddleware:
    """Gives requests their ids, and calls the observers after every response."""

    def __init__(self, app: ASGIApp, observers: tuple[Observer, ...] = ()) -> None:
        self.app, self.observers = app, observers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and (self.observers or _has_request_id(scope)):
            return await self._observe(scope, receive, send)
        return await self.app(scope, receive, send)

    async def _observe(self, scope: Scope, receive: Receive, send: Send) -> None:
        identity, began = _request_id_of(scope), time.perf_counter()
        response = ResponseInfo(scope["path"], scope["method"], 500, 0, 0, [], (scope.get("client") or [None])[0])

        async def observed_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                response.status, response.headers = message["status"], message["headers"]
                message = {**message, "headers": [*message["headers"], (HEADER, identity.encode())]}
            response.length += len(message.get("body", b""))
            await send(message)

        token = request_id.set(identity)
        try:
            await self.app({**scope, "extensions": {}}, receive, observed_send)  # all must pass observed_send
        finally:
            response.seconds = time.perf_counter() - began
            for observe in self.observers:
                observe(response)
            request_id.reset(token)


def _has_request_id(scope: Scope) -> bool:
    for name, _ in scope["headers"]:  # noqa: SIM110 - any() takes three times as long, for every request
        if name == HEADER:
            return True
    return False


def _request_id_of(scope: Scope) -> str:
    """The id that the client sent, if it is well-formed; otherwise a new one (RFC 9562, version 4)."""
    sent = next((value for name, value in scope["headers"] if name == HEADER), b"")
    return sent.decode() if WELL_FORMED.fullmatch(sent) else str(uuid.uuid4())


def access_log_observer(with_address: bool) -> Observer:
    """An observer that logs each response, without query string and user agent; the address only `with_address`."""

    def observe(response: ResponseInfo) -> None:
        fields: dict[str, object] = {
            "method": response.method,
            "path": response.path,
            "status": response.status,
            "bytes": response.length,
            "milliseconds": round(response.seconds * 1000, 2),
        }
        if with_address and ADDRESS.fullmatch(response.address or ""):  # a proxy may say that it is unknown
            fields["address"] = response.address
        access_log.info("answered", extra={"fields": fields})

    return observe
