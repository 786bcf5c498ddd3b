"""The release, and its records as the API sends them."""

from sqlmodel import SQLModel

from app.db.column_types import key_column, number_column, text_column


class Rendition(SQLModel, table=True):
    """The JSON of a record and of its evidence, rendered by `load`; it has the number of the record.

    Evidence has no rendition: all that the API sends of it is in its own row.
    """

    number: int = number_column()
    id: str = key_column()
    body: str = text_column()
    evidence: str | None = text_column(default=None)


class Release(SQLModel, table=True):
    """The release that the database holds; exactly one row."""

    version: str = key_column(primary_key=True)
    loaded_at: str = key_column()
