"""The OpenAPI document: committed, valid, true to the service, and in a form that client generators understand."""

import ast
import contextlib
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from openapi_spec_validator import validate

from app.settings import Settings
from tests.openapi.contract import COMMITTED, DEFAULTS, example_response, format_json, generated_document
from tests.support.serving import Served

Json = dict[str, Any]

DOCUMENT: Json = json.loads(COMMITTED.read_text())
SCHEMAS: Json = DOCUMENT["components"]["schemas"]
OPERATIONS: dict[str, Json] = {path: item["get"] for path, item in DOCUMENT["paths"].items()}
PARAMETERS = [(path, p) for path, operation in OPERATIONS.items() for p in operation.get("parameters", [])]
LOCAL = DEFAULTS.base_url


def request_of(operation: Json) -> str:
    """Return the path and query of an operation's example, from its code sample for curl."""
    return str(operation["x-codeSamples"][0]["source"].removeprefix(f"curl '{LOCAL}").removesuffix("'"))


def example_of(operation: Json) -> Any:
    return operation["responses"]["200"]["content"]["application/json"]["example"]


def test_the_committed_document_is_the_generated_one() -> None:
    assert COMMITTED.read_text() == format_json(generated_document())  # `make openapi` writes it


def test_the_document_is_valid() -> None:
    validate(DOCUMENT)


def test_the_document_is_served_as_committed(real: Served) -> None:
    served = json.dumps(real.get("/openapi.json").json(), ensure_ascii=False)

    assert json.loads(served.replace(real.settings.base_url, LOCAL)) == DOCUMENT


def test_the_document_has_the_public_address() -> None:
    document = generated_document(Settings(public_url="https://api.example.org/"))

    assert [server["url"] for server in document["servers"]] == ["https://api.example.org"]
    assert LOCAL not in json.dumps(document)


