"""The OpenAPI document, made from the routes as they declare themselves; nothing is patched by hand.

What FastAPI makes of the routes is valid, but many generators stumble over it. So schemas are put into the form
that all of them understand, errors are shared, and each operation gets a real answer as its example.
"""

import urllib.parse
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from app.errors import MEDIA_TYPE, Problem
from app.openapi.samples import code_samples
from app.openapi.schemas import normalize_schema, with_distinct_constants

Json = dict[str, Any]

HEADERS = {
    "ETag": "Entity tag of these very bytes; send it as `If-None-Match`, and what has not changed is a 304.",
    "Last-Modified": "When the register was loaded.",
    "Cache-Control": "How long caches may keep the answer.",
    "Vary": "Only the content coding depends on the request's headers.",
    "API-Version": "Version of this contract (semantic versioning).",
    "Access-Control-Allow-Origin": "Always `*`: any page may ask from a browser.",
    "Link": 'The next page, `rel="next"`; absent on the last.',
    "Allow": "The methods that are answered.",
    "Retry-After": "After how many seconds to try again.",
}
# FastAPI documents its own validation error, which we never send.
_UNUSED_SCHEMAS = ("HTTPValidationError", "ValidationError")


def build_document(api: FastAPI, answers: Mapping[str, Any], refused: Mapping[int, str]) -> Json:
    """The OpenAPI document of an application.

    `answers` holds real answers by the request they answer, `refused` a request for each status that shows an error.
    """
    raw = get_openapi(
        title=api.title,
        version=api.version,
        summary=api.summary,
        description=api.description,
        openapi_version="3.1.0",
        routes=api.routes,
        tags=api.openapi_tags,
        servers=api.servers,
        contact=api.contact,
        license_info=api.license_info,
    )
    operations = [(path, item["get"]) for path, item in raw["paths"].items()]
    schemas = _schemas(raw) | {name: enum for _, operation in operations for name, enum in _own_schemas(operation)}
    server = api.servers[0]["url"]
    components = {
        "schemas": with_distinct_constants(
            {name: normalize_schema(schema) for name, schema in sorted(schemas.items())}
        ),
        "responses": _shared_responses(operations, answers, refused),
        "headers": {name: _header(description) for name, description in HEADERS.items()},
    }
    return {
        **{name: raw[name] for name in ("openapi", "info", "servers")},
        "security": [],
        "tags": raw["tags"],
        "paths": {path: {"get": _operation(path, operation, answers, server)} for path, operation in operations},
        "components": components,
    }


def _schemas(raw: Json) -> Json:
    _, own = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")
    made = raw["components"]["schemas"] | own["$defs"]
    return {name: schema for name, schema in made.items() if name not in _UNUSED_SCHEMAS}


def _own_schemas(operation: Json) -> Iterator[tuple[str, Json]]:
    yield from operation.get("x-schemas", {}).items()


def _header(description: str) -> Json:
    return {"description": description, "schema": {"type": "string"}}


def _name(status: str) -> str:
    """The name of a shared response: that of its status, `BadRequest`."""
    phrase = HTTPStatus(int(status)).phrase.removeprefix("Request-")  # which Python 3.13 dropped from 414
    return "".join(word.capitalize() for word in phrase.split())


def _shared_responses(
    operations: list[tuple[str, Json]], answers: Mapping[str, Any], refused: Mapping[int, str]
) -> Json:
    """Every error once, with a real one as its example where there is one."""
    errors = {
        status: response
        for _, operation in operations
        for status, response in operation["responses"].items()
        if int(status) >= 400 and MEDIA_TYPE in response.get("content", {})
    }
    return {
        _name(status): _with_example(response, answers.get(refused.get(int(status), "")))
        for status, response in sorted(errors.items())
    }


def _with_example(response: Json, answer: Any) -> Json:
    if answer is None:
        return response
    return response | {"content": {kind: {**body, "example": answer} for kind, body in response["content"].items()}}


def _operation(path: str, raw: Json, answers: Mapping[str, Any], server: str) -> Json:
    """One operation: what it does, what it takes, a request that shows it, and all that it may answer."""
    request = raw.get("x-request", path)
    parameters = [_parameter(parameter, path, request) for parameter in raw.get("parameters", [])]
    responses = {
        status: _with_example(_sorted_headers(response), answers.get(request))
        if int(status) < 400
        else {"$ref": f"#/components/responses/{_name(status)}"}
        for status, response in sorted(raw["responses"].items())
        if status != "422"
    }
    return {
        "tags": raw["tags"],
        "summary": raw["description"].rstrip("."),
        "description": raw.get("x-remark", raw["description"]),
        "operationId": raw["operationId"],
        **({"parameters": parameters} if parameters else {}),
        "responses": responses,
        "x-codeSamples": code_samples(f"{server}{request}"),
    }


def _sorted_headers(response: Json) -> Json:
    return response | {"headers": dict(sorted(response.get("headers", {}).items()))}


def _parameter(raw: Json, path: str, request: str) -> Json:
    """A parameter with the value that the operation's example gives it."""
    own = raw | {"schema": {name: value for name, value in raw["schema"].items() if name != "title"}}
    values = _values(path, request).get(raw["name"])
    if values is None:
        return own
    return own | {"example": values if raw["schema"].get("type") == "array" else _typed(values[0], raw["schema"])}


def _values(path: str, request: str) -> dict[str, list[str]]:
    """The values of the parameters in a request, those in the path, too."""
    asked, _, query = request.partition("?")
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    in_path = dict(zip(reversed(names), ([part] for part in reversed(asked.split("/"))), strict=False))
    return in_path | urllib.parse.parse_qs(query)


def _typed(value: str, schema: Json) -> str | int:
    return int(value) if schema.get("type") == "integer" else value
