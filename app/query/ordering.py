"""An order that is the same on every database and that a cursor can resume anywhere."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Float, and_, inspect, literal_column
from sqlalchemy import func as sql
from sqlmodel import col

from app.db.indexes import NUMBER_NULLS, TEXT_NULLS
from app.query.conditions import NoOrderIndex

Clauses = tuple[ColumnElement[Any], ...]
"""What follows ORDER BY."""

Range = tuple[ColumnElement[bool], Clauses]
"""Some of the records of a list, and their order."""


@dataclass(frozen=True)
class Order:
    """By one column, nulls last, then by another that breaks ties, where there are any."""

    column: Any
    tie_breaker: Any
    descending: bool = False
    unique: bool = False
    """Whether there are no ties."""
    uses_index: bool = True
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
            stand_in = NUMBER_NULLS if self.kind is float else TEXT_NULLS
            column = sql.coalesce(column, literal_column(stand_in[not self.descending]))
        return column if self.uses_index else NoOrderIndex(column, is_number=self.kind is float)

    def on_copy(self, column: Any, tie: Any) -> "Order":
        """The same order by a copy of the column that has no nulls, but what stands for one in descending order."""
        is_in_place = self.descending or not inspect(self.column).expression.nullable
        return replace(
            self, column=column if is_in_place else sql.nullif(column, literal_column(TEXT_NULLS[0])), tie_breaker=tie
        )

    def order_by(self) -> Clauses:
        """What follows ORDER BY."""
        key = self.key.desc() if self.descending else self.key
        return (key,) if self.tie_breaker is self.column else (key, col(self.tie_breaker).asc())

    def ranges_after(self, key: Any, last: Any) -> list[Range]:
        """The records behind the one with this key and this value of what breaks ties: those with this key, and beyond.

        An index finds where either begins; in one range for both, it would look at all with this key.
        """
        beyond = (self.key < key if self.descending else self.key > key, self.order_by())
        return (
            [beyond]
            if self.unique
            else [(and_(self.key == key, col(self.tie_breaker) > last), self.order_by()[1:]), beyond]
        )
