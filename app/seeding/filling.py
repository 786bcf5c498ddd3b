"""Fills the tables of a new release, fast: rows by the driver's quickest way, and indexes once they are in."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import chain, islice
from operator import attrgetter
from typing import Any, cast

from sqlalchemy import Connection, Constraint, Index
from sqlalchemy.schema import AddConstraint, DropConstraint
from sqlmodel import SQLModel

from app import models
from app.seeding.rows import Row, columns

BATCH = 5000  # rows that are sent at once
TOGETHER = 100  # rows of a statement: what SQLite prepares for the checks of a table, it prepares once for all of them

Values = list[tuple[Any, ...]]
Tables = dict[str, Values]
Fill = Callable[[Any, str, tuple[str, ...], Values], None]


def by_table(rows: Iterable[SQLModel]) -> Tables:
    """The values of rows, in the order of the columns, by the name of their table."""
    found: dict[str, list[Row]] = {}
    for row in cast("Iterable[Row]", rows):
        found.setdefault(row.table, []).append(row)
    return {table: list(map(_values_of(table), those)) for table, those in found.items()}


def write(connection: Connection, rows: Iterable[SQLModel]) -> None:
    """Writes rows in batches."""
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        put(connection, by_table(batch))


def put(connection: Connection, tables: Tables) -> None:
    """Writes the values of rows."""
    fill, cursor = FILL[connection.dialect.name], connection.connection.cursor()
    for table, values in tables.items():
        fill(cursor, table, columns(table), values)


@cache
def _values_of(table: str) -> Callable[[Row], tuple[Any, ...]]:
    return attrgetter(*columns(table))


def _insert(cursor: Any, table: str, names: tuple[str, ...], values: Values) -> None:
    statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES "  # noqa: S608 - our own names
    row = f"({', '.join('?' * len(names))})"
    together = statement + ", ".join([row] * TOGETHER)
    whole = len(values) // TOGETHER * TOGETHER
    for at in range(0, whole, TOGETHER):
        cursor.execute(together, list(chain.from_iterable(values[at : at + TOGETHER])))
    cursor.executemany(statement + row, values[whole:])


def _copy(cursor: Any, table: str, names: tuple[str, ...], values: Values) -> None:
    # Frozen: nobody else has seen the table yet, so nobody need ever ask again who may see its rows.
    with cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN WITH (FREEZE)") as copy:
        for row in values:
            copy.write_row(row)


FILL: dict[str, Fill] = {"sqlite": _insert, "postgresql": _copy}


@contextmanager
def indexed_at_last(connection: Connection) -> Iterator[None]:
    """Within the block there are no indexes, and PostgreSQL checks neither keys nor references; both after.

    To sort a million rows once is much faster than to find the place of each. SQLite cannot add constraints later.
    """
    later = list(_constraints()) if connection.dialect.name == "postgresql" else []
    for constraint in reversed(later):
        connection.execute(DropConstraint(constraint))
    for index in _indexes():
        index.drop(connection)
    yield
    for index in _indexes():
        index.create(connection)
    for constraint in later:
        connection.execute(AddConstraint(constraint, isolate_from_table=False))


def _constraints() -> Iterator[Constraint]:
    """Keys, and then the references to them."""
    tables = models.metadata.sorted_tables
    yield from (table.primary_key for table in tables)
    yield from (reference for table in tables for reference in table.foreign_key_constraints)


def _indexes() -> Iterator[Index]:
    for table in models.metadata.sorted_tables:
        yield from sorted(table.indexes, key=lambda index: str(index.name))
