"""The OpenAPI parameters of a query model, whole: what the committed document says of each kind of field."""

from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from app.openapi.parameters import DEFAULT_MAX_LENGTH, MAX_LENGTHS, enums_of, parameters_of, schemas_of
from app.query.filters import MAX_REPEATS, SearchText, repeatable, single
from app.values.countries import CountryCode


class Size(StrEnum):
    """How large."""

    small = "small"
    large = "large"


class ShopQuery(BaseModel):
    size: list[Size] = repeatable("Sizes.")
    least: Size | None = single("The least size.")
    country: list[CountryCode] = repeatable("Countries.")
    cursor: str | None = single("Where to begin.")
    q: SearchText | None = single("Words.")
    tag: list[Annotated[str, Field(examples=["red", "blue"])]] = repeatable("Tags.")
    latest: bool = single("Latest.", False)
    limit: Annotated[int, Field(ge=1, le=200, examples=[5, 6])] = single("Limit.", 50)
    sort: Literal["-price", "price"] = single("Order.", "-price")
    colour: Literal["red", "blue"]
    number: int


def parameter(name: str, description: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A parameter that stands at most once."""
    return {
        "name": name, "in": "query", "required": False, "description": description, "schema": schema, **more,
    }  # fmt: skip


def repeated(name: str, description: str, items: dict[str, Any], **more: Any) -> dict[str, Any]:
    schema = {"type": "array", "maxItems": MAX_REPEATS, "items": items}
    return parameter(name, description, schema, style="form", explode=True, **more)


TEXT = {"type": "string", "minLength": 1, "maxLength": 200}


def test_each_field_is_a_parameter() -> None:
    assert parameters_of(ShopQuery) == [
        repeated("size", "Sizes.", {"$ref": "#/components/schemas/Size"}),
        parameter("least", "The least size.", {"$ref": "#/components/schemas/Size"}),
        repeated("country", "Countries.", {"type": "string", "pattern": "^[A-Za-z]{2}$"}, example=["VN"]),
        parameter("cursor", "Where to begin.", {**TEXT, "maxLength": 1000}),
        parameter("q", "Words.", TEXT),
        repeated("tag", "Tags.", TEXT, example=["red"]),
        parameter("latest", "Latest.", {"type": "boolean", "default": False}),
        parameter("limit", "Limit.", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}, example=5),
        parameter("sort", "Order.", {"$ref": "#/components/schemas/ShopSort"}),
        parameter("colour", "", {"$ref": "#/components/schemas/ShopColour"}),
        parameter("number", "", {"type": "integer"}),
    ]


def test_each_enum_has_a_name() -> None:
    assert enums_of(ShopQuery) == {
        "Size": {"type": "string", "enum": ["small", "large"], "title": "Size", "description": "How large."},
        "ShopSort": {
            "type": "string",
            "enum": ["-price", "price"],
            "x-enum-varnames": ["SHOP_PRICE_DESCENDING", "SHOP_PRICE_ASCENDING"],
            "description": "Order.",
            "default": "-price",
        },
        "ShopColour": {
            "type": "string",
            "enum": ["red", "blue"],
            "x-enum-varnames": ["SHOP_RED_ASCENDING", "SHOP_BLUE_ASCENDING"],
            "description": "",
            "default": None,
        },
    }


def test_a_schema_is_without_null_and_with_its_enum_written_out() -> None:
    schemas = schemas_of(ShopQuery)
    size = {"type": "string", "enum": ["small", "large"], "x-enum-name": "Size", "x-enum": enums_of(ShopQuery)["Size"]}

    assert schemas["least"] == {**size, "description": "The least size."}
    assert schemas["size"] == {
        "type": "array", "maxItems": MAX_REPEATS, "description": "Sizes.",
        "items": {**size, "description": "How large."},
    }  # fmt: skip
    assert schemas["q"] == {"type": "string", "description": "Words."}


@pytest.mark.parametrize(("name", "characters"), [("cursor", 1000), ("q", 200), ("city", 200)])
def test_a_value_has_a_greatest_length(name: str, characters: int) -> None:
    assert MAX_LENGTHS.get(name, DEFAULT_MAX_LENGTH) == characters
