"""Topics, and the records that name them."""

from sqlalchemy import Index
from sqlmodel import SQLModel

from app.db.column_types import enum_column, key_column, number_column, reference_column, text_column
from app.db.constraints import exclusive_arc
from app.db.indexes import posting_indexes
from app.enums import TopicRole


class Topic(SQLModel, table=True):
    """A field of cooperation, a good or a sector."""

    id: str = key_column(primary_key=True)
    label: str = text_column()


class TopicUse(SQLModel, table=True):
    """A record names a topic in a role; `subject` is the number of the record."""

    __tablename__ = "topic_use"
    __table_args__ = (
        exclusive_arc(1, "agreement_id", "delegation_id", "observation_id", name="one_owner"),
        *posting_indexes("topic_use", "topic_id", ("agreement_id", "delegation_id", "observation_id")),
        Index("ix_topic_use_subject", "subject", "topic_id"),
    )
    number: int = number_column()
    topic_id: str = reference_column("topic.id")
    role: TopicRole = enum_column(TopicRole, "topic_role")
    agreement_id: str | None = reference_column("agreement.id", default=None)
    delegation_id: str | None = reference_column("delegation.id", default=None)
    observation_id: str | None = reference_column("observation.id", default=None)
    subject: int
    sort_key: str = key_column()
