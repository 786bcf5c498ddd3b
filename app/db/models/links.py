"""What links records with topics, passages and places."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel

from app.db.column_types import (
    enum_column,
    exclusive_arc,
    filter_indexes,
    key_column,
    link_index,
    number_column,
    reference_column,
    text_column,
    unique_id,
)
from app.enums import (
    Basis,
    SubjectType,
    TopicRole,
)


class Topic(SQLModel, table=True):
    """A field of cooperation, a good or a sector."""

    id: str = key_column(primary_key=True)
    label: str = text_column()


def _postings(table: str, column: str, owners: tuple[str, ...]) -> list[Index]:
    """For each kind of record that owns rows, an index that lists those of one value of the column in order."""
    order = {**dict.fromkeys(owners, "sort_key DESC"), "place_id": "sort_key"}  # cities are listed by name
    return [
        link_index(f"ix_{table}_{column}_{owner}", column, order[owner], "subject", where=owner) for owner in owners
    ]


class TopicUse(SQLModel, table=True):
    """A record names a topic in a role."""

    __tablename__ = "topic_use"
    __table_args__ = (
        exclusive_arc(1, "agreement_id", "delegation_id", "observation_id", name="one_owner"),
        *_postings("topic_use", "topic_id", ("agreement_id", "delegation_id", "observation_id")),
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


SUBJECT_COLUMNS = {
    SubjectType.agreement: "agreement_id",
    SubjectType.delegation: "delegation_id",
    SubjectType.observation: "observation_id",
    SubjectType.place: "place_id",
    SubjectType.source: "about_source_id",
}
"""The column that refers to a record of this type, in `evidence`; `topic_use` has the first three."""


class Evidence(SQLModel, table=True):
    """One claim: which passage of which document supports which field of which record."""

    __table_args__ = (
        unique_id("evidence"),
        exclusive_arc(
            0,
            *SUBJECT_COLUMNS.values(),
            name="one_subject",
        ),
        CheckConstraint("quote_start >= 0 AND quote_end > quote_start", name="quote_offsets"),
        CheckConstraint(
            "length(quote) BETWEEN 1 AND 100 AND length(quote) = quote_end - quote_start", name="quote_length"
        ),
        CheckConstraint("(basis = 'stated') = (inferred IS NULL)", name="inferred_of_basis"),
        *filter_indexes("evidence", "source_id", "field", "basis", order=("id",)),
        *filter_indexes("evidence", "agreement_id", "delegation_id", "observation_id", order=("id",), partial=True),
        *_postings("evidence", "source_id", ("agreement_id", "delegation_id", "observation_id", "place_id")),
        Index("ix_evidence_subject", "subject", "source_id"),
    )
    number: int = number_column()
    id: str = key_column()
    source_id: str = reference_column("source.id")
    agreement_id: str | None = reference_column("agreement.id", default=None)
    delegation_id: str | None = reference_column("delegation.id", default=None)
    observation_id: str | None = reference_column("observation.id", default=None)
    place_id: str | None = reference_column("place.id", default=None)
    about_source_id: str | None = reference_column("source.id", default=None)
    subject: int | None = Field(default=None)
    sort_key: str = key_column()
    field: str = key_column()
    says: str | None = text_column(default=None)
    basis: Basis = enum_column(Basis, "evidence_basis")
    inferred: str | None = text_column(default=None)
    speaker: str | None = text_column(default=None)
    note: str | None = text_column(default=None)
    quote: str = text_column()
    quote_start: int
    quote_end: int


DATED = ("sort_key DESC", "record", "sort_end")
"""By date, the newest first; and the latest day that it can be, so that a window need not look at the records."""


def _involvement(record: str, *order: str) -> tuple[Any, ...]:
    """What a table of the places of a record needs; its country code is a copy that the key keeps true.

    `repeated` says that the record has another place of the country, with a lesser id: without those, each record of
    a country is there once, and need not be grouped to be counted.
    """
    return (
        ForeignKeyConstraint(["place_id", "country_code"], ["place.id", "place.country_code"]),
        link_index(f"ix_{record}_place_id", "place_id", *order),
        link_index(f"ix_{record}_country_code", "country_code", *order, "repeated"),
        {"sqlite_with_rowid": False},
    )


class AgreementParty(SQLModel, table=True):
    """A place is a party of an agreement, in the order of the source."""

    __tablename__ = "agreement_party"
    __table_args__ = _involvement("agreement_party", *DATED)
    record: int = Field(foreign_key="agreement.number", primary_key=True)
    place_id: str = key_column(primary_key=True)
    country_code: str = key_column()
    sort_key: str = key_column()
    sort_end: str = key_column()
    repeated: bool
    position: int


class DelegationPlace(SQLModel, table=True):
    """A place is represented in a delegation or is where it went."""

    __tablename__ = "delegation_place"
    __table_args__ = _involvement("delegation_place", *DATED)
    record: int = Field(foreign_key="delegation.number", primary_key=True)
    place_id: str = key_column(primary_key=True)
    country_code: str = key_column()
    sort_key: str = key_column()
    sort_end: str = key_column()
    repeated: bool


class ObservationPlace(SQLModel, table=True):
    """A place is the area or the counterpart of an observation."""

    __tablename__ = "observation_place"
    __table_args__ = _involvement("observation_place", *DATED)
    record: int = Field(foreign_key="observation.number", primary_key=True)
    place_id: str = key_column(primary_key=True)
    country_code: str = key_column()
    sort_key: str = key_column()
    sort_end: str = key_column()
    repeated: bool


class EvidencePlace(SQLModel, table=True):
    """A place is, or is involved in, what a piece of evidence is about."""

    __tablename__ = "evidence_place"
    __table_args__ = _involvement("evidence_place", "sort_key", "record")
    record: int = Field(foreign_key="evidence.number", primary_key=True)
    place_id: str = key_column(primary_key=True)
    country_code: str = key_column()
    sort_key: str = key_column()
    repeated: bool
