"""Finds the changes of an OpenAPI document that break clients generated from an older one."""

from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]
Pair = tuple[Any, Any]

# Bounds of parameters: a new document may raise upper ones and lower the others.
_UPPER_BOUNDS, _LOWER_BOUNDS = ("maximum", "maxLength", "maxItems"), ("minimum", "minLength", "minItems")


def breaking_changes(old: Json, new: Json) -> list[str]:
    """Return a sentence for each change that breaks existing clients."""
    return [
        *_removed("Schema {}", old["components"]["schemas"], new["components"]["schemas"]),
        *_removed("Path {}", old["paths"], new["paths"]),
        *(
            sentence
            for path in _common_names(old["paths"], new["paths"])
            for sentence in _operation_changes(path, old, new)
        ),
        *(sentence for name in _common_names(*_schemas(old, new)) for sentence in _schema_changes(name, old, new)),
    ]


def _schemas(old: Json, new: Json) -> Pair:
    return old["components"]["schemas"], new["components"]["schemas"]


def _removed(subject: str, old: Json, new: Json) -> Iterator[str]:
    yield from (f"{subject.format(name)} is gone." for name in old if name not in new)


def _common_names(old: Json, new: Json) -> list[str]:
    return [name for name in old if name in new]


def _operation_changes(path: str, old: Json, new: Json) -> Iterator[str]:
    before, after = old["paths"][path]["get"], new["paths"][path]["get"]
    if before["operationId"] != after["operationId"]:
        yield f"{path}: the operation {before['operationId']} is now called {after['operationId']}."
    old_parameters, new_parameters = (
        {p["name"]: p for p in operation.get("parameters", [])} for operation in (before, after)
    )
    yield from _removed(f"{path}: parameter {{}}", old_parameters, new_parameters)
    for name, parameter in new_parameters.items():
        if parameter["required"] and not old_parameters.get(name, {}).get("required"):
            yield f"{path}: parameter {name} is newly required."
    for name in _common_names(old_parameters, new_parameters):
        yield from _parameter_changes(
            f"{path}: parameter {name}", old_parameters[name]["schema"], new_parameters[name]["schema"], (old, new)
        )
    yield from _removed(f"{path}: answer {{}}", before["responses"], after["responses"])
    yield from _response_changes(path, *(operation["responses"].get("200", {}) for operation in (before, after)))


def _response_changes(path: str, before: Json, after: Json) -> Iterator[str]:
    for kind in before.get("content", {}):
        schemas = [response.get("content", {}).get(kind, {}).get("schema") for response in (before, after)]
        if schemas[0] != schemas[1]:
            yield f"{path}: the {kind} answer is no longer {schemas[0]}, but {schemas[1]}."


def _resolve(schema: Json, document: Json) -> Json:
    if "$ref" not in schema:
        return schema
    named: Json = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return named


def _parameter_changes(subject: str, old: Json, new: Json, documents: tuple[Json, Json]) -> Iterator[str]:
    """Describe the values that a parameter no longer accepts."""
    before, after = (_resolve(schema, document) for schema, document in zip((old, new), documents, strict=True))
    for name in ("type", "pattern", "format", "const", "default"):
        if name in after and after[name] != before.get(name):
            yield f"{subject}: {name} is no longer {before.get(name)}, but {after[name]}."
    for value in before.get("enum", []):
        if value not in after.get("enum", [value]):
            yield f"{subject} no longer takes {value}."
    for name in (*_UPPER_BOUNDS, *_LOWER_BOUNDS):
        if name in after and not _is_as_wide(name, before.get(name), after[name]):
            yield f"{subject}: {name} is no longer {before.get(name)}, but {after[name]}."
    if "items" in before and "items" in after:
        yield from _parameter_changes(subject, before["items"], after["items"], documents)


def _is_as_wide(name: str, before: float | None, after: float) -> bool:
    return before is not None and (after >= before if name in _UPPER_BOUNDS else after <= before)


def _schema_changes(name: str, old: Json, new: Json) -> Iterator[str]:
    """Describe the changes of a schema that break clients which read it in a response."""
    before, after = (schemas[name] for schemas in _schemas(old, new))
    yield from _enum_changes(name, before, after, in_responses=name in _schemas_of_responses(new))
    yield from _removed(f"{name}: property {{}}", before.get("properties", {}), after.get("properties", {}))
    for field in _common_names(before.get("properties", {}), after.get("properties", {})):
        yield from _property_changes(f"{name}.{field}", before["properties"][field], after["properties"][field])
        if field in before.get("required", []) and field not in after.get("required", []):
            yield f"{name}.{field} may now be left out."


def _enum_changes(name: str, before: Json, after: Json, in_responses: bool) -> Iterator[str]:
    for value in before.get("enum", []):
        if value not in after.get("enum", [value]):
            yield f"{name}: the value {value} is gone."
    for value in after.get("enum", []) if in_responses else []:
        if value not in before.get("enum", [value]):
            yield f"{name}: answers can now have the value {value}, which clients do not know."
    names, named = (dict(zip(s.get("enum", []), s.get("x-enum-varnames", []), strict=False)) for s in (before, after))
    for value in _common_names(names, named):
        if names[value] != named[value]:
            yield f"{name}: the constant {names[value]} is now called {named[value]}."


def _property_changes(subject: str, before: Json, after: Json) -> Iterator[str]:
    for name in ("type", "format", "const", "$ref", "anyOf"):
        if before.get(name) != after.get(name):
            yield f"{subject}: {name} is no longer {before.get(name)}, but {after.get(name)}."
    if "items" in before and "items" in after:
        yield from _property_changes(f"{subject}[]", before["items"], after["items"])


def _schemas_of_responses(document: Json) -> set[str]:
    """Return the names of all schemas that can be part of a response."""
    reached: set[str] = set()
    pending = list(
        _references([document["components"]["responses"], [i["get"]["responses"] for i in document["paths"].values()]])
    )
    while pending:
        if (name := pending.pop()) not in reached:
            reached.add(name)
            pending += _references(document["components"]["schemas"].get(name, {}))
    return reached


def _references(part: Any) -> Iterator[str]:
    """Yield the names of the schemas that a part of the document refers to."""
    if isinstance(part, dict):
        if "/schemas/" in str(part.get("$ref", "")):
            yield part["$ref"].rpartition("/")[2]
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)
