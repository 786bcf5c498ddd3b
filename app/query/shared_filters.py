"""The filters that several resources share; each is one annotated field.

A query model that inherits one says in `columns` which columns the filter is about.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, ClassVar, Protocol, cast

from pydantic import AfterValidator, WithJsonSchema
from sqlalchemy import BindParameter, and_, literal_column, or_
from sqlalchemy import func as sql
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.db import models
from app.enums import Include, PlaceKind, Undated
from app.query.conditions import Clause, JoinFilter
from app.query.filters import Filter, FilterParameters, ParameterConflict, ReferenceCheck, repeatable, single
from app.query.list_query import ListQuery
from app.query.ordering import Order
from app.query.sql_elements import Expression, ModelColumn
from app.values.countries import CountryCode, is_country, suggest_country
from app.values.dates import PartialDate, first_day, last_day


class PlaceLink(Protocol):
    """A table model whose rows link a record with a place."""

    record: int
    place_id: str
    country_code: str
    sort_key: str
    repeated: bool


class DatedPlaceLink(PlaceLink, Protocol):
    """A table model whose rows link a record that has a date with a place."""

    sort_end: str


@dataclass(frozen=True)
class FilterColumns:
    """The columns that the shared filters of a resource are about; None for filters that it does not have."""

    key: ModelColumn = None
    """The column of the number of a record."""
    places: type[PlaceLink] | None = None
    """The table of the places of a record."""
    dates: tuple[ModelColumn, ModelColumn] = (None, None)
    """The columns of the earliest and the latest day of the date of a record."""
    subject: str = ""
    """The name of the column by which evidence and uses of topics refer to the record."""
    captions: Mapping[str, str] = field(default_factory=dict)
    """Captions that the resource has in place of those of the shared filters, by name of the filter."""


CITY = ReferenceCheck(
    "city",
    models.Place.id,
    restriction=col(models.Place.kind) != PlaceKind.country,
    names=(models.PlaceName.folded, models.PlaceName.place_id),
)
CITY_OR_COUNTRY = replace(
    CITY, noun="city or country", skip_if=lambda value: is_country(value.upper()), suggest=suggest_country
)
TOPIC = ReferenceCheck("topic", models.Topic.id)
SOURCE = ReferenceCheck("source", models.Source.id)
INDICATOR = ReferenceCheck("indicator", models.Indicator.id)
AGREEMENT = ReferenceCheck("agreement", models.Agreement.id)
DELEGATION = ReferenceCheck("delegation", models.Delegation.id)
OBSERVATION = ReferenceCheck("observation", models.Observation.id)
FIELD = ReferenceCheck("field", models.Evidence.field)

NO_DATE: Expression = literal_column("''")
"""The sort key of a record without a date, newest first."""

Party = Annotated[
    str,
    AfterValidator(lambda text: text.upper() if is_country(text.upper()) else text),
    WithJsonSchema({"type": "string", "examples": ["VN"]}),
]
"""A country code (upper case once validated) or a city id."""


def place_matches(places: type[PlaceLink], parties: FilterParameters) -> Clause:
    """Match the places that are one of these cities or lie in one of these countries; no city has a code as id."""
    return or_(col(places.country_code).in_(parties), col(places.place_id).in_(parties))


def involves_country(query: "ByCountry", codes: FilterParameters) -> JoinFilter:
    """Match the records of which a place is one of these countries or lies in one."""
    places = _places(query)
    return _by_place(query, places, and_(col(places.country_code).in_(codes), ~col(places.repeated)), codes)


def involves_city(query: "ByPlace", ids: FilterParameters) -> JoinFilter:
    """Match the records of which one of these cities is a place."""
    places = _places(query)
    return _by_place(query, places, col(places.place_id).in_(ids), ids)


def _places(query: "SharedFilters") -> type[PlaceLink]:
    """Return a new alias of the table of the places of a record."""
    return aliased(cast("type[PlaceLink]", query.columns.places))  # every resource with these filters has the table


def _by_place(
    query: "SharedFilters", places: type[PlaceLink], condition: Clause, values: Sequence[object]
) -> JoinFilter:
    earliest, latest = query.columns.dates
    copies: dict[ModelColumn, ModelColumn] = {}
    if latest is not None:
        dated = cast("type[DatedPlaceLink]", places)  # the links of records with a date are dated
        copies = {earliest: sql.nullif(col(dated.sort_key), NO_DATE), latest: dated.sort_end}
    is_unique = len(values) == 1
    return JoinFilter(query.columns.key, places.record, condition, places.sort_key, copies, is_unique=is_unique)


def involves_partner(query: "ByPartner", partners: FilterParameters) -> JoinFilter:
    """Match the records with two different places, of which one is of `city` or `country` and one is a partner."""
    side, other = _places(query), _places(query)
    name = "city" if query.city else "country"
    column = col(side.place_id) if query.city else col(side.country_code)
    is_different = and_(col(other.record) == side.record, col(other.place_id) != side.place_id)
    is_side = column.in_(query.bind_parameters(name))
    return JoinFilter(query.columns.key, side.record, and_(is_different, is_side, place_matches(other, partners)))


def place_in(column: ModelColumn, caption: str) -> Filter:
    """Return the filter for records that have one of these cities, or of these countries as such, in this column."""
    return Filter(lambda _, ids: col(column).in_(ids), caption, _lower_all, indexed=True)


def _lower_all(parties: Sequence[str]) -> list[str]:
    return [party.lower() for party in parties]


def _sortable_date(query: "ByDate") -> Expression:
    """Return the first day of the date as the default order has it; the empty text if there is no date."""
    return Order(query.columns.dates[0], None, descending=True).key


def ends_at_or_after(query: "ByDate", since: BindParameter[str]) -> Clause:
    """Match the records whose date can be at or after this day."""
    return _or_undated(query, col(query.columns.dates[1]) >= since)


def begins_at_or_before(query: "ByDate", until: BindParameter[str]) -> Clause:
    """Match the records whose date can be at or before this day."""
    first = _sortable_date(query)
    return first <= until if query.undated is Undated.include else and_(first <= until, first > NO_DATE)


def _or_undated(query: "ByDate", clause: Clause) -> Clause:
    return or_(clause, _sortable_date(query) == NO_DATE) if query.undated is Undated.include else clause


def without_date(query: "ByDate", undated: Undated) -> Clause | None:
    """Match the records without a date, if only those are wanted."""
    return _sortable_date(query) == NO_DATE if undated is Undated.only else None


def about_topic(query: "SharedFilters", ids: FilterParameters) -> JoinFilter:
    """Match the records that name one of these topics."""
    use = aliased(models.TopicUse)
    return _by_link(query, use, col(use.topic_id).in_(ids))


def supported_by(query: "SharedFilters", ids: FilterParameters) -> JoinFilter:
    """Match the records that a passage of one of these sources supports."""
    evidence = aliased(models.Evidence)
    return _by_link(query, evidence, col(evidence.source_id).in_(ids))


def _by_link(
    query: "SharedFilters", links: type[models.TopicUse] | type[models.Evidence], condition: Clause
) -> JoinFilter:
    is_of_resource = col(getattr(links, query.columns.subject)).is_not(None)
    return JoinFilter(query.columns.key, links.subject, and_(condition, is_of_resource), links.sort_key)


class SharedFilters(ListQuery):
    """Base of the query models with shared filters."""

    columns: ClassVar[FilterColumns]


class ByCountry(SharedFilters):
    """Filter by the countries of a record."""

    country: Annotated[list[CountryCode], Filter(involves_country, "{list} with {values}", indexed=True)] = repeatable(
        "ISO 3166-1 alpha-2 code, in either case: a place of the record is the country or lies in it."
    )


class ByPlace(ByCountry):
    """Filters by the countries and the cities of a record."""

    city: Annotated[list[str], Filter(involves_city, "{list} with {values}", indexed=True), CITY] = repeatable(
        "City id: the city is a place of the record.", examples=["daegu"]
    )


class ByPartner(ByPlace):
    """Filters by the places of a record, and by pairs of them."""

    partner: Annotated[list[Party], Filter(involves_partner, "{list}, partner: {values}"), CITY_OR_COUNTRY] = (
        repeatable(
            "The other side, a country code or a city id: `city=daegu&partner=VN` is Daegu with Viet Nam. "
            "Needs `city` or `country`; with both, the side is `city`."
        )
    )

    def conflicts(self) -> Iterator[ParameterConflict]:
        """Yield also a partner without the side whose partner it is."""
        yield from super().conflicts()
        if self.partner and not (self.city or self.country):
            yield ParameterConflict(
                "partner", "Needs `city` or `country`: the side whose partner it is.", ("city", "country")
            )


class ByDate(SharedFilters):
    """Filters by the date of a record, which matches if its earliest to latest day overlap the window."""

    since: Annotated[PartialDate | None, Filter(ends_at_or_after, "{list}, since {values}", first_day)] = single(
        "At or after this year, month or day (YYYY, YYYY-MM, YYYY-MM-DD); a date known to the year matches if it can."
    )
    until: Annotated[PartialDate | None, Filter(begins_at_or_before, "{list}, until {values}", last_day)] = single(
        "At or before this year, month or day (YYYY, YYYY-MM, YYYY-MM-DD), inclusive."
    )
    undated: Annotated[Undated | None, Filter(without_date, "{list}, {values}")] = single(
        "`include`: records without a date match a window, too; `only`: just those (without a window)."
    )

    def order_bounds(self, order: Order) -> list[Clause]:
        """Return where a list, newest first, begins: at the end of the window, or at the records without a date."""
        if not (order.descending and self.order.column is self.columns.dates[0]):
            return []
        bounds = [order.key <= self.bind_parameters("until")[0]] if self.until else []
        # Not `==`, for SQLite scans an index in order within a range, but not within one value; no text is less.
        return [*bounds, order.key <= NO_DATE] if self.undated is Undated.only else bounds

    def conflicts(self) -> Iterator[ParameterConflict]:
        """Yield also an empty window, and a window for records without a date."""
        yield from super().conflicts()
        if self.since and self.until and first_day(self.since) > last_day(self.until):
            yield ParameterConflict("since", "After `until`; the window is empty.", ("until",))
        if self.undated is Undated.only and (self.since or self.until):
            reason = "`only` asks for records without a date; leave out `since` and `until`."
            yield ParameterConflict("undated", reason, ("since", "until"))


class ByTopic(SharedFilters):
    """Filter by the topics of a record."""

    topic: Annotated[list[str], Filter(about_topic, "{list}, topic: {values}", indexed=True), TOPIC] = repeatable(
        "Topic id: the record names it.", examples=["culture"]
    )


class BySource(SharedFilters):
    """Filter by the sources of a record."""

    source: Annotated[list[str], Filter(supported_by, "{list}, source: {values}", indexed=True), SOURCE] = repeatable(
        "Source id: a passage of the source supports the record."
    )


class WithEvidence(ListQuery):
    """Parameter that includes the evidence of each record."""

    include: list[Include] = repeatable("`evidence`: each item carries the passages that support it.")
