"""Evidence: passages of sources that support facts."""

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from app.db.column_types import enum_column, key_column, number_column, reference_column, text_column
from app.db.constraints import exclusive_arc
from app.db.indexes import filter_indexes, posting_indexes, unique_id
from app.enums import Basis, SubjectType

SUBJECT_COLUMNS = {
    SubjectType.agreement: "agreement_id",
    SubjectType.delegation: "delegation_id",
    SubjectType.observation: "observation_id",
    SubjectType.place: "place_id",
    SubjectType.source: "about_source_id",
}
"""The columns of `evidence` that refer to its subject; at most one is filled. `topic_use` has the first three."""


class Evidence(SQLModel, table=True):
    """A passage of a source that supports a field of a record; `subject` is the number of the record."""

    __table_args__ = (
        unique_id("evidence"),
        exclusive_arc(0, *SUBJECT_COLUMNS.values(), name="one_subject"),
        CheckConstraint("quote_start >= 0 AND quote_end > quote_start", name="quote_offsets"),
        CheckConstraint(
            "length(quote) BETWEEN 1 AND 100 AND length(quote) = quote_end - quote_start", name="quote_length"
        ),
        CheckConstraint("(basis = 'stated') = (inferred IS NULL)", name="inferred_of_basis"),
        *filter_indexes("evidence", "source_id", "field", "basis", order=("id",)),
        *filter_indexes("evidence", "agreement_id", "delegation_id", "observation_id", order=("id",), partial=True),
        *posting_indexes("evidence", "source_id", ("agreement_id", "delegation_id", "observation_id", "place_id")),
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
