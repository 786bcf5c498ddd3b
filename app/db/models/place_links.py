"""The places that each record involves; each row has the sort key of the record, for an index of a place's records."""

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.schema import SchemaItem
from sqlmodel import Field, SQLModel

from app.db.column_types import key_column
from app.db.indexes import filter_indexes

DATED = ("sort_key DESC", "record", "sort_end")
"""The newest first; with the last day of the date, so that a filter by dates reads the index alone."""


def _table_args(table: str, *order: str) -> tuple[SchemaItem | dict[str, bool], ...]:
    """The constraint, the indexes and the options of a table of links.

    The country code is a copy that the foreign key keeps correct. `repeated` is set if the record has another place in
    the same country with a lesser id: the rows where it is not set have each record of a country once, so that they
    can be counted without grouping.
    """
    return (
        ForeignKeyConstraint(["place_id", "country_code"], ["place.id", "place.country_code"]),
        *filter_indexes(table, "place_id", order=order),
        *filter_indexes(table, "country_code", order=(*order, "repeated")),
        {"sqlite_with_rowid": False},
    )


class AgreementParty(SQLModel, table=True):
    """A place is a party of an agreement; positions follow the order of the source."""

    __tablename__ = "agreement_party"
    __table_args__ = _table_args("agreement_party", *DATED)
    record: int = Field(foreign_key="agreement.number", primary_key=True)
    place_id: str = key_column(primary_key=True)
    country_code: str = key_column()
    sort_key: str = key_column()
    sort_end: str = key_column()
    repeated: bool
    position: int


class DelegationPlace(SQLModel, table=True):
    """A place takes part in a delegation or is its location."""

    __tablename__ = "delegation_place"
    __table_args__ = _table_args("delegation_place", *DATED)
    record: int = Field(foreign_key="delegation.number", primary_key=True)
    place_id: str = key_column(primary_key=True)
    country_code: str = key_column()
    sort_key: str = key_column()
    sort_end: str = key_column()
    repeated: bool


class ObservationPlace(SQLModel, table=True):
    """A place is the area or the counterpart of an observation."""

    __tablename__ = "observation_place"
    __table_args__ = _table_args("observation_place", *DATED)
    record: int = Field(foreign_key="observation.number", primary_key=True)
    place_id: str = key_column(primary_key=True)
    country_code: str = key_column()
    sort_key: str = key_column()
    sort_end: str = key_column()
    repeated: bool


class EvidencePlace(SQLModel, table=True):
    """A place is, or is involved in, the subject of a piece of evidence."""

    __tablename__ = "evidence_place"
    __table_args__ = _table_args("evidence_place", "sort_key", "record")
    record: int = Field(foreign_key="evidence.number", primary_key=True)
    place_id: str = key_column(primary_key=True)
    country_code: str = key_column()
    sort_key: str = key_column()
    repeated: bool
