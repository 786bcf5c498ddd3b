"""Declares the two kinds of route that every noun has, with all that the OpenAPI document says of them."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Annotated, Any, Generic, TypeVar, get_type_hints

from fastapi import APIRouter, Path, Request
from fastapi.params import Depends
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field
from starlette.responses import Response

from app.errors import MEDIA_TYPE, Problem
from app.kit.listing import ListQuery
from app.kit.parameters import LONGEST_OTHERWISE, enums_of, parameters_of

Item = TypeVar("Item")
Route = Callable[..., Awaitable[Response]]
Answers = dict[int | str, dict[str, Any]]

LISTS = (
    "Different parameters narrow the list, the values of a repeated one widen it: `country=VN&country=KR` is either "
    "country. A parameter or value that is not understood is a 400, never an unfiltered list. To read on, follow "
    "`next` until it is null."
)
ITEMS = "An id that the register does not have is a 404 that names the nearest one."

_WHOLE: dict[str, Any] = {"format": "int64"}


class Direct(APIRoute):
    """A route whose function reads the request by itself: a parameter is a part of the path, or depends on the request.

    Queries are read strictly by `kit.asking` and bodies were rendered before, so there is nothing left to validate or
    to serialise; half of what the framework does for an answer is saved.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Calls the function with what its parameters declare."""
        makers = {name: _maker(name, hint) for name, hint in get_type_hints(self.endpoint, include_extras=True).items()}
        makers.pop("return", None)

        async def handle(request: Request) -> Response:
            values = {name: await make(request) for name, make in makers.items()}
            answer: Response = await self.endpoint(**values)
            return answer

        return handle


def _maker(name: str, hint: Any) -> Callable[[Request], Awaitable[Any]]:
    """What makes the value of a parameter of a request."""

    async def from_path(request: Request) -> Any:
        return request.path_params[name]

    depends = next((found for found in getattr(hint, "__metadata__", ()) if isinstance(found, Depends)), None)
    return depends.dependency if depends and depends.dependency else from_path


def noun_router(noun: str) -> APIRouter:
    """A router for the operations of a noun."""
    return APIRouter(tags=[noun], route_class=Direct)


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    items: list[Item] = Field(description="The records of this page.")
    total: int = Field(
        description="How many records match, on all pages.", ge=0, le=2**53 - 1, json_schema_extra=_WHOLE
    )
    next: str | None = Field(
        description="Absolute URL of the next page. Null: this is the last.",
        json_schema_extra={"format": "uri"},
    )


# A longer id is a 404 like any other that there is not.
RecordId = Annotated[
    str,
    Path(description="Stable key of the record.", json_schema_extra={"minLength": 1, "maxLength": LONGEST_OTHERWISE}),
]

_ALWAYS = ("API-Version", "Access-Control-Allow-Origin")
_KEPT = ("ETag", "Last-Modified", "Cache-Control", "Vary", *_ALWAYS)
_PROBLEMS = {
    400: "A parameter is wrong; `errors` names each, and says what would be right.",
    404: "There is no record with this id.",
    405: "Only GET, HEAD and OPTIONS are answered.",
    414: "The query is longer than 4 kB.",
    429: "Too many requests; try again after `Retry-After` seconds.",
    431: "The headers are larger than 64 kB.",
    500: "A fault of the server; `instance` is also in its log.",
    503: "Not ready or too slow; try again after `Retry-After` seconds.",
}
_PROBLEM_HEADERS = {405: ("Allow",), 429: ("Retry-After",), 503: ("Retry-After",)}


KEPT_NOWHERE = ("Cache-Control", *_ALWAYS)


def headers(*names: str) -> dict[str, Any]:
    """References to the documented headers of an answer."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def problems(*statuses: int) -> Answers:
    """The documented errors of an operation."""
    return {status: _problem(status) for status in statuses}


def _problem(status: int) -> dict[str, Any]:
    return {
        "description": _PROBLEMS[status],
        "headers": headers(*_ALWAYS, *_PROBLEM_HEADERS.get(status, ())),
        "content": {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}},
    }


def list_route(
    router: APIRouter, path: str, query: type[ListQuery], page: type[BaseModel], example: str
) -> Callable[[Route], Route]:
    """Declares the list of a noun: its parameters come from the query model, its answer is the page model."""
    answers: Answers = {200: {"description": "One page of the list.", "headers": headers(*_KEPT, "Link")}}
    return router.get(
        path,
        response_model=page,
        responses={**answers, **problems(400, 405, 414, 429, 431, 500, 503)},
        openapi_extra={
            "x-remark": LISTS,
            "parameters": parameters_of(query),
            "x-schemas": enums_of(query),
            "x-request": f"{path}?{example}",
        },
    )


def item_route(router: APIRouter, path: str, shape: type[BaseModel], example: str) -> Callable[[Route], Route]:
    """Declares the item of a noun: one record by its id, no parameters."""
    answers: Answers = {200: {"description": "The record.", "headers": headers(*_KEPT)}}
    return router.get(
        path,
        response_model=shape,
        responses={**answers, **problems(400, 404, 405, 414, 429, 431, 500, 503)},
        openapi_extra={"x-remark": ITEMS, "x-request": path.replace("{id}", example)},
    )
