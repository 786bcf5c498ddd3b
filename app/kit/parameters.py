"""The OpenAPI parameters of a query model, made from its fields."""

from functools import cache
from typing import Any

from pydantic import BaseModel

_NOISE = ("title", "default")


@cache
def schemas_of(model: type[BaseModel]) -> dict[str, dict[str, Any]]:
    """The JSON schema of each parameter, without null (absent means absent) and with enums written out."""
    schema = model.model_json_schema()
    return {name: _plain(field, schema.get("$defs", {})) for name, field in schema.get("properties", {}).items()}


def _plain(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    branches = [branch for branch in schema.get("anyOf", []) if branch.get("type") != "null"]
    merged = {**schema, **(branches[0] if branches else {})}
    if "$ref" in merged:
        name = merged.pop("$ref").rpartition("/")[2]
        merged = {**definitions[name], "x-enum-name": name, **merged}
    if "items" in merged:
        merged["items"] = _plain(merged["items"], definitions)
    if "enum" in merged and any(value.startswith("-") for value in merged["enum"]):
        merged["x-enum-varnames"] = [_variable(value) for value in merged["enum"]]
    default = {} if merged.get("default") in (None, []) else {"default": merged["default"]}
    return {name: value for name, value in merged.items() if name not in (*_NOISE, "anyOf")} | default


def _variable(sort: str) -> str:
    return f"{sort.removeprefix('-')}_descending" if sort.startswith("-") else f"{sort}_ascending"


@cache
def _parameters(model: type[BaseModel]) -> tuple[dict[str, Any], ...]:
    return tuple(_parameter(name, dict(schema)) for name, schema in schemas_of(model).items())


def parameters_of(model: type[BaseModel]) -> list[dict[str, Any]]:
    """The OpenAPI parameter objects of a query model."""
    return [dict(parameter) for parameter in _parameters(model)]


def _parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    description, examples = schema.pop("description", ""), schema.pop("examples", None)
    repeats = {"style": "form", "explode": True} if schema.get("type") == "array" else {}
    example = {"example": examples[0]} if examples else {}
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        **repeats,
        "schema": _referring(schema),
        **example,
    }


def _referring(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with named enums as references to the components."""
    if "items" in schema:
        return {**schema, "items": _referring(schema["items"])}
    if name := schema.get("x-enum-name"):
        return {"$ref": f"#/components/schemas/{name}"}
    return schema
