"""What the committed document says of a parameter is what the query parser does, at each bound and one beyond it.

The document is written anew with `make openapi`, so that it is equal to what the code says proves nothing of the two.
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from app.query.parsing import parse_query
from tests.openapi.contract import COMMITTED
from tests.support.examples import LISTS

DOCUMENT: dict[str, Any] = json.loads(COMMITTED.read_text())
SCHEMAS = {
    (path, parameter["name"]): parameter["schema"]
    for path in LISTS
    for parameter in DOCUMENT["paths"][path]["get"]["parameters"]
}
Limit = tuple[list[str], list[str], str]
"""Values at a bound, values one beyond it, and why these are refused."""


def plain(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema itself, or the named one that it refers to."""
    named: dict[str, Any] = DOCUMENT["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], schema)
    return named


def limits(schema: dict[str, Any]) -> Iterator[Limit]:
    """Every bound that a schema has."""
    if most := schema.get("maxItems"):
        items = plain(schema["items"])
        value = items.get("enum", ["VN"])[0]
        yield [value] * most, [value] * (most + 1), f"Given {most + 1} times; at most {most} are allowed."
        yield from limits(items)
    if most := schema.get("maxLength"):
        yield ["x" * most], ["x" * (most + 1)], f"Longer than {most} characters."
    if least := schema.get("minLength"):
        yield ["x" * least], [""], "Empty; give a value or leave the parameter out."
    if most := schema.get("maximum"):
        least, reason = schema["minimum"], f"Not a whole number from {schema['minimum']} to {most}."
        yield [str(least)], [str(least - 1)], reason
        yield [str(most)], [str(most + 1)], reason
    if allowed := schema.get("enum"):
        yield from (([value], ["no-such"], "Not one of the allowed values.") for value in allowed)


def reasons(path: str, name: str, values: list[str]) -> set[str]:
    """Why the parser refuses these values."""
    query = urlencode([(name, value) for value in values]).encode()
    return {error.reason for error in parse_query(LISTS[path], query).errors}


def test_every_parameter_is_documented() -> None:
    assert list(SCHEMAS) == [(path, name) for path, model in LISTS.items() for name in model.model_fields]


@pytest.mark.parametrize(("path", "name"), SCHEMAS)
def test_a_bound_is_the_documented_one(path: str, name: str) -> None:
    for fitting, beyond, reason in limits(plain(SCHEMAS[path, name])):
        assert reason not in reasons(path, name, fitting)
        assert reason in reasons(path, name, beyond)


@pytest.mark.parametrize("path", LISTS)
def test_a_default_is_the_documented_one(path: str) -> None:
    query = parse_query(LISTS[path], b"").query
    documented = {name: plain(schema).get("default") for (of, name), schema in SCHEMAS.items() if of == path}

    assert query is not None
    assert {name: value or None for name, value in query.model_dump(mode="json").items()} == {
        name: value or None for name, value in documented.items()
    }
