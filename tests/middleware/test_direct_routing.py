"""A route that is called directly answers as through the framework."""

from collections.abc import Callable
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message

from app.middleware.direct_routing import DirectRoute, DirectRoutingMiddleware, ExceptionHandler
from tests.support.event_loops import run_in_new_loop

Sent = list[Message]


class Known(Exception):
    """Has a handler."""


async def itself(request: Request) -> Request:
    return request


Asked = Annotated[Request, Depends(itself)]


async def well(request: Asked) -> Response:
    return PlainTextResponse(f"well {request.scope['query_string'].decode()}")


async def refused(request: Asked) -> Response:
    raise Known(f"no {request.method}")


async def broken(request: Asked) -> Response:
    raise LookupError(f"a fault at {request.method}")


async def item(id: str) -> Response:
    return PlainTextResponse(f"item {id}")


async def known(request: Request, error: Exception) -> Response:
    return PlainTextResponse(f"{error} {request.scope['path']}", 400)


async def fault(request: Request, error: Exception) -> Response:
    return PlainTextResponse(f"{type(error).__name__} {request.scope['path']}", 500)


ROUTES: dict[str, Callable[..., Any]] = {"/well": well, "/refused": refused, "/broken": broken, "/items/{id}": item}
HANDLERS: dict[type[Exception], ExceptionHandler] = {Known: known, Exception: fault}


def made() -> FastAPI:
    api = FastAPI(openapi_url=None)
    for kind, handler in HANDLERS.items():
        api.add_exception_handler(kind, handler)
    api.router.route_class = DirectRoute
    for path, function in ROUTES.items():
        api.get(path)(function)
    return api


def asked(app: Any, path: str) -> tuple[Sent, str]:
    """What an application sends, and the fault that it raises behind it."""
    sent: Sent = []
    raised = ""

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    scope = {
        **{"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"a=1"},
        **{"headers": [], "root_path": "", "scheme": "http", "http_version": "1.1", "server": ("test", 80)},
    }
    try:
        run_in_new_loop(app(scope, receive, send))
    except LookupError as error:
        raised = str(error)
    return sent, raised


@pytest.mark.parametrize("path", ["/well", "/refused", "/broken", "/items/7", "/nothing"])
def test_direct_routing_answers_as_the_framework(path: str) -> None:
    api = made()

    assert asked(DirectRoutingMiddleware(api, api.routes, HANDLERS), path) == asked(api, path)


@pytest.mark.parametrize(
    ("path", "body", "raised"),
    [
        ("/well", b"well a=1", ""),
        ("/refused", b"no GET /refused", ""),
        ("/broken", b"LookupError /broken", "a fault at GET"),
    ],
)
def test_direct_routing_does_without_the_framework(path: str, body: bytes, raised: str) -> None:
    async def framework(*_: Any) -> None:
        raise AssertionError("not called")

    sent, fault = asked(DirectRoutingMiddleware(framework, made().routes, HANDLERS), path)

    assert (sent[-1]["body"], fault) == (body, raised)


async def settings_of(request: Request) -> str:
    return request.url.path


async def from_two(request: Request, other: Annotated[str, Depends(settings_of)]) -> str:
    return f"{request.url.path} {other}"


def from_a_thread(request: Request) -> str:
    return request.url.path


async def queried(limit: int) -> Response:
    return PlainTextResponse(str(limit))


async def nested(value: Annotated[str, Depends(from_two)]) -> Response:
    return PlainTextResponse(value)


async def threaded(value: Annotated[str, Depends(from_a_thread)]) -> Response:
    return PlainTextResponse(value)


@pytest.mark.parametrize(("endpoint", "name"), [(queried, "limit"), (nested, "value"), (threaded, "value")])
def test_a_parameter_that_a_direct_route_does_not_understand_is_refused_at_start_up(
    endpoint: Callable[..., Any], name: str
) -> None:
    router = APIRouter(route_class=DirectRoute)

    with pytest.raises(TypeError, match=f"does not understand the parameter `{name}` of {endpoint.__name__}"):
        router.get("/somewhere")(endpoint)


def test_a_dependency_that_takes_the_request_alone_is_understood() -> None:
    async def direct(value: Annotated[str, Depends(settings_of)]) -> Response:
        return PlainTextResponse(value)

    api = FastAPI()
    api.router.route_class = DirectRoute
    api.get("/somewhere")(direct)

    assert asked(api, "/somewhere")[0][-1]["body"] == b"/somewhere"
