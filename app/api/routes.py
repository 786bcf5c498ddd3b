"""Declares the routes of a resource, its list and its item, with all that the OpenAPI document says of them."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel
from starlette.responses import Response

from app.api.response_docs import CACHED_HEADERS, problem_responses, success_response
from app.middleware.direct_routing import DirectRoute
from app.openapi.parameters import DEFAULT_MAX_LENGTH, enums_of, parameters_of
from app.query.list_query import ListQuery

Endpoint = Callable[..., Awaitable[Response]]

LIST_REMARK = (
    "Different parameters narrow the list, the values of a repeated one widen it: `country=VN&country=KR` is either "
    "country. A parameter or value that is not understood is a 400, never an unfiltered list. To read on, follow "
    "`next` until it is null."
)
ITEM_REMARK = "An id that the register does not have is a 404 that names the nearest one."

# The bounds are only documented: an id outside of them is a 404, like any other id that the register does not have.
RecordId = Annotated[
    str,
    Path(description="Stable key of the record.", json_schema_extra={"minLength": 1, "maxLength": DEFAULT_MAX_LENGTH}),
]


def resource_router(tag: str) -> APIRouter:
    """Return a router for the operations of a resource, which are grouped under a tag."""
    return APIRouter(tags=[tag], route_class=DirectRoute)


def list_route(
    router: APIRouter, path: str, query: type[ListQuery], page: type[BaseModel], example: str
) -> Callable[[Endpoint], Endpoint]:
    """Declare a function as the list of a resource: `query` gives its parameters, `page` is the schema of its response.

    `example` is the query string of the request that the OpenAPI document shows.
    """
    return router.get(
        path,
        response_model=page,
        responses={
            **success_response("One page of the list.", *CACHED_HEADERS, "Link"),
            **problem_responses(400, 405, 414, 429, 431, 500, 503),
        },
        openapi_extra={
            "x-remark": LIST_REMARK,
            "parameters": parameters_of(query),
            "x-schemas": enums_of(query),
            "x-request": f"{path}?{example}",
        },
    )


def item_route(router: APIRouter, path: str, schema: type[BaseModel], example: str) -> Callable[[Endpoint], Endpoint]:
    """Declare a function as the item of a resource: one record by its `{id}`; it takes no query parameters.

    `schema` is that of its response, `example` the id in the request that the OpenAPI document shows.
    """
    return router.get(
        path,
        response_model=schema,
        responses={
            **success_response("The record.", *CACHED_HEADERS),
            **problem_responses(400, 404, 405, 414, 429, 431, 500, 503),
        },
        openapi_extra={"x-remark": ITEM_REMARK, "x-request": path.replace("{id}", example)},
    )
