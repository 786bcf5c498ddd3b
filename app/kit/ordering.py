"""An order that is the same on every database and that a cursor can resume anywhere."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Float, Index, and_, inspect, literal_column, text
from sqlalchemy import func as sql
from sqlmodel import col

from app.kit.linked import Unordered

# What stands for a null so that it sorts last, (descending, ascending): literals, or no index would serve them.
_TEXT = ("''", "'~'")
_NUMBER = ("-1.7e308", "1.7e308")


Clauses = tuple[ColumnElement[Any], ...]
"""What follows ORDER BY."""

Range = tuple[ColumnElement[bool], Clauses]
"""Some of the records of a list, and their order."""


@dataclass(frozen=True)
class Order:
    """By one column, nulls last, then by another that breaks ties, where there are any."""

    column: Any
    tie: Any
    descending: bool = False
    unique: bool = False
    """Whether there are no ties."""
    walked: bool = True
    """Whether an index should give the order; else what was gathered is sorted."""

    @property
    def kind(self) -> type[str] | type[float]:
        """What the keys are."""
        return float if isinstance(inspect(self.column).expression.type, Float) else str

    @property
    def key(self) -> ColumnElement[Any]:
        """The value that is sorted by; never null."""
        column: ColumnElement[Any] = inspect(self.column).expression
        if getattr(column, "nullable", True):
            stand_in = _NUMBER if self.kind is float else _TEXT
            column = sql.coalesce(column, literal_column(stand_in[not self.descending]))
        return column if self.walked else Unordered(column, is_number=self.kind is float)

    def by_copy(self, column: Any, tie: Any) -> "Order":
        """The same order by a copy of the column that has no nulls, but what stands for one in descending order."""
        is_in_place = self.descending or not inspect(self.column).expression.nullable
        return replace(self, column=column if is_in_place else sql.nullif(column, literal_column(_TEXT[0])), tie=tie)

    def clauses(self) -> Clauses:
        """What follows ORDER BY."""
        key = self.key.desc() if self.descending else self.key
        return (key,) if self.tie is self.column else (key, col(self.tie).asc())

    def after(self, key: Any, last: Any) -> list[Range]:
        """The records behind the one with this key and this value of what breaks ties: those with this key, and beyond.

        An index finds where either begins; in one range for both, it would look at all with this key.
        """
        beyond = (self.key < key if self.descending else self.key > key, self.clauses())
        return [beyond] if self.unique else [(and_(self.key == key, col(self.tie) > last), self.clauses()[1:]), beyond]


def newest_first(column: str) -> str:
    """A nullable column of text as an index has it for a list that is sorted by it, descending."""
    return f"coalesce({column}, {_TEXT[0]}) DESC"


def order_indexes(table: str, column: str, *, numeric: bool = False) -> list[Index]:
    """The two indexes that serve a nullable column of a table as sort key, newest first and oldest first."""
    low, high = _NUMBER if numeric else _TEXT
    return [
        Index(f"ix_{table}_{column}_desc", text(f"coalesce({column}, {low}) DESC"), "number"),
        Index(f"ix_{table}_{column}_asc", text(f"coalesce({column}, {high})"), "number"),
    ]
