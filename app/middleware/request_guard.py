"""Refuses malformed requests before routing, and completes the headers of every response."""

import logging
import re
import urllib.parse
from collections.abc import Callable, Iterator, Sequence

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import ParameterError, ProblemError, bad_request

log = logging.getLogger("citypact")

MAX_QUERY_BYTES = 4096
MAX_HEADER_BYTES = 65536
ALLOWED_METHODS = "GET, HEAD, OPTIONS"
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")  # Unicode's category Cc

DefaultHeaders = Callable[[str], Sequence[tuple[bytes, bytes]]]
"""The headers of a response at this path that does not set them itself."""

ProblemRenderer = Callable[[Scope, ProblemError], Response]
"""Renders a problem for a request, as JSON or as a page."""


class RequestGuardMiddleware:
    """Refuses malformed requests, answers OPTIONS, and answers HEAD with the headers of GET.

    Exceptions of the application were answered as problems; here they are logged with their traceback.
    """

    def __init__(self, app: ASGIApp, default_headers: DefaultHeaders, render_problem: ProblemRenderer) -> None:
        self.app, self.default_headers, self.render_problem = app, default_headers, render_problem

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; other kinds of scope (lifespan) pass through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        without_body = scope["method"] == "HEAD"
        defaults = self.default_headers(scope["path"])

        async def completing_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *((n, v) for n, v in defaults if n not in own)]
            elif without_body:
                message = {**message, "body": b""}
            await send(message)

        app = early_response(scope, self.render_problem) or self.app
        try:
            await app({**scope, "method": "GET"} if without_body else scope, receive, completing_send)
        except Exception:
            log.exception("fault")


def early_response(scope: Scope, render_problem: ProblemRenderer) -> Response | None:
    """The response to a request that must not reach a route; None for all others."""
    try:
        _validate(scope)
    except ProblemError as problem:
        return render_problem(scope, problem)
    if scope["method"] == "OPTIONS":
        return Response(status_code=204, headers={"Allow": ALLOWED_METHODS, **PREFLIGHT_HEADERS})
    return None


PREFLIGHT_HEADERS = {
    "Access-Control-Allow-Methods": ALLOWED_METHODS,
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}


def _validate(scope: Scope) -> None:
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEADER_BYTES:
        raise ProblemError(431, f"The headers of a request may have {MAX_HEADER_BYTES} bytes at most.")
    if len(scope["query_string"]) > MAX_QUERY_BYTES:
        raise ProblemError(414, f"The query may have {MAX_QUERY_BYTES} bytes at most.")
    if fault := _encoding_error(scope.get("raw_path") or scope["path"].encode()):
        raise ProblemError(400, f"The path {fault}.")
    if errors := list(malformed_parameters(scope["query_string"])):
        raise bad_request(errors)
    if scope["method"] not in ALLOWED_METHODS.split(", "):
        raise ProblemError(405, f"Citypact only answers {ALLOWED_METHODS}.", headers={"Allow": ALLOWED_METHODS})


def malformed_parameters(query_string: bytes) -> Iterator[ParameterError]:
    """An error for each parameter that is not UTF-8 or has control characters."""
    for pair in query_string.split(b"&") if _encoding_error(query_string) else ():
        if fault := _encoding_error(pair.replace(b"+", b" ")):
            name, _, value = (_percent_encoded(part) for part in pair.partition(b"="))
            yield ParameterError(parameter=name, value=value, reason=f"{fault[0].upper()}{fault[1:]}.")


def _percent_encoded(raw: bytes) -> str:
    """Bytes as they can be shown: percent-encoded."""
    return urllib.parse.quote(urllib.parse.unquote_to_bytes(raw), safe=" ")


def _encoding_error(raw: bytes) -> str | None:
    """What is wrong with percent-encoded text: it is not UTF-8, or has control characters; None: nothing."""
    try:
        text = urllib.parse.unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        return "is not UTF-8"
    return "has control characters" if _CONTROL.search(text) else None
