"""Columns and constraints that mean the same on both databases; tables are made of them."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Enum, Index, String, Text, text
from sqlalchemy.types import TypeEngine
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# Byte order on both databases: SQLite compares bytes, PostgreSQL's default collation depends on the server.
Key = String().with_variant(String(collation="C"), "postgresql")
LongText = Text().with_variant(Text(collation="C"), "postgresql")


def key_column(**more: Any) -> Any:
    """A column for an id."""
    return Field(sa_type=Key, **more)


def number_column(**more: Any) -> Any:
    """A column for the number of a record: primary key of its table, given in the order of the ids."""
    return Field(primary_key=True, sa_column_kwargs={"autoincrement": False}, **more)


def reference_column(target: str, **more: Any) -> Any:
    """A column that refers to an id."""
    return Field(sa_type=Key, foreign_key=target, **more)


def unique_id(table: str) -> Index:
    """The index that keeps the ids of a table apart."""
    return Index(f"uq_{table}_id", "id", unique=True)


def text_column(**more: Any) -> Any:
    """A column for text of any length."""
    return Field(sa_type=LongText, **more)


def enum_column(enum: type[StrEnum], name: str, **more: Any) -> Any:
    """A column for a word of a closed vocabulary: VARCHAR and CHECK, no native type."""
    kind: TypeEngine[Any] = Enum(
        enum,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )
    return Field(sa_type=kind, **more)


def date_checks(name: str) -> list[CheckConstraint]:
    """The columns of a date are there together or not at all, and its bounds are dates in order."""
    given = f"{name}_edtf IS NOT NULL"
    parts = (f"({name}_{part} IS NOT NULL) = ({given})" for part in ("start", "end", "basis"))
    notes = (f"({name}_{part} IS NULL OR {given})" for part in ("printed", "note"))
    shape = f"({name}_edtf IS NULL OR ({name}_start LIKE '____-__-__' AND {name}_end LIKE '____-__-__'))"
    return [
        CheckConstraint(" AND ".join([*parts, *notes]), name=f"{name}_complete"),
        CheckConstraint(f"{shape} AND ({name}_edtf IS NULL OR {name}_start <= {name}_end)", name=f"{name}_bounds"),
    ]


def filter_indexes(table: str, *columns: str, order: Sequence[str], partial: bool = False) -> list[Index]:
    """For each column that a filter asks for, an index in the order of the list; `partial`: without nulls."""
    return [_index(f"ix_{table}_{column}", [column, *order], column if partial else None) for column in columns]


def link_index(name: str, *columns: str, where: str | None = None) -> Index:
    """An index of a table of links: of all rows, or of those where the column `where` is not null."""
    return _index(name, columns, where)


def _index(name: str, columns: Sequence[str], where: str | None) -> Index:
    parts = (text(column) if " " in column else column for column in columns)
    if where is None:
        return Index(name, *parts)
    given = text(f"{where} IS NOT NULL")
    return Index(name, *parts, sqlite_where=given, postgresql_where=given)


def exclusive_arc(least: int, *columns: str, name: str) -> CheckConstraint:
    """An exclusive arc: of these columns at most one is filled, and at least so many."""
    filled = " + ".join(f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END" for column in columns)
    return CheckConstraint(f"({filled}) BETWEEN {least} AND 1", name=name)
