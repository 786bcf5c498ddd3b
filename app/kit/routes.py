"""Declares the two kinds of route that every noun has, with all that the OpenAPI document says of them."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Generic, TypeVar

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field
from starlette.responses import Response

from app.errors import MEDIA_TYPE, Problem
from app.kit.listing import ListQuery
from app.kit.parameters import parameters_of

Item = TypeVar("Item")
Route = Callable[..., Awaitable[Response]]
Answers = dict[int | str, dict[str, Any]]

_WHOLE: dict[str, Any] = {"format": "int64"}


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


RecordId = Annotated[str, Path(description="Stable key of the record.", examples=["daegu--bac-ninh"])]

_HEADERS: dict[str, Any] = {
    "ETag": {"description": "Entity tag; send it as `If-None-Match`.", "schema": {"type": "string"}},
    "Last-Modified": {"description": "When the register was loaded.", "schema": {"type": "string"}},
    "Cache-Control": {"description": "How long caches may keep it.", "schema": {"type": "string"}},
    "API-Version": {"description": "Version of the contract.", "schema": {"type": "string"}},
}
_LINK = {"Link": {"description": 'The next page, `rel="next"`; absent on the last.', "schema": {"type": "string"}}}
_PROBLEMS = {
    400: "A parameter is wrong; `errors` names each.",
    404: "No such record.",
    405: "Only GET, HEAD and OPTIONS are answered.",
    414: "The query is longer than 4 kB.",
    431: "The headers are larger than 64 kB.",
    500: "A fault of the server; `instance` is also in its log.",
    503: "Not ready or too slow; try again after `Retry-After` seconds.",
}


def problems(*statuses: int) -> Answers:
    """The documented errors of an operation."""
    schema = {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}}
    return {status: {"description": _PROBLEMS[status], "content": schema} for status in statuses}


def list_route(router: APIRouter, path: str, query: type[ListQuery], page: type[BaseModel]) -> Callable[[Route], Route]:
    """Declares the list of a noun: its parameters come from the query model, its answer is the page model."""
    answers: Answers = {200: {"description": "One page of the list.", "headers": {**_HEADERS, **_LINK}}}
    return router.get(
        path,
        response_model=page,
        responses={**answers, **problems(400, 405, 414, 431, 500, 503)},
        openapi_extra={"parameters": parameters_of(query)},
    )


def item_route(router: APIRouter, path: str, shape: type[BaseModel]) -> Callable[[Route], Route]:
    """Declares the item of a noun: one record by its id, no parameters."""
    answers: Answers = {200: {"description": "The record.", "headers": _HEADERS}}
    return router.get(path, response_model=shape, responses={**answers, **problems(400, 404, 405, 414, 431, 500, 503)})
