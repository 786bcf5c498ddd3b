"""The filters that several nouns share; each is one annotated field.

A query model that mixes one in says in `columns` which columns it looks at.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, WithJsonSchema
from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import aliased
from sqlmodel import col

from app import models
from app.enums import Include, PlaceKind, Undated
from app.kit.countries import CountryCode, is_country, suggested_country
from app.kit.dates import PartialDate, first_day, last_day
from app.kit.linked import Clause, Linked
from app.kit.listing import Known, ListQuery, Misfit, Where, many, one


@dataclass(frozen=True)
class Columns:
    """Where the shared filters find what they ask of a noun; what it does not mix in stays None."""

    key: Any = None
    """The id of the record that the filters are about."""
    places: Any = None
    """The table of the places of a record."""
    dates: tuple[Any, Any] = (None, None)
    """The earliest and the latest day of its date."""
    topics: Any = None
    """The column by which a use of a topic refers to the record."""
    proof: Any = None
    """The column by which evidence refers to the record."""
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
    places = query.columns.places
    return Linked(query.columns.key, places.record_id, col(places.country_code).in_(codes))


def involves_city(query: Any, ids: list[Any]) -> Linked:
    """One of these cities is a place of the record."""
    places = query.columns.places
    return Linked(query.columns.key, places.record_id, col(places.place_id).in_(ids))


def involves_partner(query: Any, partners: list[Any]) -> Linked:
    """A place of the asked side and a different one of the partners are in the record."""
    side, other = aliased(query.columns.places), aliased(query.columns.places)
    asked = "city" if query.city else "country"
    column = {"city": side.place_id, "country": side.country_code}[asked]
    apart = and_(other.record_id == side.record_id, other.place_id != side.place_id)
    asked_side = col(column).in_(query.stand_ins(asked))
    return Linked(query.columns.key, side.record_id, and_(apart, asked_side, matches(other, partners)))


def in_role(column: Any, words: str) -> Where:
    """The place in this column is one of these cities, or one of these countries as such."""
    return Where(lambda _, ids: col(column).in_(ids), words, lambda parties: [party.lower() for party in parties])


def ends_at_or_after(query: Any, since: Any) -> Clause:
    """The date can be at or after the first day of this year, month or day."""
    return _dated(query, col(query.columns.dates[1]) >= since)


def begins_at_or_before(query: Any, until: Any) -> Clause:
    """The date can be at or before the last day of this year, month or day."""
    return _dated(query, col(query.columns.dates[0]) <= until)


def _dated(query: Any, clause: ColumnElement[bool]) -> Clause:
    undated = col(query.columns.dates[0]).is_(None)
    return or_(clause, undated) if query.undated is Undated.include else clause


def without_date(query: Any, undated: Undated) -> Clause | None:
    """The record has no date."""
    return col(query.columns.dates[0]).is_(None) if undated is Undated.only else None


def about_topic(query: Any, ids: list[Any]) -> Linked:
    """The record names one of these topics."""
    return Linked(query.columns.key, query.columns.topics, col(models.TopicUse.topic_id).in_(ids))


def supported_by(query: Any, ids: list[Any]) -> Linked:
    """A passage of one of these sources supports the record."""
    return Linked(query.columns.key, query.columns.proof, col(models.Evidence.source_id).in_(ids))


class ByCountry(ListQuery):
    """Asks for the places of a record."""

    columns: ClassVar[Columns]

    country: Annotated[list[CountryCode], Where(involves_country, "{list} with {values}")] = many(
        "ISO 3166-1 alpha-2 code, in either case: a place of the record is the country or lies in it."
    )


class ByPlace(ByCountry):
    """Asks for the places of a record, cities too."""

    city: Annotated[list[str], Where(involves_city, "{list} with {values}"), CITY] = many(
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

    def conditions(self, fields: Iterable[str] | None = None, *, walking: bool = False) -> list[Clause]:
        """The where-clauses; a walk from the newest on begins where the window ends."""
        found = super().conditions(fields, walking=walking)
        if walking and self.until and self.order.descending and self.order.column is self.columns.dates[0]:
            found.append(self.order.key <= self.stand_ins("until")[0])
        return found

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

    topic: Annotated[list[str], Where(about_topic, "{list}, topic: {values}"), TOPIC] = many(
        "Topic id: the record names it.", examples=["culture"]
    )


class BySource(ListQuery):
    """Asks for the documents that a record comes from."""

    columns: ClassVar[Columns]

    source: Annotated[list[str], Where(supported_by, "{list}, source: {values}"), SOURCE] = many(
        "Source id: a passage of the source supports the record."
    )


class WithEvidence(ListQuery):
    """Can carry the evidence of each record."""

    include: list[Include] = many("`evidence`: each item carries the passages that support it.")
