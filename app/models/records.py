"""What the register tells of: places, sources, agreements, delegations, indicators and observations."""

from sqlalchemy import CheckConstraint, Float, Index
from sqlmodel import Field, SQLModel

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
from app.kit.columns import (
    date_checks,
    filter_indexes,
    key,
    link,
    long,
    number,
    one_of,
    unique_id,
)
from app.kit.ordering import newest_first, order_indexes


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
        CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="location_whole"),
        CheckConstraint("lat IS NULL OR (lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180)", name="location_bounds"),
    )
    number: int = number()
    id: str = key()
    kind: PlaceKind = one_of(PlaceKind, "place_kind")
    country_code: str = key()
    iso_3166_2: str | None = key(default=None)
    admin1: str | None = key(default=None)
    lat: float | None = Field(default=None, sa_type=Float(53))
    lon: float | None = Field(default=None, sa_type=Float(53))
    geonames_id: int | None = Field(default=None)
    wikidata_id: str | None = key(default=None)
    sort_name: str = key()


class PlaceName(SQLModel, table=True):
    """One name of a place: in a language, native, a variant or a misspelling."""

    __tablename__ = "place_name"
    __table_args__ = (
        Index("ix_place_name_folded", "folded", "place_id"),
        CheckConstraint("length(name) > 0 AND length(folded) > 0", name="not_empty"),
    )
    place_id: str = link("place.id", primary_key=True)
    kind: NameKind = one_of(NameKind, "name_kind", primary_key=True)
    name: str = key(primary_key=True)
    folded: str = key()


class Source(SQLModel, table=True):
    """A document; its text is not kept, only what identifies it."""

    __table_args__ = (
        unique_id("source"),
        *date_checks("published"),
        *order_indexes("source", "published_start"),
        *filter_indexes("source", "published_end", order=("number",)),
        CheckConstraint("length(sha256) = 64 AND length > 0", name="text_identified"),
        CheckConstraint("(url IS NULL) = (url_basis IS NULL)", name="url_whole"),
    )
    number: int = number()
    id: str = key()
    title: str = long()
    publisher: str = long()
    publisher_basis: Basis = one_of(Basis, "publisher_basis")
    language: str = key()
    published_edtf: str | None = key(default=None)
    published_start: str | None = key(default=None)
    published_end: str | None = key(default=None)
    published_basis: Basis | None = one_of(Basis, "published_basis", default=None, nullable=True)
    published_printed: str | None = long(default=None)
    published_note: str | None = long(default=None)
    url: str | None = long(default=None)
    url_basis: UrlBasis | None = one_of(UrlBasis, "url_basis", default=None, nullable=True)
    sha256: str = key()
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
    number: int = number()
    id: str = key()
    kind: AgreementKind = one_of(AgreementKind, "agreement_kind")
    kind_label: str | None = long(default=None)
    status: AgreementStatus = one_of(AgreementStatus, "agreement_status")
    status_note: str | None = long(default=None)
    signed_edtf: str | None = key(default=None)
    signed_start: str | None = key(default=None)
    signed_end: str | None = key(default=None)
    signed_basis: Basis | None = one_of(Basis, "signed_basis", default=None, nullable=True)
    signed_printed: str | None = long(default=None)
    signed_note: str | None = long(default=None)
    negotiation_started_edtf: str | None = key(default=None)
    negotiation_started_start: str | None = key(default=None)
    negotiation_started_end: str | None = key(default=None)
    negotiation_started_basis: Basis | None = one_of(Basis, "negotiation_basis", default=None, nullable=True)
    negotiation_started_printed: str | None = long(default=None)
    negotiation_started_note: str | None = long(default=None)
    aim: str | None = long(default=None)


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
        CheckConstraint("(location_id IS NULL) = (location_basis IS NULL)", name="location_whole"),
    )
    number: int = number()
    id: str = key()
    kind: DelegationKind = one_of(DelegationKind, "delegation_kind")
    status: DelegationStatus = one_of(DelegationStatus, "delegation_status")
    title: str = long()
    purpose: str | None = long(default=None)
    date_edtf: str | None = key(default=None)
    date_start: str | None = key(default=None)
    date_end: str | None = key(default=None)
    date_basis: Basis | None = one_of(Basis, "date_basis", default=None, nullable=True)
    date_printed: str | None = long(default=None)
    date_note: str | None = long(default=None)
    day_part: DayPart | None = one_of(DayPart, "day_part", default=None, nullable=True)
    location_id: str | None = link("place.id", default=None)
    location_basis: Basis | None = one_of(Basis, "location_basis", default=None, nullable=True)
    agreement_id: str | None = link("agreement.id", default=None)


class Participant(SQLModel, table=True):
    """Who took part in a delegation, in the order of the source."""

    __table_args__ = (
        CheckConstraint("name IS NULL OR length(name) > 0", name="name_not_empty"),
        CheckConstraint("term IS NULL OR name IS NOT NULL", name="term_of_name"),
        Index("ix_participant_term", "term", "record", "sort_key"),
        {"sqlite_with_rowid": False},
    )
    record: int = Field(foreign_key="delegation.number", primary_key=True)
    position: int = Field(primary_key=True)
    side: Side = one_of(Side, "side")
    place_id: str = link("place.id")
    name: str | None = long(default=None)
    term: int | None = Field(default=None, foreign_key="term.number")
    titles: str = long()
    basis: Basis = one_of(Basis, "participant_basis")
    sort_key: str = key()


class Indicator(SQLModel, table=True):
    """What is measured."""

    __table_args__ = (unique_id("indicator"), Index("ix_indicator_sort_name", "sort_name", "number"))
    number: int = number()
    id: str = key()
    name: str = long()
    description: str = long()
    unit: Unit = one_of(Unit, "unit")
    measure: Measure = one_of(Measure, "measure")
    aggregation: Aggregation = one_of(Aggregation, "aggregation")
    direction: Direction = one_of(Direction, "direction")
    sort_name: str = key()


class Observation(SQLModel, table=True):
    """One reported value of an indicator."""

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
    number: int = number()
    id: str = key()
    indicator_id: str = link("indicator.id")
    area_id: str = link("place.id")
    counterpart_id: str | None = link("place.id", default=None)
    value: float | None = Field(default=None, sa_type=Float(53))
    relation: Relation | None = one_of(Relation, "relation", default=None, nullable=True)
    status: ObservationStatus = one_of(ObservationStatus, "observation_status")
    printed: str | None = long(default=None)
    trend: Trend | None = one_of(Trend, "trend", default=None, nullable=True)
    cause: str | None = long(default=None)
    period_edtf: str | None = key(default=None)
    period_start: str | None = key(default=None)
    period_end: str | None = key(default=None)
    period_basis: Basis | None = one_of(Basis, "period_basis", default=None, nullable=True)
    period_printed: str | None = long(default=None)
    period_note: str | None = long(default=None)
    period_kind: PeriodKind = one_of(PeriodKind, "period_kind")
    note: str | None = long(default=None)
