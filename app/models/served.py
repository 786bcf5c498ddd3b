"""What is sent: records as they were rendered, and which release they are of."""

from sqlmodel import SQLModel

from app.kit.columns import (
    key,
    long,
    number,
)


class Rendition(SQLModel, table=True):
    """A record as the API sends it, rendered when it was loaded, and the passages that support it.

    It has the number of the record. A passage has none: its own row says all that is sent.
    """

    number: int = number()
    id: str = key()
    body: str = long()
    evidence: str | None = long(default=None)


class Release(SQLModel, table=True):
    """What is being served; exactly one row."""

    version: str = key(primary_key=True)
    loaded_at: str = key()
