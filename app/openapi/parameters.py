"""The OpenAPI parameters of a query model, generated from its fields."""

from functools import cache

from pydantic import BaseModel

from app.openapi.schemas import JsonObject

_OMITTED_KEYS = ("title", "default", "anyOf")
MAX_LENGTHS = {"cursor": 1000}
DEFAULT_MAX_LENGTH = 200  # characters
_PARAMETER_KEYS = ("description", "examples")  # of the parameter object, not of its schema


@cache
def schemas_of(model: type[BaseModel]) -> dict[str, JsonObject]:
    """Return the JSON schema of each parameter by its name: never null, and enums inlined with their names."""
    schema = model.model_json_schema()
    definitions, properties = schema.get("$defs", {}), schema.get("properties", {})
    inlined = {name: _inline(field, definitions) for name, field in properties.items()}
    return {name: _with_enum_name(field, model, name) for name, field in inlined.items()}


def _inline(schema: JsonObject, definitions: JsonObject) -> JsonObject:
    branches = [branch for branch in schema.get("anyOf", []) if branch.get("type") != "null"]
    merged = {**schema, **(branches[0] if branches else {})}
    if "$ref" in merged:
        name = merged.pop("$ref").rpartition("/")[2]
        merged = {**definitions[name], "x-enum-name": name, "x-enum": definitions[name], **merged}
    if "items" in merged:
        merged["items"] = _inline(merged["items"], definitions)
    default = {} if merged.get("default") in (None, []) else {"default": merged["default"]}
    return {name: value for name, value in merged.items() if name not in _OMITTED_KEYS} | default


def _with_enum_name(schema: JsonObject, model: type[BaseModel], name: str) -> JsonObject:
    """Return the schema; a nameless enum is named after the query model and the parameter (`AgreementSort`)."""
    if "enum" not in schema or "x-enum-name" in schema:
        return schema
    prefix = model.__name__.removesuffix("Query")
    enum = {
        "type": "string",
        "enum": schema["enum"],
        "x-enum-varnames": [_enum_constant(prefix, value) for value in schema["enum"]],
        "description": schema.get("description", ""),
        "default": schema.get("default"),
    }
    return {**schema, "x-enum-name": f"{prefix}{name.capitalize()}", "x-enum": enum}


def _enum_constant(prefix: str, value: str) -> str:
    """Return `AGREEMENT_SIGNED_DESCENDING`: in upper case Go exports it, by its prefix it is unique in a client."""
    order = "DESCENDING" if value.startswith("-") else "ASCENDING"
    return f"{prefix}_{value.removeprefix('-')}_{order}".upper()


def enums_of(model: type[BaseModel]) -> dict[str, JsonObject]:
    """Return the schemas of the named enums that the parameters of a query model refer to, by their names."""
    schemas = [schema.get("items", schema) for schema in schemas_of(model).values()]
    return {schema["x-enum-name"]: schema["x-enum"] for schema in schemas if "x-enum" in schema}


def parameters_of(model: type[BaseModel]) -> list[JsonObject]:
    """Return the OpenAPI parameter objects of a query model."""
    return [_parameter(name, schema) for name, schema in schemas_of(model).items()]


def _parameter(name: str, schema: JsonObject) -> JsonObject:
    is_list = schema.get("type") == "array"
    examples = schema.get("examples") or schema.get("items", {}).get("examples")
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": schema.get("description", ""),
        **({"style": "form", "explode": True} if is_list else {}),
        "schema": _with_enum_ref(_with_length_bounds(name, schema)),
        **({"example": examples[:1] if is_list else examples[0]} if examples else {}),
    }


def _with_length_bounds(name: str, schema: JsonObject) -> JsonObject:
    """Return the schema; a string without pattern or enum gets bounds of its length."""
    if "items" in schema:
        return {**schema, "items": _with_length_bounds(name, schema["items"])}
    is_free_text = schema.get("type") == "string" and not ("pattern" in schema or "enum" in schema)
    return (
        {**schema, "minLength": 1, "maxLength": MAX_LENGTHS.get(name, DEFAULT_MAX_LENGTH)} if is_free_text else schema
    )


def _with_enum_ref(schema: JsonObject) -> JsonObject:
    """Return the schema without the keys of the parameter object, a named enum as a reference."""
    if name := schema.get("x-enum-name"):
        return {"$ref": f"#/components/schemas/{name}"}
    inner = {key: value for key, value in schema.items() if key not in _PARAMETER_KEYS}
    return {**inner, "items": _with_enum_ref(inner["items"])} if "items" in inner else inner
