"""JSON schemas in the form that generators of clients understand."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

Json = dict[str, Any]

# A title only repeats the property's name; a default in an answer would make what is always there look optional.
_OMITTED = ("title", "default")
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_NULL = {"type": "null"}


def normalize_schema(schema: Json) -> Json:
    """A schema without noise; what may be null says so in its type, and whole numbers have whole bounds."""
    inner = {
        name: _NESTED.get(name, _identity)(value) for name, value in schema.items() if name not in _omitted_keys(schema)
    }
    return _with_integer_bounds(_nullable(_optional_properties_last(inner)))


def with_distinct_constants(schemas: Mapping[str, Json]) -> dict[str, Json]:
    """The schemas; an enum that shares a value with another one names its constants after itself (`UNIT_RATIO`).

    In Go all constants of a client share one name space, and a client with two `RATIO` does not compile.
    """
    unnamed = {name: schema for name, schema in schemas.items() if "enum" in schema and "x-enum-varnames" not in schema}
    uses = Counter(value.upper() for schema in unnamed.values() for value in schema["enum"])
    shared = {name for name, schema in unnamed.items() if any(uses[value.upper()] > 1 for value in schema["enum"])}
    return {name: _with_constants(name, schema) if name in shared else schema for name, schema in schemas.items()}


def _with_constants(name: str, schema: Json) -> Json:
    prefix = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
    return {**schema, "x-enum-varnames": [f"{prefix}_{value}".upper() for value in schema["enum"]]}


def _omitted_keys(schema: Json) -> tuple[str, ...]:
    # A named order says which of its values is the default.
    return ("title",) if "x-enum-varnames" in schema else _OMITTED


def _identity(value: Any) -> Any:
    return value


_NESTED: dict[str, Callable[[Any], Any]] = {
    "properties": lambda properties: {name: normalize_schema(schema) for name, schema in properties.items()},
    "items": normalize_schema,
    "anyOf": lambda branches: [normalize_schema(branch) for branch in branches],
}


def _optional_properties_last(schema: Json) -> Json:
    """Properties in the order in which answers send them: what may be left out comes last."""
    if "properties" not in schema:
        return schema
    last = sorted(schema["properties"].items(), key=lambda named: named[0] not in schema.get("required", []))
    return {**schema, "properties": dict(last)}


def _nullable(schema: Json) -> Json:
    """`type: [t, "null"]` for what may be null; a reference keeps its `anyOf`."""
    branches = schema.get("anyOf", [])
    if len(branches) != 2 or _NULL not in branches or "$ref" in branches[0]:
        return schema
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    return {**branches[0], **rest, "type": [branches[0]["type"], "null"]}


def _with_integer_bounds(schema: Json) -> Json:
    if schema.get("type") not in ("integer", ["integer", "null"]):
        return schema
    return {name: int(value) if name in _BOUNDS else value for name, value in schema.items()}
