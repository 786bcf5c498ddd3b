"""Statements that are built and compiled once for each shape of a question, and then only given their values."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Dialect, Select

from app.kit.remembering import Remembered


@dataclass(frozen=True)
class Prepared:
    """A compiled statement and the names of its values."""

    sql: str
    names: tuple[str, ...]
    constants: Mapping[str, Any]
    positional: bool

    def values(self, given: Mapping[str, Any]) -> Any:
        """The values as the driver takes them."""
        known = {**self.constants, **given} if self.constants else given
        if self.positional:
            return tuple(known[name] for name in self.names)
        return {name: known[name] for name in self.names}


class Statements:
    """The prepared statements of a database."""

    def __init__(self, dialect: Dialect, most: int = 2000) -> None:
        self.dialect = dialect
        self._prepared: Remembered[Hashable, Prepared] = Remembered(most)

    def prepared(self, shape: Hashable, build: Callable[[], Select[Any]]) -> Prepared:
        """The statement of this shape; built if there was none of its shape before."""
        return self._prepared.get(shape) or self._prepared.keep(shape, self._compiled(build()))

    def _compiled(self, statement: Select[Any]) -> Prepared:
        compiled = statement.compile(dialect=self.dialect)
        positions = getattr(compiled, "positiontup", None)
        constants = {name: value for name, value in compiled.params.items() if value is not None}
        return Prepared(str(compiled), tuple(positions or compiled.params), constants, positions is not None)
