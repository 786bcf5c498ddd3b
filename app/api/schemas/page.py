"""A page of a list, and the counts that pages and records carry."""

from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, Field

Item = TypeVar("Item")

Count = Annotated[int, Field(ge=0, le=2**53 - 1, json_schema_extra={"format": "int64"})]
"""A number of records, which JavaScript reads without loss."""


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    items: list[Item] = Field(description="The records of this page.")
    total: Count = Field(description="How many records match, on all pages.")
    next: str | None = Field(
        description="Absolute URL of the next page. Null: this is the last.",
        json_schema_extra={"format": "uri"},
    )
