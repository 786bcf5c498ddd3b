"""Orders of a list: the same on both databases, and such that a cursor can resume anywhere (keyset pagination)."""

from dataclasses import dataclass, replace

from sqlalchemy import BindParameter, ColumnElement, Float, and_, inspect, literal_column
from sqlalchemy import func as sql
from sqlmodel import col

from app.db.indexes import NUMBER_NULLS, TEXT_NULLS
from app.query.sql_elements import Expression, ModelColumn, NoOrderIndex, expression_of, table_column

OrderBy = tuple[Expression, ...]
"""What follows ORDER BY."""

Range = tuple[ColumnElement[bool], OrderBy]
"""The condition of a range of a list, and the order within it."""


@dataclass(frozen=True)
class Order:
    """An order by a column, nulls last, and by a second column that breaks ties."""

    column: ModelColumn
    tie_breaker: ModelColumn
    descending: bool = False
    unique: bool = False
    """Whether the values of the column are unique, so that there are no ties."""
    uses_index: bool = True
    """Whether an index is to give the order; else the database is to sort."""

    @property
    def kind(self) -> type[str] | type[float]:
        """The type of the sort keys."""
        return float if isinstance(inspect(self.column).expression.type, Float) else str

    @property
    def key(self) -> Expression:
        """The sort key: the column, with the literal of `app.db.indexes` in place of null."""
        column = expression_of(self.column)
        if getattr(column, "nullable", True):
            nulls = NUMBER_NULLS if self.kind is float else TEXT_NULLS
            column = sql.coalesce(column, literal_column(nulls[not self.descending]))
        return column if self.uses_index else NoOrderIndex(column, is_number=self.kind is float)

    def on_copy(self, column: ModelColumn, tie_breaker: ModelColumn) -> "Order":
        """Return the same order by a copy of the column, which has the literal of descending order in place of null."""
        is_in_place = self.descending or not table_column(self.column).nullable
        copy = column if is_in_place else sql.nullif(expression_of(column), literal_column(TEXT_NULLS[0]))
        return replace(self, column=copy, tie_breaker=tie_breaker)

    def order_by(self) -> OrderBy:
        """Return what follows ORDER BY."""
        key = self.key.desc() if self.descending else self.key
        return (key,) if self.tie_breaker is self.column else (key, col(self.tie_breaker).asc())

    def ranges_after(self, key: BindParameter[str], tie_breaker: Expression) -> list[Range]:
        """Return the ranges behind a record: the later ones with the same sort key, and those with later sort keys.

        They are two, because an index finds the beginning of either; in one range for both, a database would read all
        records with the same sort key.
        """
        later = (self.key < key if self.descending else self.key > key, self.order_by())
        if self.unique:
            return [later]
        return [(and_(self.key == key, col(self.tie_breaker) > tie_breaker), self.order_by()[1:]), later]
