"""Rows that read like the models they are rows of, but are not: to make a model takes longer than to write it."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar, TypeVar, cast

from sqlmodel import SQLModel

from app.db import models

T = TypeVar("T", bound=SQLModel)


class Row:
    """The columns of a row that have a value, as attributes; the others are null."""

    table: ClassVar[str]


Rows = Iterator[SQLModel]
RowValues = list[tuple[Any, ...]]
TableRows = dict[str, RowValues]
"""The values of rows, in the order of the columns, by the name of their table."""


def row_of(model: type[T], values: dict[str, Any] | None = None, **more: Any) -> T:
    """A row of this model, for those who read it: of the values those that have a column; seeds were validated."""
    row = _class(model)()
    row.__dict__ = {**values, **more} if values else more
    return cast("T", row)


@cache
def _class(model: type[SQLModel]) -> type[Row]:
    """Rows of a model; what they do not have, they find here."""
    table = str(model.__tablename__)
    return type(f"{model.__name__}Row", (Row,), {**dict.fromkeys(columns(table)), "table": table})


@cache
def columns(table: str) -> tuple[str, ...]:
    """The names of the columns of a table."""
    return tuple(column.name for column in models.metadata.tables[table].columns)


def rows_by_table(rows: Iterable[SQLModel]) -> TableRows:
    """The values of rows, in the order of the columns, by the name of their table."""
    found: dict[str, list[Row]] = {}
    for row in cast("Iterable[Row]", rows):
        found.setdefault(row.table, []).append(row)
    return {table: list(map(_values_of(table), those)) for table, those in found.items()}


@cache
def _values_of(table: str) -> Callable[[Row], tuple[Any, ...]]:
    return attrgetter(*columns(table))
