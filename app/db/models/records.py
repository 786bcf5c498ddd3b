"""The records of the register: places, sources, agreements, delegations, indicators and observations."""

from sqlalchemy import CheckConstraint, Float, Index
from sqlmodel import Field, SQLModel

from app.db.column_types import enum_column, key_column, number_column, reference_column, text_column
from app.db.constraints import date_checks
from app.db.indexes import filter_indexes, newest_first, order_indexes, unique_id
from app.enums import (
    Aggregation,
    AgreementKind,
    AgreementStatus,
    Basis,
    DayPart,
    DelegationKind,
    DelegationStatus,
    Direction,
    Measure,
    NameKind,
    ObservationStatus,
    PeriodKind,
    PlaceKind,
    Relation,
    Side,
    Trend,
    Unit,
    UrlBasis,
)


class Place(SQLModel, table=True):
    """A city, a province or a country."""

    __table_args__ = (
        unique_id("place"),
        Index("uq_place_id_country_code", "id", "country_code", unique=True),
        *filter_indexes("place", "country_code", "kind", order=("sort_name", "number")),
        Index("ix_place_country_code_number", "country_code", "number"),
        Index("ix_place_sort_name", "sort_name", "number"),
        CheckConstraint("length(country_code) = 2 AND country_code = upper(country_code)", name="country_code_form"),
        CheckConstraint("(kind = 'country') = (id = lower(country_code))", name="country_id"),
        CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="location_complete"),
        CheckConstraint("lat IS NULL OR (lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180)", name="location_bounds"),
    )
    number: int = number_column()
    id: str = key_column()
    kind: PlaceKind = enum_column(PlaceKind, "place_kind")
    country_code: str = key_column()
    iso_3166_2: str | None = key_column(default=None)
    admin1: str | None = key_column(default=None)
    lat: float | None = Field(default=None, sa_type=Float(53))
    lon: float | None = Field(default=None, sa_type=Float(53))
    geonames_id: int | None = Field(default=None)
    wikidata_id: str | None = key_column(default=None)
    sort_name: str = key_column()


class PlaceName(SQLModel, table=True):
    """A name of a place: in a language, native, a variant or a misspelling."""

    __tablename__ = "place_name"
    __table_args__ = (
        Index("ix_place_name_folded", "folded", "place_id"),
        CheckConstraint("length(name) > 0 AND length(folded) > 0", name="not_empty"),
    )
    place_id: str = reference_column("place.id", primary_key=True)
    kind: NameKind = enum_column(NameKind, "name_kind", primary_key=True)
    name: str = key_column(primary_key=True)
    folded: str = key_column()


class Source(SQLModel, table=True):
    """A document. The register holds the length and the SHA-256 of its text, not the text."""

    __table_args__ = (
        unique_id("source"),
        *date_checks("published"),
        *order_indexes("source", "published_start"),
        *filter_indexes("source", "published_end", order=("number",)),
        CheckConstraint("length(sha256) = 64 AND length > 0", name="text_identified"),
        CheckConstraint("(url IS NULL) = (url_basis IS NULL)", name="url_complete"),
    )
    number: int = number_column()
    id: str = key_column()
    title: str = text_column()
    publisher: str = text_column()
    publisher_basis: Basis = enum_column(Basis, "publisher_basis")
    language: str = key_column()
    published_edtf: str | None = key_column(default=None)
    published_start: str | None = key_column(default=None)
    published_end: str | None = key_column(default=None)
    published_basis: Basis | None = enum_column(Basis, "published_basis", default=None, nullable=True)
    published_printed: str | None = text_column(default=None)
    published_note: str | None = text_column(default=None)
    url: str | None = text_column(default=None)
    url_basis: UrlBasis | None = enum_column(UrlBasis, "url_basis", default=None, nullable=True)
    sha256: str = key_column()
    length: int


class Agreement(SQLModel, table=True):
    """A tie between two or more places."""

    __table_args__ = (
        unique_id("agreement"),
        *date_checks("signed"),
        *date_checks("negotiation_started"),
        *order_indexes("agreement", "signed_start"),
        *filter_indexes("agreement", "kind", "status", "signed_basis", order=(newest_first("signed_start"), "number")),
        *filter_indexes("agreement", "signed_end", order=("number",)),
    )
    number: int = number_column()
    id: str = key_column()
    kind: AgreementKind = enum_column(AgreementKind, "agreement_kind")
    kind_label: str | None = text_column(default=None)
    status: AgreementStatus = enum_column(AgreementStatus, "agreement_status")
    status_note: str | None = text_column(default=None)
    signed_edtf: str | None = key_column(default=None)
    signed_start: str | None = key_column(default=None)
    signed_end: str | None = key_column(default=None)
    signed_basis: Basis | None = enum_column(Basis, "signed_basis", default=None, nullable=True)
    signed_printed: str | None = text_column(default=None)
    signed_note: str | None = text_column(default=None)
    negotiation_started_edtf: str | None = key_column(default=None)
    negotiation_started_start: str | None = key_column(default=None)
    negotiation_started_end: str | None = key_column(default=None)
    negotiation_started_basis: Basis | None = enum_column(Basis, "negotiation_basis", default=None, nullable=True)
    negotiation_started_printed: str | None = text_column(default=None)
    negotiation_started_note: str | None = text_column(default=None)
    aim: str | None = text_column(default=None)


