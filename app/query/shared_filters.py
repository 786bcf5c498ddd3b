"""The filters that several nouns share; each is one annotated field.

A query model that mixes one in says in `columns` which columns it looks at.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, WithJsonSchema
from sqlalchemy import ColumnElement, and_, literal_column, or_
from sqlalchemy import func as sql
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.db import models
from app.enums import Include, PlaceKind, Undated
from app.query.conditions import Clause, JoinFilter
from app.query.filters import Filter, ParameterConflict, ReferenceCheck, repeatable, single
from app.query.list_query import ListQuery
from app.query.ordering import Order
from app.values.countries import CountryCode, is_country, suggest_country
from app.values.dates import PartialDate, first_day, last_day


@dataclass(frozen=True)
class FilterColumns:
    """Where the shared filters find what they ask of a noun; what it does not mix in stays None."""

    key: Any = None
    """The number of the record that the filters are about."""
    places: Any = None
    """The table of the places of a record."""
    dates: tuple[Any, Any] = (None, None)
    """The earliest and the latest day of its date."""
    subject: str = ""
    """The column by which evidence and uses of topics refer to the record."""
    captions: Mapping[str, str] = field(default_factory=dict)
    """The words of a shared filter, by its name, where the noun says it in its own way."""


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

NO_DATE: ColumnElement[Any] = literal_column("''")

Party = Annotated[
    str,
    AfterValidator(lambda text: text.upper() if is_country(text.upper()) else text),
    WithJsonSchema({"type": "string", "examples": ["VN"]}),
]
"""A country code (upper case once validated) or a city id."""


def place_matches(places: Any, parties: Sequence[Any]) -> Clause:
    """The place is one of these cities or lies in one of these countries; no id looks like a code."""
    return or_(col(places.country_code).in_(parties), col(places.place_id).in_(parties))


def involves_country(query: Any, codes: list[Any]) -> JoinFilter:
    """A place of the record is one of these countries or lies in one."""
    places = aliased(query.columns.places)
    return _by_place(query, places, and_(col(places.country_code).in_(codes), ~col(places.repeated)), codes)


def involves_city(query: Any, ids: list[Any]) -> JoinFilter:
    """One of these cities is a place of the record."""
    places = aliased(query.columns.places)
    return _by_place(query, places, col(places.place_id).in_(ids), ids)


def _by_place(query: Any, places: Any, asked: Clause, values: Sequence[Any]) -> JoinFilter:
    first, last = query.columns.dates
    copies = {} if last is None else {first: sql.nullif(places.sort_key, NO_DATE), last: places.sort_end}
    return JoinFilter(query.columns.key, places.record, asked, places.sort_key, copies, is_unique=len(values) == 1)


def involves_partner(query: Any, partners: list[Any]) -> JoinFilter:
    """A place of the asked side and a different one of the partners are in the record."""
    side, other = aliased(query.columns.places), aliased(query.columns.places)
    asked = "city" if query.city else "country"
    column = {"city": side.place_id, "country": side.country_code}[asked]
    apart = and_(other.record == side.record, other.place_id != side.place_id)
    asked_side = col(column).in_(query.bind_parameters(asked))
    return JoinFilter(query.columns.key, side.record, and_(apart, asked_side, place_matches(other, partners)))


def place_in(column: Any, words: str) -> Filter:
    """The place in this column is one of these cities, or one of these countries as such."""
    sent: Callable[[Any], Any] = lambda parties: [party.lower() for party in parties]  # noqa: E731 - typed
    return Filter(lambda _, ids: col(column).in_(ids), words, sent, indexed=True)


def _sortable_date(query: Any) -> ColumnElement[Any]:
    """The first day of the date as the list has it; empty if there is none."""
    return Order(query.columns.dates[0], None, descending=True).key


def ends_at_or_after(query: Any, since: Any) -> Clause:
    """The date can be at or after the first day of this year, month or day."""
    return _or_undated(query, col(query.columns.dates[1]) >= since)


def begins_at_or_before(query: Any, until: Any) -> Clause:
    """The date can be at or before the last day of this year, month or day."""
    first = _sortable_date(query)
    return first <= until if query.undated is Undated.include else and_(first <= until, first > NO_DATE)


def _or_undated(query: Any, clause: ColumnElement[bool]) -> Clause:
    return or_(clause, _sortable_date(query) == NO_DATE) if query.undated is Undated.include else clause


def without_date(query: Any, undated: Undated) -> Clause | None:
    """The record has no date."""
    return _sortable_date(query) == NO_DATE if undated is Undated.only else None


def about_topic(query: Any, ids: list[Any]) -> JoinFilter:
    """The record names one of these topics."""
    use = aliased(models.TopicUse)
    return _by_link(query, use, col(use.topic_id).in_(ids))


def supported_by(query: Any, ids: list[Any]) -> JoinFilter:
    """A passage of one of these sources supports the record."""
    proof = aliased(models.Evidence)
    return _by_link(query, proof, col(proof.source_id).in_(ids))


def _by_link(query: Any, rows: Any, asked: Clause) -> JoinFilter:
    mine = col(getattr(rows, query.columns.subject)).is_not(None)
    return JoinFilter(query.columns.key, rows.subject, and_(asked, mine), rows.sort_key)


class ByCountry(ListQuery):
    """Asks for the places of a record."""

    columns: ClassVar[FilterColumns]

    country: Annotated[list[CountryCode], Filter(involves_country, "{list} with {values}", indexed=True)] = repeatable(
        "ISO 3166-1 alpha-2 code, in either case: a place of the record is the country or lies in it."
    )


class ByPlace(ByCountry):
    """Asks for the places of a record, cities too."""

    city: Annotated[list[str], Filter(involves_city, "{list} with {values}", indexed=True), CITY] = repeatable(
        "City id: the city is a place of the record.", examples=["daegu"]
    )


class ByPartner(ByPlace):
    """Asks for the other side, too."""

    partner: Annotated[list[Party], Filter(involves_partner, "{list}, partner: {values}"), CITY_OR_COUNTRY] = (
        repeatable(
            "The other side, a country code or a city id: `city=daegu&partner=VN` is Daegu with Viet Nam. "
            "Needs `city` or `country`; with both, the side is `city`."
        )
    )

    def conflicts(self) -> Iterator[ParameterConflict]:
        """A partner is the partner of somebody."""
        yield from super().conflicts()
        if self.partner and not (self.city or self.country):
            yield ParameterConflict(
                "partner", "Needs `city` or `country`: the side whose partner it is.", ("city", "country")
            )


class ByDate(ListQuery):
    """Asks for the date of a record; a date matches when its earliest and latest day overlap the window."""

    columns: ClassVar[FilterColumns]

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
        """From the newest on, a list begins where the window ends, and what is undated is at its end."""
        if not (order.descending and self.order.column is self.columns.dates[0]):
            return []
        begins = [order.key <= self.bind_parameters("until")[0]] if self.until else []
        # Nothing is less than no date; SQLite knows the order within a range, but not within one value.
        return [*begins, order.key <= NO_DATE] if self.undated is Undated.only else begins

    def conflicts(self) -> Iterator[ParameterConflict]:
        """A window has a beginning before its end, and what is undated is in none."""
        yield from super().conflicts()
        if self.since and self.until and first_day(self.since) > last_day(self.until):
            yield ParameterConflict("since", "After `until`; the window is empty.", ("until",))
        if self.undated is Undated.only and (self.since or self.until):
            reason = "`only` asks for records without a date; leave out `since` and `until`."
            yield ParameterConflict("undated", reason, ("since", "until"))


class ByTopic(ListQuery):
    """Asks for the topics of a record."""

    columns: ClassVar[FilterColumns]

    topic: Annotated[list[str], Filter(about_topic, "{list}, topic: {values}", indexed=True), TOPIC] = repeatable(
        "Topic id: the record names it.", examples=["culture"]
    )


class BySource(ListQuery):
    """Asks for the documents that a record comes from."""

    columns: ClassVar[FilterColumns]

    source: Annotated[list[str], Filter(supported_by, "{list}, source: {values}", indexed=True), SOURCE] = repeatable(
        "Source id: a passage of the source supports the record."
    )


class WithEvidence(ListQuery):
    """Can carry the evidence of each record."""

    include: list[Include] = repeatable("`evidence`: each item carries the passages that support it.")
