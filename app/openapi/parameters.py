"""The OpenAPI parameters of a query model, made from its fields."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

_OMITTED = ("title", "default", "anyOf")
MAX_LENGTHS = {"cursor": 1000}
DEFAULT_MAX_LENGTH = 200
# What belongs to the parameter, not to its schema.
_PARAMETER_KEYS = ("description", "examples")


@cache
def schemas_of(model: type[BaseModel]) -> dict[str, dict[str, Any]]:
    """The JSON schema of each parameter, without null (absent means absent) and with enums written out and named."""
    schema = model.model_json_schema()
    plain = {name: _flattened(field, schema.get("$defs", {})) for name, field in schema.get("properties", {}).items()}
    return {name: _with_enum_name(field, model, name) for name, field in plain.items()}


def _flattened(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    branches = [branch for branch in schema.get("anyOf", []) if branch.get("type") != "null"]
    merged = {**schema, **(branches[0] if branches else {})}
    if "$ref" in merged:
        name = merged.pop("$ref").rpartition("/")[2]
        merged = {**definitions[name], "x-enum-name": name, "x-enum": definitions[name], **merged}
    if "items" in merged:
        merged["items"] = _flattened(merged["items"], definitions)
    default = {} if merged.get("default") in (None, []) else {"default": merged["default"]}
    return {name: value for name, value in merged.items() if name not in _OMITTED} | default


def _with_enum_name(schema: dict[str, Any], model: type[BaseModel], name: str) -> dict[str, Any]:
    """The schema; an enum without a name gets one: that of the noun and the parameter (`AgreementSort`)."""
    if "enum" not in schema or "x-enum-name" in schema:
        return schema
    noun = model.__name__.removesuffix("Query")
    called, names = f"{noun}{name.capitalize()}", [_enum_constant(noun, value) for value in schema["enum"]]
    described = {"description": schema.get("description", ""), "default": schema.get("default")}
    enum = {"type": "string", "enum": schema["enum"], "x-enum-varnames": names, **described}
    return {**schema, "x-enum-name": called, "x-enum": enum}


def _enum_constant(noun: str, value: str) -> str:
    """`AGREEMENT_SIGNED_DESCENDING`: upper case, so that Go exports it, and with the noun, as Go has one name space."""
    order = "DESCENDING" if value.startswith("-") else "ASCENDING"
    return f"{noun}_{value.removeprefix('-')}_{order}".upper()


def enums_of(model: type[BaseModel]) -> dict[str, dict[str, Any]]:
    """The named enums that the parameters of a query model refer to."""
    inner = [schema.get("items", schema) for schema in schemas_of(model).values()]
    return {schema["x-enum-name"]: schema["x-enum"] for schema in inner if "x-enum" in schema}


def parameters_of(model: type[BaseModel]) -> list[dict[str, Any]]:
    """The OpenAPI parameter objects of a query model."""
    return [_parameter(name, schema) for name, schema in schemas_of(model).items()]


def _parameter(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    repeats = schema.get("type") == "array"
    examples = schema.get("examples") or schema.get("items", {}).get("examples")
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": schema.get("description", ""),
        **({"style": "form", "explode": True} if repeats else {}),
        "schema": _with_enum_ref(_with_length_bounds(name, schema)),
        **({"example": examples[:1] if repeats else examples[0]} if examples else {}),
    }


def max_length(name: str) -> int:
    """How many characters a value of this parameter may have."""
    return MAX_LENGTHS.get(name, DEFAULT_MAX_LENGTH)


def _with_length_bounds(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema with the bounds that every text has."""
    if "items" in schema:
        return {**schema, "items": _with_length_bounds(name, schema["items"])}
    free = schema.get("type") == "string" and not ("pattern" in schema or "enum" in schema)
    return {**schema, "minLength": 1, "maxLength": max_length(name)} if free else dict(schema)


def _with_enum_ref(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema alone, named enums as references to the components."""
    if name := schema.get("x-enum-name"):
        return {"$ref": f"#/components/schemas/{name}"}
    own = {key: value for key, value in schema.items() if key not in _PARAMETER_KEYS}
    return {**own, "items": _with_enum_ref(own["items"])} if "items" in own else own
