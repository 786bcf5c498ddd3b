"""Descriptions of responses in the OpenAPI document: their headers, and the problems that an operation can have."""

from app.errors import MEDIA_TYPE, Problem

ResponseDocs = dict[int | str, dict[str, object]]
"""OpenAPI response objects by their status, as `responses=` of a FastAPI route takes them."""

_COMMON_HEADERS = ("API-Version", "Access-Control-Allow-Origin")
CACHED_HEADERS = ("ETag", "Last-Modified", "Cache-Control", "Vary", *_COMMON_HEADERS)
UNCACHED_HEADERS = ("Cache-Control", *_COMMON_HEADERS)
_PROBLEM_HEADERS = {405: ("Allow",), 429: ("Retry-After",), 503: ("Retry-After",)}
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


def success_response(description: str, *headers: str) -> ResponseDocs:
    """Return the response object of a 200 with these headers; FastAPI adds its content."""
    return {200: {"description": description, "headers": _header_refs(*headers)}}


def problem_responses(*statuses: int) -> ResponseDocs:
    """Return the response objects of the problems with these statuses."""
    return {status: _problem_response(status) for status in statuses}


def _problem_response(status: int) -> dict[str, object]:
    return {
        "description": _PROBLEMS[status],
        "headers": _header_refs(*_COMMON_HEADERS, *_PROBLEM_HEADERS.get(status, ())),
        "content": {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}},
    }


def _header_refs(*names: str) -> dict[str, dict[str, str]]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
