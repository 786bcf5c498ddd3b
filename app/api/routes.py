"""Declares the two kinds of route that every noun has, with all that the OpenAPI document says of them."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Generic, TypeVar

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field
from starlette.responses import Response

from app.errors import MEDIA_TYPE, Problem
from app.middleware.fast_path import DirectRoute
from app.openapi.parameters import DEFAULT_MAX_LENGTH, enums_of, parameters_of
from app.query.list_query import ListQuery

Item = TypeVar("Item")
Endpoint = Callable[..., Awaitable[Response]]
ResponseDocs = dict[int | str, dict[str, Any]]

LIST_REMARK = (
    "Different parameters narrow the list, the values of a repeated one widen it: `country=VN&country=KR` is either "
    "country. A parameter or value that is not understood is a 400, never an unfiltered list. To read on, follow "
    "`next` until it is null."
)
ITEM_REMARK = "An id that the register does not have is a 404 that names the nearest one."

_INT64: dict[str, Any] = {"format": "int64"}


def noun_router(noun: str) -> APIRouter:
    """A router for the operations of a noun."""
    return APIRouter(tags=[noun], route_class=DirectRoute)


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    items: list[Item] = Field(description="The records of this page.")
    total: int = Field(
        description="How many records match, on all pages.", ge=0, le=2**53 - 1, json_schema_extra=_INT64
    )
    next: str | None = Field(
        description="Absolute URL of the next page. Null: this is the last.",
        json_schema_extra={"format": "uri"},
    )


# A longer id is a 404 like any other that there is not.
RecordId = Annotated[
    str,
    Path(description="Stable key of the record.", json_schema_extra={"minLength": 1, "maxLength": DEFAULT_MAX_LENGTH}),
]

_COMMON_HEADERS = ("API-Version", "Access-Control-Allow-Origin")
_CACHED_HEADERS = ("ETag", "Last-Modified", "Cache-Control", "Vary", *_COMMON_HEADERS)
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


UNCACHED_HEADERS = ("Cache-Control", *_COMMON_HEADERS)


def header_refs(*names: str) -> dict[str, Any]:
    """References to the documented headers of an answer."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def problem_responses(*statuses: int) -> ResponseDocs:
    """The documented errors of an operation."""
    return {status: _problem_response(status) for status in statuses}


def _problem_response(status: int) -> dict[str, Any]:
    return {
        "description": _PROBLEMS[status],
        "headers": header_refs(*_COMMON_HEADERS, *_PROBLEM_HEADERS.get(status, ())),
        "content": {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}},
    }


def list_route(
    router: APIRouter, path: str, query: type[ListQuery], page: type[BaseModel], example: str
) -> Callable[[Endpoint], Endpoint]:
    """Declares the list of a noun: its parameters come from the query model, its answer is the page model."""
    answers: ResponseDocs = {
        200: {"description": "One page of the list.", "headers": header_refs(*_CACHED_HEADERS, "Link")}
    }
    return router.get(
        path,
        response_model=page,
        responses={**answers, **problem_responses(400, 405, 414, 429, 431, 500, 503)},
        openapi_extra={
            "x-remark": LIST_REMARK,
            "parameters": parameters_of(query),
            "x-schemas": enums_of(query),
            "x-request": f"{path}?{example}",
        },
    )


def item_route(router: APIRouter, path: str, shape: type[BaseModel], example: str) -> Callable[[Endpoint], Endpoint]:
    """Declares the item of a noun: one record by its id, no parameters."""
    answers: ResponseDocs = {200: {"description": "The record.", "headers": header_refs(*_CACHED_HEADERS)}}
    return router.get(
        path,
        response_model=shape,
        responses={**answers, **problem_responses(400, 404, 405, 414, 429, 431, 500, 503)},
        openapi_extra={"x-remark": ITEM_REMARK, "x-request": path.replace("{id}", example)},
    )
