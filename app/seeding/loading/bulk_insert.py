"""Fills the tables of a new release, fast: rows by the driver's quickest way, and indexes once they are in."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any

from sqlalchemy import Connection, Constraint, Index
from sqlalchemy.schema import AddConstraint, DropConstraint
from sqlmodel import SQLModel

from app.db import models
from app.seeding.rendering.rows import RowValues, TableRows, columns, rows_by_table

BATCH_ROWS = 5000  # rows that are sent at once
# Rows of a statement: what SQLite prepares for the checks of a table, it prepares once for all of them.
ROWS_PER_STATEMENT = 100

BulkInsert = Callable[[Any, str, tuple[str, ...], RowValues], None]


def insert_rows(connection: Connection, rows: Iterable[SQLModel]) -> None:
    """Writes rows in batches."""
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH_ROWS)):
        insert_tables(connection, rows_by_table(batch))


def insert_tables(connection: Connection, tables: TableRows) -> None:
    """Writes the values of rows."""
    fill, cursor = BULK_INSERT[connection.dialect.name], connection.connection.cursor()
    for table, values in tables.items():
        fill(cursor, table, columns(table), values)


def _insert(cursor: Any, table: str, names: tuple[str, ...], values: RowValues) -> None:
    statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES "  # noqa: S608 - our own names
    row = f"({', '.join('?' * len(names))})"
    together = statement + ", ".join([row] * ROWS_PER_STATEMENT)
    whole = len(values) // ROWS_PER_STATEMENT * ROWS_PER_STATEMENT
    for at in range(0, whole, ROWS_PER_STATEMENT):
        cursor.execute(together, list(chain.from_iterable(values[at : at + ROWS_PER_STATEMENT])))
    cursor.executemany(statement + row, values[whole:])


def _copy(cursor: Any, table: str, names: tuple[str, ...], values: RowValues) -> None:
    # Frozen: nobody else has seen the table yet, so nobody need ever ask again who may see its rows.
    with cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN WITH (FREEZE)") as copy:
        for row in values:
            copy.write_row(row)


BULK_INSERT: dict[str, BulkInsert] = {"sqlite": _insert, "postgresql": _copy}


@contextmanager
def deferred_indexes(connection: Connection) -> Iterator[None]:
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
