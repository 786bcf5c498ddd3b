"""Columns that mean the same on both databases."""

from enum import StrEnum
from typing import Any, TypedDict, Unpack

from sqlalchemy import Enum, String, Text
from sqlmodel import Field, SQLModel

# This must run before the first table is declared; every module of tables imports this one.
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

ColumnDefault = Any
"""What a column function returns. As with SQLModel's Field, it is assigned to attributes of any annotated type."""


class ColumnOptions(TypedDict, total=False):
    """Options of SQLModel's Field that columns here are declared with."""

    primary_key: bool
    default: None
    nullable: bool


def key_column(**options: Unpack[ColumnOptions]) -> ColumnDefault:
    """A column for an id or another short text."""
    return Field(sa_type=Key, **options)


def number_column() -> ColumnDefault:
    """The primary key of a table of records: their number in the order of their ids, set by `load`."""
    return Field(primary_key=True, sa_column_kwargs={"autoincrement": False})


def reference_column(target: str, **options: Unpack[ColumnOptions]) -> ColumnDefault:
    """A foreign key that refers to an id."""
    return Field(sa_type=Key, foreign_key=target, **options)


def text_column(**options: Unpack[ColumnOptions]) -> ColumnDefault:
    """A column for text of any length."""
    return Field(sa_type=LongText, **options)


def enum_column(enum: type[StrEnum], name: str, **options: Unpack[ColumnOptions]) -> ColumnDefault:
    """A column for a value of an enum: VARCHAR with a CHECK of that name, no native type."""
    kind = Enum(
        enum,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )
    return Field(sa_type=kind, **options)
