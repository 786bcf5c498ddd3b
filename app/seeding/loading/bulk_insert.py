"""Fills the tables of a new release by the fastest way of each driver, and builds their indexes afterwards."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice

from sqlalchemy import Connection, Constraint, Index
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.schema import AddConstraint, DropConstraint
from sqlmodel import SQLModel

from app.db import models
from app.seeding.rendering.rows import RowValues, TableRows, columns, rows_by_table

BATCH_ROWS = 5000  # rows in memory at once
# Rows of a statement: SQLite prepares the checks of a table once for each statement.
ROWS_PER_STATEMENT = 100

BulkInsert = Callable[[DBAPICursor, str, tuple[str, ...], RowValues], None]
"""Inserts the values of rows, in the order of these columns, into a table."""


def insert_rows(connection: Connection, rows: Iterable[SQLModel]) -> None:
    """Insert rows in batches."""
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH_ROWS)):
        insert_tables(connection, rows_by_table(batch))


def insert_tables(connection: Connection, tables: TableRows) -> None:
    """Insert the values of rows."""
    bulk_insert, cursor = BULK_INSERT[connection.dialect.name], connection.connection.cursor()
    for table, values in tables.items():
        bulk_insert(cursor, table, columns(table), values)


def _insert(cursor: DBAPICursor, table: str, names: tuple[str, ...], values: RowValues) -> None:
    statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES "  # noqa: S608 - our own names
    row = f"({', '.join('?' * len(names))})"
    multi_row_statement = statement + ", ".join([row] * ROWS_PER_STATEMENT)
    end = len(values) // ROWS_PER_STATEMENT * ROWS_PER_STATEMENT
    for start in range(0, end, ROWS_PER_STATEMENT):
        cursor.execute(multi_row_statement, list(chain.from_iterable(values[start : start + ROWS_PER_STATEMENT])))
    cursor.executemany(statement + row, values[end:])


def _copy(cursor: DBAPICursor, table: str, names: tuple[str, ...], values: RowValues) -> None:
    # FREEZE: rows are visible to all transactions from the start, so none of them has to be marked so by a vacuum.
    with cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN WITH (FREEZE)") as copy:
        for row in values:
            copy.write_row(row)


BULK_INSERT: dict[str, BulkInsert] = {"sqlite": _insert, "postgresql": _copy}


@contextmanager
def deferred_indexes(connection: Connection) -> Iterator[None]:
    """Drop the indexes, and on PostgreSQL all keys and foreign keys, and create them again after the block.

    One sort of a million rows is much faster than a million insertions into an index. SQLite cannot add constraints
    to a table.
    """
    constraints = list(_constraints()) if connection.dialect.name == "postgresql" else []
    for constraint in reversed(constraints):
        connection.execute(DropConstraint(constraint))
    for index in _indexes():
        index.drop(connection)
    yield
    for index in _indexes():
        index.create(connection)
    for constraint in constraints:
        connection.execute(AddConstraint(constraint, isolate_from_table=False))


def _constraints() -> Iterator[Constraint]:
    """Iterate over primary keys, and then over the foreign keys that refer to them."""
    tables = models.metadata.sorted_tables
    yield from (table.primary_key for table in tables)
    yield from (foreign_key for table in tables for foreign_key in table.foreign_key_constraints)


def _indexes() -> Iterator[Index]:
    for table in models.metadata.sorted_tables:
        yield from sorted(table.indexes, key=lambda index: str(index.name))
