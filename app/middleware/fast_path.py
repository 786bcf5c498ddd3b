"""The short way to a route whose path has no parameters: a look into a table, not a walk through the framework."""

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from typing import Any, get_type_hints

from fastapi import FastAPI, Request
from fastapi.params import Depends
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

ExceptionHandler = Callable[[Request, Exception], Awaitable[Response]]


class DirectRoute(APIRoute):
    """A route whose function reads the request by itself: a parameter is a part of the path, or depends on the request.

    Queries are read strictly by `kit.asking` and bodies were rendered before, so there is nothing left to validate or
    to serialise; half of what the framework does for an answer is saved.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Calls the function with what its parameters declare."""
        makers = {
            name: _parameter_reader(name, hint)
            for name, hint in get_type_hints(self.endpoint, include_extras=True).items()
        }
        makers.pop("return", None)

        async def handle(request: Request) -> Response:
            values = {name: await make(request) for name, make in makers.items()}
            answer: Response = await self.endpoint(**values)
            return answer

        return handle


def _parameter_reader(name: str, hint: Any) -> Callable[[Request], Awaitable[Any]]:
    """What makes the value of a parameter of a request."""

    async def from_path(request: Request) -> Any:
        return request.path_params[name]

    depends = next((found for found in getattr(hint, "__metadata__", ()) if isinstance(found, Depends)), None)
    return depends.dependency if depends and depends.dependency else from_path


class FastPathMiddleware:
    """An application that answers as this one does, with its routes and its exception handlers, only sooner."""

    def __init__(
        self, api: FastAPI, routes: Iterable[BaseRoute], handlers: Mapping[type[Exception], ExceptionHandler]
    ) -> None:
        self.api, self.handlers = api, handlers
        direct = (route for route in routes if isinstance(route, DirectRoute) and not route.param_convertors)
        self.functions = {route.path: route.get_route_handler() for route in direct}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        function = self.functions.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        if function is None:
            await self.api(scope, receive, send)
            return
        scope["app"] = self.api
        request, fault = Request(scope, receive, send), None
        try:
            response = await function(request)
        except Exception as error:  # each kind has a handler, the last is for faults of ours
            kind = next(kind for kind in type(error).__mro__ if kind in self.handlers)
            response = await self.handlers[kind](request, error)
            fault = error if kind is Exception else None
        await response(scope, receive, send)
        if fault:
            raise fault  # answered, but to be written down