class Delegation(SQLModel, table=True):
    """A visit or a meeting between representatives of places."""

    __table_args__ = (
        unique_id("delegation"),
        *date_checks("date"),
        *order_indexes("delegation", "date_start"),
        *filter_indexes(
            "delegation",
            "kind",
            "status",
            "date_basis",
            "agreement_id",
            order=(newest_first("date_start"), "number"),
        ),
        *filter_indexes("delegation", "date_end", order=("number",)),
        CheckConstraint("(location_id IS NULL) = (location_basis IS NULL)", name="location_complete"),
    )
    number: int = number_column()
    id: str = key_column()
    kind: DelegationKind = enum_column(DelegationKind, "delegation_kind")
    status: DelegationStatus = enum_column(DelegationStatus, "delegation_status")
    title: str = text_column()
    purpose: str | None = text_column(default=None)
    date_edtf: str | None = key_column(default=None)
    date_start: str | None = key_column(default=None)
    date_end: str | None = key_column(default=None)
    date_basis: Basis | None = enum_column(Basis, "date_basis", default=None, nullable=True)
    date_printed: str | None = text_column(default=None)
    date_note: str | None = text_column(default=None)
    day_part: DayPart | None = enum_column(DayPart, "day_part", default=None, nullable=True)
    location_id: str | None = reference_column("place.id", default=None)
    location_basis: Basis | None = enum_column(Basis, "location_basis", default=None, nullable=True)
    agreement_id: str | None = reference_column("agreement.id", default=None)


class Participant(SQLModel, table=True):
    """A participant of a delegation; positions follow the order of the source."""

    __table_args__ = (
        CheckConstraint("name IS NULL OR length(name) > 0", name="name_not_empty"),
        CheckConstraint("term IS NULL OR name IS NOT NULL", name="term_of_name"),
        Index("ix_participant_term", "term", "record", "sort_key"),
        {"sqlite_with_rowid": False},
    )
    record: int = Field(foreign_key="delegation.number", primary_key=True)
    position: int = Field(primary_key=True)
    side: Side = enum_column(Side, "side")
    place_id: str = reference_column("place.id")
    name: str | None = text_column(default=None)
    term: int | None = Field(default=None, foreign_key="term.number")
    titles: str = text_column()
    basis: Basis = enum_column(Basis, "participant_basis")
    sort_key: str = key_column()


class Indicator(SQLModel, table=True):
    """A quantity that observations measure."""

    __table_args__ = (unique_id("indicator"), Index("ix_indicator_sort_name", "sort_name", "number"))
    number: int = number_column()
    id: str = key_column()
    name: str = text_column()
    description: str = text_column()
    unit: Unit = enum_column(Unit, "unit")
    measure: Measure = enum_column(Measure, "measure")
    aggregation: Aggregation = enum_column(Aggregation, "aggregation")
    direction: Direction = enum_column(Direction, "direction")
    sort_name: str = key_column()


class Observation(SQLModel, table=True):
    """A reported value of an indicator, for a place and a period."""

    __table_args__ = (
        unique_id("observation"),
        *date_checks("period"),
        *order_indexes("observation", "period_start"),
        *order_indexes("observation", "value", numeric=True),
        Index("ix_observation_indicator_id_number", "indicator_id", "number"),
        *filter_indexes(
            "observation",
            "indicator_id",
            "area_id",
            "status",
            "period_basis",
            order=(newest_first("period_start"), "number"),
        ),
        *filter_indexes("observation", "counterpart_id", order=(newest_first("period_start"), "number"), partial=True),
        *filter_indexes("observation", "period_end", order=("number",)),
        CheckConstraint("(value IS NULL) = (relation IS NULL)", name="relation_of_value"),
        CheckConstraint("(value IS NULL) = (status = 'missing')", name="missing_value"),
        CheckConstraint("value IS NULL OR value BETWEEN -1.6e308 AND 1.6e308", name="value_finite"),
        CheckConstraint("counterpart_id IS NULL OR counterpart_id <> area_id", name="counterpart_differs"),
        CheckConstraint("(period_kind = 'none') = (period_edtf IS NULL)", name="period_kind_of_period"),
    )
    number: int = number_column()
    id: str = key_column()
    indicator_id: str = reference_column("indicator.id")
    area_id: str = reference_column("place.id")
    counterpart_id: str | None = reference_column("place.id", default=None)
    value: float | None = Field(default=None, sa_type=Float(53))
    relation: Relation | None = enum_column(Relation, "relation", default=None, nullable=True)
    status: ObservationStatus = enum_column(ObservationStatus, "observation_status")
    printed: str | None = text_column(default=None)
    trend: Trend | None = enum_column(Trend, "trend", default=None, nullable=True)
    cause: str | None = text_column(default=None)
    period_edtf: str | None = key_column(default=None)
    period_start: str | None = key_column(default=None)
    period_end: str | None = key_column(default=None)
    period_basis: Basis | None = enum_column(Basis, "period_basis", default=None, nullable=True)
    period_printed: str | None = text_column(default=None)
    period_note: str | None = text_column(default=None)
    period_kind: PeriodKind = enum_column(PeriodKind, "period_kind")
    note: str | None = text_column(default=None)
