"""Indexes that list records in the order of the API's lists, the same on both databases.

Lists put nulls last, so an index has a substitute in place of each null.
"""

from collections.abc import Sequence

from sqlalchemy import Index, text

# What stands for null, in descending and in ascending order: SQL literals, because an index matches no parameter.
TEXT_NULLS = ("''", "'~'")
NUMBER_NULLS = ("-1.7e308", "1.7e308")


def newest_first(column: str) -> str:
    """The element of an index for a nullable column of text in descending order, nulls last."""
    return f"coalesce({column}, {TEXT_NULLS[0]}) DESC"


def unique_id(table: str) -> Index:
    """The unique index of the ids of a table."""
    return Index(f"uq_{table}_id", "id", unique=True)


def order_indexes(table: str, column: str, *, numeric: bool = False) -> list[Index]:
    """The indexes for sorting a table by a nullable column, descending and ascending."""
    low, high = NUMBER_NULLS if numeric else TEXT_NULLS
    return [
        Index(f"ix_{table}_{column}_desc", text(f"coalesce({column}, {low}) DESC"), "number"),
        Index(f"ix_{table}_{column}_asc", text(f"coalesce({column}, {high})"), "number"),
    ]


def filter_indexes(table: str, *columns: str, order: Sequence[str], partial: bool = False) -> list[Index]:
    """An index for each column that a filter uses, in the order of the list; a `partial` index has no nulls."""
    return [_index(f"ix_{table}_{column}", [column, *order], column if partial else None) for column in columns]


def posting_indexes(table: str, column: str, owners: Sequence[str]) -> list[Index]:
    """For each column that refers to a kind of record, an index that lists these records by a value of `column`."""
    # Lists of dated records begin with the newest; places are listed by name.
    order = {**dict.fromkeys(owners, "sort_key DESC"), "place_id": "sort_key"}
    return [_index(f"ix_{table}_{column}_{owner}", [column, order[owner], "subject"], owner) for owner in owners]


def _index(name: str, columns: Sequence[str], not_null: str | None = None) -> Index:
    parts = (text(column) if " " in column else column for column in columns)
    if not_null is None:
        return Index(name, *parts)
    condition = text(f"{not_null} IS NOT NULL")
    return Index(name, *parts, sqlite_where=condition, postgresql_where=condition)
