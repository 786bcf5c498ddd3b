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

from app import models
from app.enums import Include, PlaceKind, Undated
from app.kit.countries import CountryCode, is_country, suggested_country
from app.kit.dates import PartialDate, first_day, last_day
from app.kit.declaring import Known, Misfit, Where, many, one
from app.kit.linked import Clause, Linked
from app.kit.listing import ListQuery
from app.kit.ordering import Order


@dataclass(frozen=True)
class Columns:
    """Where the shared filters find what they ask of a noun; what it does not mix in stays None."""

    key: Any = None
    """The number of the record that the filters are about."""
    places: Any = None
    """The table of the places of a record."""
    dates: tuple[Any, Any] = (None, None)
    """The earliest and the latest day of its date."""
    subject: str = ""
    """The column by which evidence and uses of topics refer to the record."""
    words: Mapping[str, str] = field(default_factory=dict)
    """The words of a shared filter, by its name, where the noun says it in its own way."""


CITY = Known(
    "city",
    models.Place.id,
    among=col(models.Place.kind) != PlaceKind.country,
    hints=(models.PlaceName.folded, models.PlaceName.place_id),
)
CITY_OR_COUNTRY = replace(
    CITY, what="city or country", unless=lambda value: is_country(value.upper()), otherwise=suggested_country
)
TOPIC = Known("topic", models.Topic.id)
SOURCE = Known("source", models.Source.id)
INDICATOR = Known("indicator", models.Indicator.id)
AGREEMENT = Known("agreement", models.Agreement.id)
DELEGATION = Known("delegation", models.Delegation.id)
OBSERVATION = Known("observation", models.Observation.id)
FIELD = Known("field", models.Evidence.field)

NO_DATE: ColumnElement[Any] = literal_column("''")

Party = Annotated[
    str,
    AfterValidator(lambda text: text.upper() if is_country(text.upper()) else text),
    WithJsonSchema({"type": "string", "examples": ["VN"]}),
]
"""A country code (upper case once validated) or a city id."""


def matches(places: Any, parties: Sequence[Any]) -> Clause:
    """The place is one of these cities or lies in one of these countries; no id looks like a code."""
    return or_(col(places.country_code).in_(parties), col(places.place_id).in_(parties))


def involves_country(query: Any, codes: list[Any]) -> Linked:
    """A place of the record is one of these countries or lies in one."""
    places = aliased(query.columns.places)
    return _involves(query, places, and_(col(places.country_code).in_(codes), ~col(places.repeated)), codes)


def involves_city(query: Any, ids: list[Any]) -> Linked:
    """One of these cities is a place of the record."""
    places = aliased(query.columns.places)
    return _involves(query, places, col(places.place_id).in_(ids), ids)


def _involves(query: Any, places: Any, asked: Clause, values: Sequence[Any]) -> Linked:
    first, last = query.columns.dates
    copies = {} if last is None else {first: sql.nullif(places.sort_key, NO_DATE), last: places.sort_end}
    return Linked(query.columns.key, places.record, asked, places.sort_key, copies, once=len(values) == 1)


def involves_partner(query: Any, partners: list[Any]) -> Linked:
    """A place of the asked side and a different one of the partners are in the record."""
    side, other = aliased(query.columns.places), aliased(query.columns.places)
    asked = "city" if query.city else "country"
    column = {"city": side.place_id, "country": side.country_code}[asked]
    apart = and_(other.record == side.record, other.place_id != side.place_id)
    asked_side = col(column).in_(query.stand_ins(asked))
    return Linked(query.columns.key, side.record, and_(apart, asked_side, matches(other, partners)))


def in_role(column: Any, words: str) -> Where:
    """The place in this column is one of these cities, or one of these countries as such."""
    sent: Callable[[Any], Any] = lambda parties: [party.lower() for party in parties]  # noqa: E731 - typed
    return Where(lambda _, ids: col(column).in_(ids), words, sent, leads=True)


def _newest_first(query: Any) -> ColumnElement[Any]:
    """The first day of the date as the list has it; empty if there is none."""
    return Order(query.columns.dates[0], None, descending=True).key


def ends_at_or_after(query: Any, since: Any) -> Clause:
    """The date can be at or after the first day of this year, month or day."""
    return _dated(query, col(query.columns.dates[1]) >= since)


def begins_at_or_before(query: Any, until: Any) -> Clause:
    """The date can be at or before the last day of this year, month or day."""
    first = _newest_first(query)
    return first <= until if query.undated is Undated.include else and_(first <= until, first > NO_DATE)


