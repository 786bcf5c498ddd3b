"""Rewrites JSON schemas into the form that client generators understand."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

JsonObject = dict[str, Any]
"""A part of the OpenAPI document: nested JSON, untyped in FastAPI and pydantic, too."""

# A title only repeats the property's name; with a default, a property that is always sent would look optional.
_OMITTED_KEYS = ("title", "default")
_BOUND_KEYS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_NULL = {"type": "null"}


def normalize_schema(schema: JsonObject) -> JsonObject:
    """Return the schema without titles and defaults, with null as a `type` and integers as bounds of integers."""
    nested = {
        name: _NORMALIZE_NESTED[name](value) if name in _NORMALIZE_NESTED else value
        for name, value in schema.items()
        if name not in _omitted_keys(schema)
    }
    return _with_integer_bounds(_with_null_type(_with_optional_properties_last(nested)))


def with_distinct_constants(schemas: Mapping[str, JsonObject]) -> dict[str, JsonObject]:
    """Return the schemas with `x-enum-varnames` (`UNIT_RATIO`) for each enum that shares a value with another one.

    All constants of a Go client share one name space: a client with two constants `RATIO` does not compile.
    """
    unnamed = {name: schema for name, schema in schemas.items() if "enum" in schema and "x-enum-varnames" not in schema}
    uses = Counter(value.upper() for schema in unnamed.values() for value in schema["enum"])
    shared = {name for name, schema in unnamed.items() if any(uses[value.upper()] > 1 for value in schema["enum"])}
    return {name: _with_constants(name, schema) if name in shared else schema for name, schema in schemas.items()}


def _with_constants(name: str, schema: JsonObject) -> JsonObject:
    prefix = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
    return {**schema, "x-enum-varnames": [f"{prefix}_{value}".upper() for value in schema["enum"]]}


def _omitted_keys(schema: JsonObject) -> tuple[str, ...]:
    # An enum with named constants is that of a `sort` parameter; its default tells clients the default order.
    return ("title",) if "x-enum-varnames" in schema else _OMITTED_KEYS


_NORMALIZE_NESTED: dict[str, Callable[[Any], object]] = {  # by the key; `Any` as in JsonObject
    "properties": lambda properties: {name: normalize_schema(schema) for name, schema in properties.items()},
    "items": normalize_schema,
    "anyOf": lambda branches: [normalize_schema(branch) for branch in branches],
}


def _with_optional_properties_last(schema: JsonObject) -> JsonObject:
    """Return the schema with its properties in the order in which responses have them: optional ones last."""
    if "properties" not in schema:
        return schema
    required = schema.get("required", [])
    return {
        **schema,
        "properties": dict(sorted(schema["properties"].items(), key=lambda item: item[0] not in required)),
    }


def _with_null_type(schema: JsonObject) -> JsonObject:
    """Return the schema with `type: [TYPE, "null"]` in place of `anyOf` with null; a reference keeps its `anyOf`."""
    branches = schema.get("anyOf", [])
    if len(branches) != 2 or _NULL not in branches or "$ref" in branches[0]:
        return schema
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    return {**branches[0], **rest, "type": [branches[0]["type"], "null"]}


def _with_integer_bounds(schema: JsonObject) -> JsonObject:
    if schema.get("type") not in ("integer", ["integer", "null"]):
        return schema
    return {name: int(value) if name in _BOUND_KEYS else value for name, value in schema.items()}
