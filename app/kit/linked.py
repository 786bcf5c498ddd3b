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
class Way:
    """How to find records."""

    leader: str | None = None
    """The filter whose records are looked through; None: all records, or whatever the database thinks best."""
    walks: bool = False
    """Whether they are looked through in the order of the list until a page is full; else all, and then sorted."""
    counts: bool = False
    """Whether it is only asked how many there are."""


GATHER, WALK = Way(), Way(walks=True)


def led_by(name: str) -> Way:
    """Look through what this filter lists in order."""
    return Way(name, walks=True)


def gathered_by(name: str) -> Way:
    """Look through all that this filter finds."""
    return Way(name)


@dataclass(frozen=True)
class Linked:
    """The record is one of those that another table links with what is asked."""

    key: Any
    """The number of the record."""
    link: Any
    """The column of the other table that refers to it."""
    condition: Clause
    sort_key: Any = None
    """The column of the other table that has a copy of the key by which the records are listed, if one has."""
    copies: Mapping[Any, Any] = field(default_factory=dict)
    """What else the other table has copies of: columns of the record, and the copies."""
    probe: Clause | None = None
    """The condition on the links of one record, where it is better put in another way."""
    once: bool = False
    """Whether a record is linked at most once."""

    def probed(self, *, counts: bool = False) -> Clause:
        """Is there such a link of this record? Looked for record by record; only to count may PostgreSQL join them."""
        if counts and self.probe is None:
            return exists().where(self.link == self.key, self.condition)
        # Asked of each record in turn: without the OFFSET, PostgreSQL makes a join of it, and guesses its size badly.
        link = select(self.link).where(self.link == self.key, self.condition if self.probe is None else self.probe)
        return link.suffix_with(text("OFFSET 0"), dialect="postgresql").exists()

    def gathered(self) -> Clause:
        """For what is gathered: the record is among the linked."""
        return col(self.key).in_(select(self.link).where(self.condition, col(self.link).is_not(None)))


class Unindexed(ColumnElement[Any]):
    """A column or expression that no index should be chosen for; PostgreSQL chooses well by itself."""

    inherit_cache = False
    _traverse_internals = [("element", InternalTraversal.dp_clauseelement)]  # noqa: RUF012 - as SQLAlchemy wants it

    def __init__(self, element: Any) -> None:
        self.element, self.type = element, element.type


@compiles(Unindexed)
def _plain(found: Unindexed, compiler: Any, **more: Any) -> str:
    return str(compiler.process(found.element, **more))


@compiles(Unindexed, "sqlite")
def _unindexed(found: Unindexed, compiler: Any, **more: Any) -> str:
    return f"+{compiler.process(found.element, **more)}"


class Unordered(Unindexed):
    """A key by which what was gathered is sorted: no index should be walked in its order, on either database."""

    inherit_cache = False

    def __init__(self, element: Any, *, is_number: bool) -> None:
        super().__init__(element)
        self.nothing = "+ 0" if is_number else "|| ''"


@compiles(Unordered, "postgresql")
def _unordered(found: Unordered, compiler: Any, **more: Any) -> str:
    return f"({compiler.process(found.element, **more)} {found.nothing})"


class Among(ColumnElement[bool]):
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


@compiles(Among)
def _in(among: Among, compiler: Any, **more: Any) -> str:
    return f"{compiler.process(among.column, **more)} IN {compiler.process(among.found, **more)}"


@compiles(Among, "postgresql")
def _in_array(among: Among, compiler: Any, **more: Any) -> str:
    return f"{compiler.process(among.column, **more)} = ANY (ARRAY{compiler.process(among.found, **more)})"


def unindexed(clause: Clause, table: Any) -> Clause:
    """The clause without the indexes of this table, so that nothing leads away from the walk."""

    def replace(found: Any, **_: Any) -> Any:
        if isinstance(found, SelectBase):  # has columns and a purpose of its own
            return found
        return Unindexed(found) if _is_of(found, table) else None

    return visitors.replacement_traverse(clause, {}, cast("Any", replace))


def told_by(link: Linked, clause: Clause) -> Clause:
    """The clause, asked of the link where that has a copy of what it asks of the record."""
    table = inspect(link.key).expression.table
    copies = {inspect(own).expression.key: inspect(copy).expression for own, copy in link.copies.items()}
    copies[inspect(link.key).expression.key] = inspect(link.link).expression

    def replace(found: Any, **_: Any) -> Any:
        return copies.get(found.key) if _is_of(found, table) else None

    return visitors.replacement_traverse(clause, {}, cast("Any", replace))


def asks(clause: Clause, table: Any) -> bool:
    """Whether the clause asks for a column of this table."""
    return any(_is_of(found, table) for found in visitors.iterate(clause))


def _is_of(found: Any, table: Any) -> bool:
    return isinstance(found, Column) and found.table is table