def _dated(query: Any, clause: ColumnElement[bool]) -> Clause:
    return or_(clause, _newest_first(query) == NO_DATE) if query.undated is Undated.include else clause


def without_date(query: Any, undated: Undated) -> Clause | None:
    """The record has no date."""
    return _newest_first(query) == NO_DATE if undated is Undated.only else None


def about_topic(query: Any, ids: list[Any]) -> Linked:
    """The record names one of these topics."""
    use = aliased(models.TopicUse)
    return _owned(query, use, col(use.topic_id).in_(ids))


def supported_by(query: Any, ids: list[Any]) -> Linked:
    """A passage of one of these sources supports the record."""
    proof = aliased(models.Evidence)
    return _owned(query, proof, col(proof.source_id).in_(ids))


def _owned(query: Any, rows: Any, asked: Clause) -> Linked:
    mine = col(getattr(rows, query.columns.subject)).is_not(None)
    return Linked(query.columns.key, rows.subject, and_(asked, mine), rows.sort_key)


class ByCountry(ListQuery):
    """Asks for the places of a record."""

    columns: ClassVar[Columns]

    country: Annotated[list[CountryCode], Where(involves_country, "{list} with {values}", leads=True)] = many(
        "ISO 3166-1 alpha-2 code, in either case: a place of the record is the country or lies in it."
    )


class ByPlace(ByCountry):
    """Asks for the places of a record, cities too."""

    city: Annotated[list[str], Where(involves_city, "{list} with {values}", leads=True), CITY] = many(
        "City id: the city is a place of the record.", examples=["daegu"]
    )


class ByPartner(ByPlace):
    """Asks for the other side, too."""

    partner: Annotated[list[Party], Where(involves_partner, "{list}, partner: {values}"), CITY_OR_COUNTRY] = many(
        "The other side, a country code or a city id: `city=daegu&partner=VN` is Daegu with Viet Nam. "
        "Needs `city` or `country`; with both, the side is `city`."
    )

    def misfits(self) -> Iterator[Misfit]:
        """A partner is the partner of somebody."""
        yield from super().misfits()
        if self.partner and not (self.city or self.country):
            yield Misfit("partner", "Needs `city` or `country`: the side whose partner it is.", ("city", "country"))


class ByDate(ListQuery):
    """Asks for the date of a record; a date matches when its earliest and latest day overlap the window."""

    columns: ClassVar[Columns]

    since: Annotated[PartialDate | None, Where(ends_at_or_after, "{list}, since {values}", first_day)] = one(
        "At or after this year, month or day (YYYY, YYYY-MM, YYYY-MM-DD); a date known to the year matches if it can."
    )
    until: Annotated[PartialDate | None, Where(begins_at_or_before, "{list}, until {values}", last_day)] = one(
        "At or before this year, month or day (YYYY, YYYY-MM, YYYY-MM-DD), inclusive."
    )
    undated: Annotated[Undated | None, Where(without_date, "{list}, {values}")] = one(
        "`include`: records without a date match a window, too; `only`: just those (without a window)."
    )

    def bounds(self, order: Order) -> list[Clause]:
        """From the newest on, a list begins where the window ends, and what is undated is at its end."""
        if not (order.descending and self.order.column is self.columns.dates[0]):
            return []
        begins = [order.key <= self.stand_ins("until")[0]] if self.until else []
        # Nothing is less than no date; SQLite knows the order within a range, but not within one value.
        return [*begins, order.key <= NO_DATE] if self.undated is Undated.only else begins

    def misfits(self) -> Iterator[Misfit]:
        """A window has a beginning before its end, and what is undated is in none."""
        yield from super().misfits()
        if self.since and self.until and first_day(self.since) > last_day(self.until):
            yield Misfit("since", "After `until`; the window is empty.", ("until",))
        if self.undated is Undated.only and (self.since or self.until):
            reason = "`only` asks for records without a date; leave out `since` and `until`."
            yield Misfit("undated", reason, ("since", "until"))


class ByTopic(ListQuery):
    """Asks for the topics of a record."""

    columns: ClassVar[Columns]

    topic: Annotated[list[str], Where(about_topic, "{list}, topic: {values}", leads=True), TOPIC] = many(
        "Topic id: the record names it.", examples=["culture"]
    )


class BySource(ListQuery):
    """Asks for the documents that a record comes from."""

    columns: ClassVar[Columns]

    source: Annotated[list[str], Where(supported_by, "{list}, source: {values}", leads=True), SOURCE] = many(
        "Source id: a passage of the source supports the record."
    )


class WithEvidence(ListQuery):
    """Can carry the evidence of each record."""

    include: list[Include] = many("`evidence`: each item carries the passages that support it.")
