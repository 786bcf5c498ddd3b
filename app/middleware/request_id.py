"""Request ids and the access log, as one ASGI layer before everything; costs next to nothing until it is asked for.

A request has an id if its client (or a proxy) sent a well-formed `X-Request-ID`, or if the access log is on. The id is
in the answer's header, in problems as `instance`, and in every line that is logged while the request is answered.
"""

import logging
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import request_id

HEADER = b"x-request-id"
WELL_FORMED = re.compile(rb"[A-Za-z0-9._-]{1,64}")
ADDRESS = re.compile(r"[0-9A-Fa-f.:]{2,45}(?:%[A-Za-z0-9._-]{1,16})?")  # IPv4, or IPv6 with or without a zone

access_log = logging.getLogger("citypact.access")


@dataclass
class ResponseInfo:
    """What is known of an answer once it was sent."""

    path: str
    method: str
    status: int
    length: int
    seconds: float
    headers: list[tuple[bytes, bytes]]
    address: str | None


Observer = Callable[[ResponseInfo], None]


class RequestIdMiddleware:
    """Gives requests their ids, and tells observers of every answer."""

    def __init__(self, app: ASGIApp, observers: tuple[Observer, ...] = ()) -> None:
        self.app, self.observers = app, observers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] == "http" and (self.observers or _has_request_id(scope)):
            return await self._trace(scope, receive, send)
        return await self.app(scope, receive, send)

    async def _trace(self, scope: Scope, receive: Receive, send: Send) -> None:
        identity, began = _request_id_of(scope), time.perf_counter()
        answered = ResponseInfo(scope["path"], scope["method"], 500, 0, 0, [], (scope.get("client") or [None])[0])

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered.status, answered.headers = message["status"], message["headers"]
                message = {**message, "headers": [*message["headers"], (HEADER, identity.encode())]}
            answered.length += len(message.get("body", b""))
            await send(message)

        token = request_id.set(identity)
        try:
            await self.app({**scope, "extensions": {}}, receive, note)  # all is to pass here
        finally:
            answered.seconds = time.perf_counter() - began
            for observe in self.observers:
                observe(answered)
            request_id.reset(token)


def _has_request_id(scope: Scope) -> bool:
    for name, _ in scope["headers"]:  # noqa: SIM110 - any() takes thrice as long, and this is asked for every request
        if name == HEADER:
            return True
    return False


def _request_id_of(scope: Scope) -> str:
    """The id that was sent, if it is well-formed, else a new one."""
    sent = next((value for name, value in scope["headers"] if name == HEADER), b"")
    return sent.decode() if WELL_FORMED.fullmatch(sent) else str(uuid.uuid4())


def access_log_observer(with_address: bool) -> Observer:
    """An observer that logs each answer: no query, no agent, and the address only if that is wanted."""

    def observe(answered: ResponseInfo) -> None:
        said: dict[str, Any] = {
            "method": answered.method,
            "path": answered.path,
            "status": answered.status,
            "bytes": answered.length,
            "milliseconds": round(answered.seconds * 1000, 2),
        }
        if with_address and ADDRESS.fullmatch(answered.address or ""):  # a proxy may say that it is unknown
            said["address"] = answered.address
        access_log.info("answered", extra={"said": said})

    return observe
