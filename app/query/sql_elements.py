"""Custom SQL elements, by which a statement says how the database is to execute it.

Their cache keys cover all that their SQL depends on (SQLAlchemy, "SQL Compilation Caching").
"""

from typing import Any, TypeVar

from sqlalchemy import Boolean, Column, ColumnElement, Select, inspect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.sql.visitors import InternalTraversal

ModelColumn = object
"""An attribute of a table model or of its alias; SQLModel gives it the type of its values, such as `str | None`."""
Expression = ColumnElement[Any]
"""A SQL expression with values of any type."""
TableColumn = Column[Any]
"""A column of a table, or of an alias of one, with values of any type."""
RowSelect = Select[*tuple[Any, ...]]
"""A SELECT of any columns."""

T = TypeVar("T")


def expression_of(column: ModelColumn) -> Expression:
    """Return the SQL expression behind an attribute of a model; an expression is returned as it is."""
    expression: Expression = inspect(column).expression
    return expression


def table_column(attribute: ModelColumn) -> TableColumn:
    """Return the column of a table behind an attribute of a model."""
    column: TableColumn = inspect(attribute).expression
    return column


class NoIndex(ColumnElement[T]):
    """An expression for which SQLite must not choose an index.

    SQLite gets `+expression` ("Disqualifying WHERE Clause Terms Using Unary +" in its documentation); PostgreSQL,
    which chooses well in these cases, gets the expression alone.
    """

    inherit_cache = True
    _traverse_internals = [("element", InternalTraversal.dp_clauseelement)]  # noqa: RUF012 - as SQLAlchemy declares it

    def __init__(self, element: ColumnElement[T]) -> None:
        self.element, self.type = element, element.type


@compiles(NoIndex)
def _compile_plain(no_index: NoIndex[T], compiler: SQLCompiler, **options: object) -> str:
    return compiler.process(no_index.element, **options)


@compiles(NoIndex, "sqlite")
def _compile_no_index(no_index: NoIndex[T], compiler: SQLCompiler, **options: object) -> str:
    return f"+{compiler.process(no_index.element, **options)}"


class NoOrderIndex(NoIndex[T]):
    """A sort key for which neither database must scan an index in its order.

    PostgreSQL gets `expression + 0` for numbers and `expression || ''` for texts, which no index has.
    """

    inherit_cache = True
    _traverse_internals = [  # noqa: RUF012 - as SQLAlchemy declares it
        *NoIndex._traverse_internals,
        ("neutral_operation", InternalTraversal.dp_string),
    ]

    def __init__(self, element: ColumnElement[T], *, is_number: bool) -> None:
        super().__init__(element)
        self.neutral_operation = "+ 0" if is_number else "|| ''"


@compiles(NoOrderIndex, "postgresql")
def _compile_no_order_index(no_index: NoOrderIndex[T], compiler: SQLCompiler, **options: object) -> str:
    return f"({compiler.process(no_index.element, **options)} {no_index.neutral_operation})"


class InSubquery(ColumnElement[bool]):
    """A test whether a column is among the rows of a subquery, which the database executes once and first.

    PostgreSQL gets `column = ANY (ARRAY(subquery))`: it would make a join of `IN`, and underestimates how many texts
    begin with a word.
    """

    inherit_cache = True
    _traverse_internals = [  # noqa: RUF012 - as SQLAlchemy declares it
        ("column", InternalTraversal.dp_clauseelement),
        ("subquery", InternalTraversal.dp_clauseelement),
    ]
    type = Boolean()

    def __init__(self, column: ModelColumn, subquery: RowSelect) -> None:
        self.column, self.subquery = expression_of(column), subquery.scalar_subquery()

    def self_group(self, against: OperatorType | None = None) -> "InSubquery":  # noqa: ARG002 - as SQLAlchemy declares it
        """Return the element itself, which SQLAlchemy would compare with 1 on SQLite; then no index would be used."""
        return self


@compiles(InSubquery)
def _compile_in(test: InSubquery, compiler: SQLCompiler, **options: object) -> str:
    return f"{compiler.process(test.column, **options)} IN {compiler.process(test.subquery, **options)}"


@compiles(InSubquery, "postgresql")
def _compile_in_array(test: InSubquery, compiler: SQLCompiler, **options: object) -> str:
    return f"{compiler.process(test.column, **options)} = ANY (ARRAY{compiler.process(test.subquery, **options)})"
