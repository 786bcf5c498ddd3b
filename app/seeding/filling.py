"""Fills the tables of a new release, fast: rows by the driver's quickest way, and indexes once they are in."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from operator import attrgetter
from typing import Any, cast

from sqlalchemy import Connection, Index, Table
from sqlalchemy.schema import AddConstraint, DropConstraint
from sqlmodel import SQLModel

from app import models
from app.seeding.rows import Row

BATCH = 5000  # rows that are sent at once

Values = Iterable[Sequence[Any]]
Fill = Callable[[Any, str, list[str], Values], None]


def write(connection: Connection, rows: Iterable[SQLModel]) -> None:
    """Writes rows in batches; those of one batch in an order that foreign keys allow."""
    fill, remaining = FILL[connection.dialect.name], iter(rows)
    while batch := list(islice(remaining, BATCH)):
        by_table: dict[str, list[Row]] = {}
        for row in cast("list[Row]", batch):
            by_table.setdefault(row.table, []).append(row)
        for table in models.metadata.sorted_tables:
            if found := by_table.get(table.name):
                names = [column.name for column in table.columns]
                values: Values = map(attrgetter(*names), found)
                fill(connection.connection.cursor(), table.name, names, values)


def _insert(cursor: Any, table: str, names: list[str], values: Values) -> None:
    marks = ", ".join("?" * len(names))
    cursor.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", values)  # noqa: S608 - our own names


def _copy(cursor: Any, table: str, names: list[str], values: Values) -> None:
    with cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
        for row in values:
            copy.write_row(row)


FILL: dict[str, Fill] = {"sqlite": _insert, "postgresql": _copy}


@contextmanager
def indexed_at_last(connection: Connection) -> Iterator[None]:
    """Within the block there are no indexes but those that hold keys, and PostgreSQL checks no references; both after.

    To sort a million rows once is much faster than to find the place of each, and SQLite cannot add references later.
    """
    tables = models.metadata.sorted_tables
    references = connection.dialect.name == "postgresql"
    for table in tables if references else ():
        for constraint in table.foreign_key_constraints:
            connection.execute(DropConstraint(constraint))
    for index in _indexes(tables):
        index.drop(connection)
    yield
    for index in _indexes(tables):
        index.create(connection)
    for table in tables if references else ():
        for constraint in table.foreign_key_constraints:
            connection.execute(AddConstraint(constraint, isolate_from_table=False))


def _indexes(tables: list[Table]) -> Iterator[Index]:
    for table in tables:
        yield from sorted(table.indexes, key=lambda index: str(index.name))
