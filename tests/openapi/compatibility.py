"""What a new OpenAPI document breaks for clients that were made from an older one."""

from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]
Pair = tuple[Any, Any]

# A client may send less than before, or get more.
_LOWER, _HIGHER = ("maximum", "maxLength", "maxItems"), ("minimum", "minLength", "minItems")


def breaks(old: Json, new: Json) -> list[str]:
    """A sentence for each thing that breaks existing clients; nothing, where all that worked still works."""
    return [
        *_gone("Schema {}", old["components"]["schemas"], new["components"]["schemas"]),
        *_gone("Path {}", old["paths"], new["paths"]),
        *(sentence for path in _both(old["paths"], new["paths"]) for sentence in _operation(path, old, new)),
        *(sentence for name in _both(*_schemas(old, new)) for sentence in _schema(name, old, new)),
    ]


def _schemas(old: Json, new: Json) -> Pair:
    return old["components"]["schemas"], new["components"]["schemas"]


def _gone(what: str, old: Json, new: Json) -> Iterator[str]:
    yield from (f"{what.format(name)} is gone." for name in old if name not in new)


def _both(old: Json, new: Json) -> list[str]:
    return [name for name in old if name in new]


def _operation(path: str, old: Json, new: Json) -> Iterator[str]:
    before, after = old["paths"][path]["get"], new["paths"][path]["get"]
    if before["operationId"] != after["operationId"]:
        yield f"{path}: the operation {before['operationId']} is now called {after['operationId']}."
    asked, asks = ({p["name"]: p for p in operation.get("parameters", [])} for operation in (before, after))
    yield from _gone(f"{path}: parameter {{}}", asked, asks)
    for name, parameter in asks.items():
        if parameter["required"] and not asked.get(name, {}).get("required"):
            yield f"{path}: parameter {name} is newly required."
    for name in _both(asked, asks):
        yield from _narrowed(f"{path}: parameter {name}", asked[name]["schema"], asks[name]["schema"], (old, new))
    yield from _gone(f"{path}: answer {{}}", before["responses"], after["responses"])
    yield from _answered(path, *(operation["responses"].get("200", {}) for operation in (before, after)))


def _answered(path: str, before: Json, after: Json) -> Iterator[str]:
    for kind in before.get("content", {}):
        schemas = [response.get("content", {}).get(kind, {}).get("schema") for response in (before, after)]
        if schemas[0] != schemas[1]:
            yield f"{path}: the {kind} answer is no longer {schemas[0]}, but {schemas[1]}."


def _resolved(schema: Json, document: Json) -> Json:
    if "$ref" not in schema:
        return schema
    named: Json = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return named


def _narrowed(what: str, old: Json, new: Json, documents: tuple[Json, Json]) -> Iterator[str]:
    """What a parameter no longer takes."""
    before, after = (_resolved(schema, document) for schema, document in zip((old, new), documents, strict=True))
    for name in ("type", "pattern", "format", "const", "default"):
        if name in after and after[name] != before.get(name):
            yield f"{what}: {name} is no longer {before.get(name)}, but {after[name]}."
    for value in before.get("enum", []):
        if value not in after.get("enum", [value]):
            yield f"{what} no longer takes {value}."
    for name in (*_LOWER, *_HIGHER):
        if name in after and not _as_wide(name, before.get(name), after[name]):
            yield f"{what}: {name} is no longer {before.get(name)}, but {after[name]}."
    if "items" in before and "items" in after:
        yield from _narrowed(what, before["items"], after["items"], documents)


def _as_wide(name: str, before: float | None, after: float) -> bool:
    return before is not None and (after >= before if name in _LOWER else after <= before)


def _schema(name: str, old: Json, new: Json) -> Iterator[str]:
    """What a schema says otherwise than before, seen by a client that reads it in an answer."""
    before, after = (schemas[name] for schemas in _schemas(old, new))
    yield from _values(name, before, after, read=name in _read(new))
    yield from _gone(f"{name}: property {{}}", before.get("properties", {}), after.get("properties", {}))
    for field in _both(before.get("properties", {}), after.get("properties", {})):
        yield from _changed(f"{name}.{field}", before["properties"][field], after["properties"][field])
        if field in before.get("required", []) and field not in after.get("required", []):
            yield f"{name}.{field} may now be left out."


def _values(name: str, before: Json, after: Json, read: bool) -> Iterator[str]:
    for value in before.get("enum", []):
        if value not in after.get("enum", [value]):
            yield f"{name}: the value {value} is gone."
    for value in after.get("enum", []) if read else []:
        if value not in before.get("enum", [value]):
            yield f"{name}: answers can now have the value {value}, which clients do not know."
    names, named = (dict(zip(s.get("enum", []), s.get("x-enum-varnames", []), strict=False)) for s in (before, after))
    for value in _both(names, named):
        if names[value] != named[value]:
            yield f"{name}: the constant {names[value]} is now called {named[value]}."


def _changed(what: str, before: Json, after: Json) -> Iterator[str]:
    for name in ("type", "format", "const", "$ref", "anyOf"):
        if before.get(name) != after.get(name):
            yield f"{what}: {name} is no longer {before.get(name)}, but {after.get(name)}."
    if "items" in before and "items" in after:
        yield from _changed(f"{what}[]", before["items"], after["items"])


def _read(document: Json) -> set[str]:
    """The names of all schemas that can be part of an answer."""
    found: set[str] = set()
    waiting = list(
        _references([document["components"]["responses"], [i["get"]["responses"] for i in document["paths"].values()]])
    )
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting += _references(document["components"]["schemas"].get(name, {}))
    return found


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "/schemas/" in str(part.get("$ref", "")):
            yield part["$ref"].rpartition("/")[2]
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)
