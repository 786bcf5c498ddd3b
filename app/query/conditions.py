"""The ways to find a page: walk the list in its order, be led by what one filter lists, or gather all and sort.

To walk is best where much matches, to gather where little does, and to be led by a filter where an index has its
records in the order of the list. The databases cannot tell, or only guess; who has counted what matches knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Boolean, Column, ColumnElement, Select, SelectBase, exists, inspect, select, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import visitors
from sqlalchemy.sql.visitors import InternalTraversal
from sqlmodel import col

Clause = ColumnElement[bool]


@dataclass(frozen=True)
class JoinFilter:
    """The record is one of those that another table links with what is asked."""

    key: Any
    """The number of the record."""
    link: Any
    """The column of the other table that refers to it."""
    condition: Clause
    sort_key: Any = None
    """The column of the other table that has a copy of the key by which the records are listed, if one has."""
    copied_columns: Mapping[Any, Any] = field(default_factory=dict)
    """What else the other table has copies of: columns of the record, and the copies."""
    exists_condition: Clause | None = None
    """The condition on the links of one record, where it is better put in another way."""
    is_unique: bool = False
    """Whether a record is linked at most once."""

    def as_exists(self, *, count_only: bool = False) -> Clause:
        """Is there such a link of this record? Looked for record by record; only to count may PostgreSQL join them."""
        if count_only and self.exists_condition is None:
            return exists().where(self.link == self.key, self.condition)
        # Asked of each record in turn: without the OFFSET, PostgreSQL makes a join of it, and guesses its size badly.
        link = select(self.link).where(
            self.link == self.key, self.condition if self.exists_condition is None else self.exists_condition
        )
        return link.suffix_with(text("OFFSET 0"), dialect="postgresql").exists()

    def as_in(self) -> Clause:
        """For what is gathered: the record is among the linked."""
        return col(self.key).in_(select(self.link).where(self.condition, col(self.link).is_not(None)))


class NoIndex(ColumnElement[Any]):
    """A column or expression that no index should be chosen for; PostgreSQL chooses well by itself."""

    inherit_cache = False
    _traverse_internals = [("element", InternalTraversal.dp_clauseelement)]  # noqa: RUF012 - as SQLAlchemy wants it

    def __init__(self, element: Any) -> None:
        self.element, self.type = element, element.type


@compiles(NoIndex)
def _compile_plain(found: NoIndex, compiler: Any, **more: Any) -> str:
    return str(compiler.process(found.element, **more))


@compiles(NoIndex, "sqlite")
def _compile_no_index(found: NoIndex, compiler: Any, **more: Any) -> str:
    return f"+{compiler.process(found.element, **more)}"


class NoOrderIndex(NoIndex):
    """A key by which what was gathered is sorted: no index should be walked in its order, on either database."""

    inherit_cache = False

    def __init__(self, element: Any, *, is_number: bool) -> None:
        super().__init__(element)
        self.nothing = "+ 0" if is_number else "|| ''"


@compiles(NoOrderIndex, "postgresql")
def _compile_no_order_index(found: NoOrderIndex, compiler: Any, **more: Any) -> str:
    return f"({compiler.process(found.element, **more)} {found.nothing})"


class InSubquery(ColumnElement[bool]):
    """The column is among what a statement finds first, by itself.

    PostgreSQL would join both, and guesses badly how many texts begin with something: it has them in an array here.
    """

    inherit_cache = False
    type = Boolean()

    def __init__(self, column: Any, found: Select[Any]) -> None:
        self.column, self.found = col(column), found.scalar_subquery()

    def self_group(self, against: Any = None) -> Any:  # noqa: ARG002 - as it is declared
        """Itself: as a value that may be true, it would be compared with 1 on SQLite, which then uses no index."""
        return self


@compiles(InSubquery)
def _compile_in(among: InSubquery, compiler: Any, **more: Any) -> str:
    return f"{compiler.process(among.column, **more)} IN {compiler.process(among.found, **more)}"


@compiles(InSubquery, "postgresql")
def _compile_in_array(among: InSubquery, compiler: Any, **more: Any) -> str:
    return f"{compiler.process(among.column, **more)} = ANY (ARRAY{compiler.process(among.found, **more)})"


def without_indexes(clause: Clause, table: Any) -> Clause:
    """The clause without the indexes of this table, so that nothing leads away from the walk."""

    def replace(found: Any, **_: Any) -> Any:
        if isinstance(found, SelectBase):  # has columns and a purpose of its own
            return found
        return NoIndex(found) if _is_column_of(found, table) else None

    return visitors.replacement_traverse(clause, {}, cast("Any", replace))


def on_link_columns(link: JoinFilter, clause: Clause) -> Clause:
    """The clause, asked of the link where that has a copy of what it asks of the record."""
    table = inspect(link.key).expression.table
    copies = {inspect(own).expression.key: inspect(copy).expression for own, copy in link.copied_columns.items()}
    copies[inspect(link.key).expression.key] = inspect(link.link).expression

    def replace(found: Any, **_: Any) -> Any:
        return copies.get(found.key) if _is_column_of(found, table) else None

    return visitors.replacement_traverse(clause, {}, cast("Any", replace))


def refers_to(clause: Clause, table: Any) -> bool:
    """Whether the clause asks for a column of this table."""
    return any(_is_column_of(found, table) for found in visitors.iterate(clause))


def _is_column_of(found: Any, table: Any) -> bool:
    return isinstance(found, Column) and found.table is table
