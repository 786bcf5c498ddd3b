"""Statements that are built and compiled once for each shape of a question, and then only given their values."""

import logging
from collections import namedtuple
from collections.abc import Callable, Hashable, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError

from app.lru_cache import LRUCache

log = logging.getLogger("citypact.statements")

Rows = list[Any]
"""Named tuples, as the columns of the statement are called."""


@dataclass(frozen=True)
class CompiledStatement:
    """A compiled statement and the names of its values."""

    sql: str
    names: tuple[str, ...]
    constants: Mapping[str, Any]
    positional: bool
    row: Callable[[tuple[Any, ...]], Any]
    """Makes a named tuple of what the driver gives."""

    def values(self, given: Mapping[str, Any]) -> Any:
        """The values as the driver takes them."""
        known = {**self.constants, **given} if self.constants else given
        if self.positional:
            return tuple(known[name] for name in self.names)
        return {name: known[name] for name in self.names}


class StatementCache:
    """The prepared statements of a database."""

    def __init__(self, dialect: Dialect, most: int = 2000) -> None:
        self.dialect = dialect
        self._statements: LRUCache[Hashable, CompiledStatement] = LRUCache(most)

    def get_or_compile(self, shape: Hashable, build: Callable[[], Select[Any]]) -> CompiledStatement:
        """The statement of this shape; built if there was none of its shape before."""
        return self._statements.get(shape) or self._statements.put(shape, self._compiled(build()))

    def _compiled(self, statement: Select[Any]) -> CompiledStatement:
        compiled = statement.compile(dialect=self.dialect)
        positions = getattr(compiled, "positiontup", None)
        constants = {name: value for name, value in compiled.params.items() if value is not None}
        row: Any = namedtuple("Row", statement.selected_columns.keys(), rename=True)  # type: ignore[misc]
        return CompiledStatement(
            str(compiled), tuple(positions or compiled.params), constants, positions is not None, row._make
        )


def execute_compiled(connection: Connection, statement: CompiledStatement, given: Mapping[str, Any]) -> Rows:
    """The rows of a prepared statement, straight from the driver; errors are SQLAlchemy's all the same."""
    values, driver = statement.values(given), connection.connection
    log.debug("%s %s", statement.sql, values)
    try:
        with closing(driver.cursor()) as cursor:
            cursor.execute(statement.sql, values)
            return list(map(statement.row, cursor.fetchall()))
    except connection.dialect.loaded_dbapi.Error as error:
        raise _sqlalchemy_error(connection, error, statement.sql, values) from error


def _sqlalchemy_error(connection: Connection, error: Exception, sql: str, values: Any) -> Exception:
    """The driver's error as SQLAlchemy's; a connection that broke is not used again."""
    dialect = connection.dialect
    broken = dialect.is_disconnect(error, connection.connection, None)  # type: ignore[arg-type]
    if broken:
        connection.invalidate(error)
    return DBAPIError.instance(
        sql, values, error, dialect.loaded_dbapi.Error, connection_invalidated=broken, dialect=dialect
    )
