"""Conditions on records: where-clauses, and rows of other tables that a record must have."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeGuard

from sqlalchemy import Column, ColumnElement, FromClause, SelectBase, exists, select, text
from sqlalchemy.sql import visitors
from sqlalchemy.sql.visitors import ExternallyTraversible
from sqlmodel import col

from app.query.sql_elements import Expression, ModelColumn, NoIndex, TableColumn, expression_of, table_column

Clause = ColumnElement[bool]


@dataclass(frozen=True)
class JoinFilter:
    """A condition that a row of another table, a link of the record, must meet."""

    key: ModelColumn
    """The column of the record that links refer to."""
    link: ModelColumn
    """The column of the links that refers to the record."""
    condition: Clause
    """What a link must meet."""
    sort_key: ModelColumn = None
    """The column of the links that is a copy of the key of the record's default order; None: there is no copy."""
    copied_columns: Mapping[ModelColumn, ModelColumn] = field(default_factory=dict)
    """More columns of the record that the links have copies of, each with its copy."""
    exists_condition: Clause | None = None
    """The condition as `as_exists` is to put it; None: the same."""
    is_unique: bool = False
    """Whether a record has at most one link that meets the condition."""

    def as_exists(self, *, count_only: bool = False) -> Clause:
        """Return the condition as EXISTS: for each record, its links are searched.

        In a statement that only counts, PostgreSQL may join instead.
        """
        of_record = col(self.link) == self.key
        if count_only and self.exists_condition is None:
            return exists().where(of_record, self.condition)
        condition = self.condition if self.exists_condition is None else self.exists_condition
        links = select(col(self.link)).where(of_record, condition)
        # Without OFFSET, PostgreSQL would make a join of it, whose size it estimates badly.
        return links.suffix_with(text("OFFSET 0"), dialect="postgresql").exists()

    def as_in(self) -> Clause:
        """Return the condition as IN: the links are searched, and lead to the records."""
        return col(self.key).in_(select(col(self.link)).where(self.condition, col(self.link).is_not(None)))


def without_indexes(clause: Clause, table: FromClause) -> Clause:
    """Return a clause for which no index of the table is used; its subqueries are left as they are."""

    def replace(element: ExternallyTraversible, **_: object) -> ExternallyTraversible | None:
        if isinstance(element, SelectBase):
            return element
        return NoIndex(element) if _is_column_of(element, table) else None

    return visitors.replacement_traverse(clause, {}, replace)


def on_link_columns(join: JoinFilter, clause: Clause) -> Clause:
    """Return a clause about a record as one about its link, as far as the link has copies of the record's columns."""
    key = table_column(join.key)
    copies = {table_column(column).key: expression_of(copy) for column, copy in join.copied_columns.items()}
    copies[key.key] = expression_of(join.link)

    def replace(element: ExternallyTraversible, **_: object) -> Expression | None:
        return copies.get(element.key) if _is_column_of(element, key.table) else None

    return visitors.replacement_traverse(clause, {}, replace)


def refers_to(clause: Clause, table: FromClause) -> bool:
    """Return whether a clause has a column of the table."""
    return any(_is_column_of(element, table) for element in visitors.iterate(clause))


def _is_column_of(element: ExternallyTraversible, table: FromClause) -> TypeGuard[TableColumn]:
    return isinstance(element, Column) and element.table is table