def test_caches_may_keep_the_document(real: Served) -> None:
    first = real.get("/openapi.json")
    again = real.get("/openapi.json", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == real.get("/cities").headers["Cache-Control"]
    assert (again.status_code, again.content) == (304, b"")


def test_the_document_takes_no_parameter(real: Served) -> None:
    response = real.get("/openapi.json?pretty=1")

    assert response.status_code == 400
    assert [error["parameter"] for error in response.json()["errors"]] == ["pretty"]


@pytest.mark.parametrize("path", OPERATIONS)
def test_the_example_is_a_real_response(real: Served, path: str) -> None:
    operation = OPERATIONS[path]
    response = json.dumps(example_response(real, request_of(operation)))

    assert example_of(operation) == json.loads(response.replace("{base_url}", LOCAL))


@pytest.mark.parametrize(
    ("name", "path"), [("BadRequest", "/agreements?cuontry=VN"), ("NotFound", "/agreements/daegu--danang")]
)
def test_the_example_of_an_error_is_a_real_response(real: Served, name: str, path: str) -> None:
    content = DOCUMENT["components"]["responses"][name]["content"]

    assert content["application/problem+json"]["example"] == real.get(path).json()


@pytest.mark.parametrize("path", OPERATIONS)
def test_the_python_sample_prints_the_example(real: Served, path: str) -> None:
    sample = OPERATIONS[path]["x-codeSamples"][1]["source"]
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(sample.replace(LOCAL, real.settings.base_url), {})  # noqa: S102 - a code sample of this repository

    assert ast.literal_eval(printed.getvalue().replace(real.settings.base_url, LOCAL)) == example_of(OPERATIONS[path])


def nested_objects(part: Any) -> Iterator[Json]:
    """Yield each JSON object within a part of the document, itself too."""
    if isinstance(part, dict):
        yield part
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from nested_objects(inner)


def properties() -> Iterator[tuple[str, Json]]:
    for name, schema in SCHEMAS.items():
        for field, inner in schema.get("properties", {}).items():
            yield f"{name}.{field}", inner


def constants() -> Counter[str]:
    return Counter(
        constant.upper()
        for schema in SCHEMAS.values()
        for constant in schema.get("x-enum-varnames", schema.get("enum", []))
    )


def without_description() -> Iterator[str]:
    yield from (name for name, schema in SCHEMAS.items() if not schema.get("description"))
    yield from (name for name, schema in properties() if not schema.get("description"))
    yield from (f"{path} {parameter['name']}" for path, parameter in PARAMETERS if not parameter["description"])
    yield from (path for path, operation in OPERATIONS.items() if not operation["description"])


def titles() -> Iterator[str]:
    yield from (name for name, schema in SCHEMAS.items() if "title" in schema)
    yield from (name for name, schema in properties() if "title" in schema)


def nullable_parameters() -> Iterator[str]:
    yield from (f"{path} {parameter['name']}" for path, parameter in PARAMETERS if "anyOf" in parameter["schema"])


def parameters_that_say_more_than_a_reference() -> Iterator[str]:
    for path, parameter in PARAMETERS:
        if "$ref" in parameter["schema"] and len(parameter["schema"]) > 1:
            yield f"{path} {parameter['name']}"


def unions() -> Iterator[str]:
    """Names of values of several types; allowed are a type or null, and `anyOf` for a reference or null."""
    for name, schema in properties():
        branches = schema.get("anyOf", [])
        if branches and not (list(branches[0]) == ["$ref"] and branches[1:] == [{"type": "null"}]):
            yield name
        if isinstance(schema.get("type"), list) and schema["type"][1:] != ["null"]:
            yield name
    yield from (str(schema) for schema in nested_objects(SCHEMAS) if "oneOf" in schema or "allOf" in schema)


def optional_properties() -> Iterator[str]:
    """Names of properties that are not required; problems leave out what is empty, and lists may leave out evidence."""
    for name, schema in SCHEMAS.items():
        if name not in ("Problem", "ParameterError"):
            yield from sorted({*schema.get("properties", {})} - {*schema.get("required", []), "evidence"})


def untyped() -> Iterator[str]:
    for name, schema in properties():
        if not {"type", "$ref", "anyOf"} & set(schema) or schema.get("type") == "object":
            yield name


def unbounded_integers() -> Iterator[str]:
    for schema in nested_objects([SCHEMAS, PARAMETERS]):
        if "integer" in schema.get("type", []) and not (
            schema.get("format") in ("int32", "int64")
            and isinstance(schema.get("minimum"), int)
            and isinstance(schema.get("maximum"), int)
            and schema["maximum"] <= 2**53 - 1
        ):
            yield str(schema)


def numbers_without_format() -> Iterator[str]:
    yield from (
        str(s) for s in nested_objects(SCHEMAS) if "number" in s.get("type", []) and s.get("format") != "double"
    )


def unnamed_enums() -> Iterator[str]:
    yield from (name for name, schema in properties() if "enum" in schema)
    yield from (f"{path} {p['name']}" for path, p in PARAMETERS for s in nested_objects(p["schema"]) if "enum" in s)


def constants_that_collide_in_go() -> Iterator[str]:
    yield from (constant for constant, times in constants().items() if times > 1)


def constants_that_are_no_identifiers() -> Iterator[str]:
    for name, schema in SCHEMAS.items():
        for value in schema.get("x-enum-varnames", schema.get("enum", [])):
            if not value.isidentifier():
                yield f"{name} {value}"


def unbounded_parameters() -> Iterator[str]:
    """Parameters with strings or lists of any length, as OWASP's API security rules forbid."""
    for path, parameter in PARAMETERS:
        for schema in nested_objects(parameter["schema"]):
            bounds = {"string": {"maxLength", "pattern"}, "array": {"maxItems"}}.get(
                schema.get("type", ""), set(schema)
            )
            if not bounds & set(schema):
                yield f"{path} {parameter['name']}"


def date_times() -> Iterator[str]:
    yield from (str(schema) for schema in nested_objects(SCHEMAS) if schema.get("format") == "date-time")


def errors_with_another_schema() -> Iterator[str]:
    for name, response in DOCUMENT["components"]["responses"].items():
        schemas = {kind: body["schema"] for kind, body in response["content"].items()}
        if schemas != {"application/problem+json": {"$ref": "#/components/schemas/Problem"}}:
            yield name


def operations_with_several_tags_or_an_undescribed_one() -> Iterator[str]:
    described = {tag["name"] for tag in DOCUMENT["tags"] if tag["description"]}
    for path, operation in OPERATIONS.items():
        if len(operation["tags"]) != 1 or not set(operation["tags"]) <= described:
            yield path


def unused_schemas() -> Iterator[str]:
    used = {schema["$ref"].rpartition("/")[2] for schema in nested_objects(DOCUMENT) if "$ref" in schema}
    yield from sorted(set(SCHEMAS) - used)


RULES = [
    without_description,
    titles,
    nullable_parameters,
    parameters_that_say_more_than_a_reference,
    unions,
    optional_properties,
    untyped,
    unbounded_integers,
    numbers_without_format,
    unnamed_enums,
    constants_that_collide_in_go,
    constants_that_are_no_identifiers,
    unbounded_parameters,
    date_times,
    errors_with_another_schema,
    operations_with_several_tags_or_an_undescribed_one,
    unused_schemas,
]


@pytest.mark.parametrize("rule", RULES)
def test_the_document_has_no(rule: Callable[[], Iterator[str]]) -> None:
    assert list(rule()) == []


def test_operation_ids_name_the_methods_of_clients() -> None:
    nouns = ("City", "Agreement", "Delegation", "Indicator", "Observation", "Source", "Evidence")
    plural = {"City": "Cities", "Evidence": "Evidence"}
    expected = [name for noun in nouns for name in (f"list{plural.get(noun, f'{noun}s')}", f"get{noun}")]

    assert [o["operationId"] for o in OPERATIONS.values()] == [*expected, "getHealth", "getReadiness"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/agreements", ["200", "400", "405", "414", "429", "431", "500", "503"]),
        ("/agreements/{id}", ["200", "400", "404", "405", "414", "429", "431", "500", "503"]),
        ("/healthz", ["200", "400", "405", "414", "429", "431", "500"]),
    ],
)
def test_all_statuses_are_documented(path: str, expected: list[str]) -> None:
    assert list(OPERATIONS[path]["responses"]) == expected


@pytest.mark.parametrize("path", OPERATIONS)
def test_the_headers_of_a_response_are_documented(real: Served, path: str) -> None:
    undocumented = {"date", "content-length", "content-type", "access-control-expose-headers", "referrer-policy"}
    undocumented |= {"x-content-type-options", "x-frame-options"}
    sent = set(real.get(request_of(OPERATIONS[path]), headers={"Accept-Encoding": "identity"}).headers)
    documented = {name.lower() for name in OPERATIONS[path]["responses"]["200"]["headers"]}

    assert sent - undocumented <= documented
    assert documented - sent <= {"link"}
