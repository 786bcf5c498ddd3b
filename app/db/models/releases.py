"""What is sent: records as they were rendered, and which release they are of."""

from sqlmodel import SQLModel

from app.db.column_types import key_column, number_column, text_column


class Rendition(SQLModel, table=True):
    """A record as the API sends it, rendered when it was loaded, and the passages that support it.

    It has the number of the record. A passage has none: its own row says all that is sent.
    """

    number: int = number_column()
    id: str = key_column()
    body: str = text_column()
    evidence: str | None = text_column(default=None)


class Release(SQLModel, table=True):
    """What is being served; exactly one row."""

    version: str = key_column(primary_key=True)
    loaded_at: str = key_column()
