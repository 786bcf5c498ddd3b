"""Calls the functions of routes without path parameters directly, from a table, without the layers of FastAPI."""

import inspect
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from functools import partial
from typing import get_type_hints

from fastapi import Request
from fastapi.params import Depends
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

ExceptionHandler = Callable[[Request, Exception], Coroutine[object, None, Response]]
ParameterReader = Callable[[Request], Awaitable[object]]


class DirectRoute(APIRoute):
    """A route whose function reads the request by itself: its parameters are parts of the path, or made of the request.

    Query strings are read strictly by `query.parsing` and bodies are rendered beforehand, so nothing is left to
    validate or to serialise. That saves half of what FastAPI does for a response.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[object, object, Response]]:
        """A function that calls the endpoint with the values of its parameters; TypeError if one is not understood."""
        hints = get_type_hints(self.endpoint, include_extras=True)
        readers = {name: self._parameter_reader(name, hint) for name, hint in hints.items() if name != "return"}

        async def handle(request: Request) -> Response:
            values = {name: await read(request) for name, read in readers.items()}
            response: Response = await self.endpoint(**values)
            return response

        return handle

    def _parameter_reader(self, name: str, hint: object) -> ParameterReader:
        """What gives a parameter its value."""
        if name in self.param_convertors:
            return partial(_path_parameter, name)
        for found in getattr(hint, "__metadata__", ()):
            if isinstance(found, Depends) and found.dependency and _takes_the_request_alone(found.dependency):
                return found.dependency
        raise TypeError(
            f"{self.path}: a direct route does not understand the parameter `{name}` of {self.endpoint.__name__}; "
            "it understands parts of the path, and coroutine dependencies whose only parameter is the request."
        )


async def _path_parameter(name: str, request: Request) -> object:
    return request.path_params[name]


def _takes_the_request_alone(dependency: Callable[..., object]) -> bool:
    parameters = inspect.signature(dependency).parameters.values()
    return inspect.iscoroutinefunction(dependency) and [found.annotation for found in parameters] == [Request]


class DirectRoutingMiddleware:
    """Calls the function of a `DirectRoute` without path parameters from a table; leaves all else to the application.

    It answers as the application would, with the same exception handlers. A cold list costs a third less CPU than with
    the router, the exception middleware and the exit stacks of FastAPI.
    """

    def __init__(
        self, app: ASGIApp, routes: Iterable[BaseRoute], handlers: Mapping[type[Exception], ExceptionHandler]
    ) -> None:
        self.app, self.handlers = app, handlers
        direct = (route for route in routes if isinstance(route, DirectRoute) and not route.param_convertors)
        self.endpoints = {route.path: route.get_route_handler() for route in direct}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        endpoint = self.endpoints.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        if endpoint is None:
            await self.app(scope, receive, send)
            return
        request, fault = Request(scope, receive, send), None
        try:
            response = await endpoint(request)
        except Exception as error:  # each kind has a handler; that of Exception itself is for faults of ours
            kind = next(kind for kind in type(error).__mro__ if kind in self.handlers)
            response = await self.handlers[kind](request, error)
            fault = error if kind is Exception else None
        await response(scope, receive, send)
        if fault:
            raise fault  # was answered; the request guard logs it
