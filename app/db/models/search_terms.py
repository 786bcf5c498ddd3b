"""The inverted index of the text search: terms, their suffixes, and the records that they find."""

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from app.db.column_types import key_column, number_column, text_column


class Term(SQLModel, table=True):
    """A folded text, such as a name, that records are found by; each distinct text once."""

    __table_args__ = (CheckConstraint("length(text) > 0", name="not_empty"),)
    number: int = number_column()
    text: str = text_column()


class Suffix(SQLModel, table=True):
    """A suffix of a term, shortened if it is long: a range scan over suffixes finds every term that contains a word."""

    __table_args__ = ({"sqlite_with_rowid": False},)
    text: str = key_column(primary_key=True)
    term: int = Field(foreign_key="term.number", primary_key=True)


class Mention(SQLModel, table=True):
    """A posting of the inverted index: a record, by its number, is found by a term."""

    __table_args__ = (Index("ix_mention_noun", "noun", "term", "subject", "sort_key"), {"sqlite_with_rowid": False})
    subject: int = Field(primary_key=True)
    term: int = Field(foreign_key="term.number", primary_key=True)
    noun: str = key_column()
    sort_key: str = key_column()
