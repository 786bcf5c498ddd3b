"""The OpenAPI document, generated from the routes as they declare themselves; nothing is patched by hand.

FastAPI's own document is valid, but many client generators fail on it. So schemas are rewritten into a form that all of
them understand, errors are shared components, and each operation has a real response as its example.
"""

import urllib.parse
from collections.abc import Iterable, Mapping
from http import HTTPStatus

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from app.errors import MEDIA_TYPE, Problem
from app.openapi.samples import code_samples
from app.openapi.schemas import JsonObject, normalize_schema, with_distinct_constants

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
# FastAPI documents its own validation error, which Citypact never sends.
_UNUSED_SCHEMAS = ("HTTPValidationError", "ValidationError")


def build_document(app: FastAPI, examples: Mapping[str, object], error_requests: Mapping[int, str]) -> JsonObject:
    """Return the OpenAPI 3.1 document of an application.

    `examples` has the JSON of real responses by their requests (`/agreements?country=VN`); `error_requests` has, by
    its status, the request of the response that is the example of an error.
    """
    generated = _generate(app)
    operations = {path: item["get"] for path, item in generated["paths"].items()}
    schemas = _schemas(generated, operations.values())
    error_examples = {str(status): examples.get(request) for status, request in error_requests.items()}
    components = {
        "schemas": with_distinct_constants(
            {name: normalize_schema(schema) for name, schema in sorted(schemas.items())}
        ),
        "responses": _error_responses(operations.values(), error_examples),
        "headers": {name: _header(description) for name, description in HEADERS.items()},
    }
    server = app.servers[0]["url"]
    return {
        **{name: generated[name] for name in ("openapi", "info", "servers")},
        "security": [],
        "tags": generated["tags"],
        "paths": {
            path: {"get": _operation(path, operation, examples, server)} for path, operation in operations.items()
        },
        "components": components,
    }


def _generate(app: FastAPI) -> JsonObject:
    """Return the document as FastAPI generates it."""
    return get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        openapi_version="3.1.0",
        routes=app.routes,
        tags=app.openapi_tags,
        servers=app.servers,
        contact=app.contact,
        license_info=app.license_info,
    )


def _schemas(generated: JsonObject, operations: Iterable[JsonObject]) -> dict[str, JsonObject]:
    """Return the schemas of the models, of the problem, and of the enums that only parameters refer to."""
    _, problem = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")
    models = generated["components"]["schemas"] | problem["$defs"]
    enums = {name: enum for operation in operations for name, enum in operation.get("x-schemas", {}).items()}
    return {name: schema for name, schema in models.items() if name not in _UNUSED_SCHEMAS} | enums


def _header(description: str) -> JsonObject:
    return {"description": description, "schema": {"type": "string"}}


def _error_responses(operations: Iterable[JsonObject], examples: Mapping[str, object]) -> dict[str, JsonObject]:
    """Return the shared responses of all errors, with the example of their status if it has one."""
    errors = {
        status: response
        for operation in operations
        for status, response in operation["responses"].items()
        if int(status) >= 400 and MEDIA_TYPE in response.get("content", {})
    }
    return {
        _response_name(status): _with_example(response, examples.get(status))
        for status, response in sorted(errors.items())
    }


def _response_name(status: str) -> str:
    """Return the name of a shared response, that of its status: `BadRequest`."""
    phrase = HTTPStatus(int(status)).phrase.removeprefix("Request-")  # which Python 3.13 dropped from 414
    return "".join(word.capitalize() for word in phrase.split())


def _with_example(response: JsonObject, example: object) -> JsonObject:
    if example is None:
        return response
    content = {kind: {**media_type, "example": example} for kind, media_type in response["content"].items()}
    return response | {"content": content}


def _operation(path: str, generated: JsonObject, examples: Mapping[str, object], server: str) -> JsonObject:
    """Return an operation: what it does, its parameters, its example request as code samples, and its responses."""
    request = generated.get("x-request", path)
    parameters = [_parameter(parameter, path, request) for parameter in generated.get("parameters", [])]
    responses = {
        status: _with_example(_with_sorted_headers(response), examples.get(request))
        if int(status) < 400
        else {"$ref": f"#/components/responses/{_response_name(status)}"}
        for status, response in sorted(generated["responses"].items())
        if status != "422"
    }
    return {
        "tags": generated["tags"],
        "summary": generated["description"].rstrip("."),
        "description": generated.get("x-remark", generated["description"]),
        "operationId": generated["operationId"],
        **({"parameters": parameters} if parameters else {}),
        "responses": responses,
        "x-codeSamples": code_samples(f"{server}{request}"),
    }


def _with_sorted_headers(response: JsonObject) -> JsonObject:
    return response | {"headers": dict(sorted(response.get("headers", {}).items()))}


def _parameter(generated: JsonObject, path: str, request: str) -> JsonObject:
    """Return a parameter with its value in the operation's example request as its example."""
    schema = {name: value for name, value in generated["schema"].items() if name != "title"}
    parameter = generated | {"schema": schema}
    values = _parameter_values(path, request).get(generated["name"])
    if values is None:
        return parameter
    return parameter | {"example": values if schema.get("type") == "array" else _typed(values[0], schema)}


def _parameter_values(path: str, request: str) -> dict[str, list[str]]:
    """Return the values of the parameters in the path and the query of a request; `path` is `/cities/{id}`."""
    request_path, _, query = request.partition("?")
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    in_path = dict(zip(reversed(names), ([part] for part in reversed(request_path.split("/"))), strict=False))
    return in_path | urllib.parse.parse_qs(query)


def _typed(value: str, schema: JsonObject) -> str | int:
    return int(value) if schema.get("type") == "integer" else value
