"""Compiles seeds into rows: the tables, and each record rendered as the API sends it.

A compiler keeps the small things that many records refer to (places, topics, indicators, sources); records
themselves pass through it one at a time.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from sqlmodel import SQLModel

from app import models
from app.enums import PlaceKind, SubjectType
from app.kit.text import fold
from app.kit.trusted import as_json
from app.observed import render as render_observation
from app.resources import agreements, cities, delegations, indicators, sources
from app.seeding.columns import date_columns, participant_row
from app.seeding.progress import shown
from app.seeding.reading import Record
from app.seeding.rows import Rows, columns_of, row_of
from app.seeding.shapes import (
    AgreementSeed,
    DelegationSeed,
    IndicatorSeed,
    ObservationSeed,
    PlaceSeed,
    SourceSeed,
)
from app.seeding.subjects import Passage, Shared, Subject

RECORD_KINDS = ("agreement", "delegation", "observation")  # as foreign keys ask


class Compiler(Shared):
    """Turns seeds into rows, in an order that foreign keys allow."""

    def rows(self) -> Rows:
        """Every row but those that follow from others (`app.seeding.linking`) and that of the release."""
        places, indicators, sources = (
            self._numbered(self.seeds.places),
            self._numbered(self.seeds.indicators),
            self._numbered(self.seeds.sources),
        )
        yield from (self._place(place) for place in places)
        yield from (name for place in places for name in self._place_names(place))
        yield from (row_of(models.Topic, id=topic.id, label=topic.label) for topic in self.seeds.topics)
        yield from (row for indicator in indicators for row in self._indicator(indicator))
        yield from (self._source(source) for source in sources)
        self.delegations.add(
            (record.agreement, record.id)
            for record, _ in self.seeds.of_kind("delegation")
            if isinstance(record, DelegationSeed) and record.agreement
        )
        records = chain.from_iterable(in_order(self.seeds.of_kind(kind)) for kind in RECORD_KINDS)
        for record, source in shown(records, self.seeds.size):
            yield from self.record(record, source)
        yield from (row for place in places for row in self._about_place(place))
        yield from (row for source in sources for row in self._about(source))

    # Places, indicators and sources

    def _place(self, place: PlaceSeed) -> models.Place:
        location = place.location.model_dump() if place.location else {}
        english = self.catalogue.places[place.id].name
        return row_of(
            models.Place,
            columns_of(place, "id", "kind", "iso_3166_2", "admin1", "geonames_id", "wikidata_id"),
            **location,
            number=self.number[PlaceSeed, place.id],
            country_code=place.country,
            sort_name=fold(english),
        )

    def _place_names(self, place: PlaceSeed) -> list[models.PlaceName]:
        return [
            row_of(models.PlaceName, place_id=place.id, kind=kind, name=name, folded=fold(name))
            for kind, name in dict.fromkeys(self.names[place.id])
        ]

    def _about_place(self, place: PlaceSeed) -> Rows:
        row = self._place(place)
        about = Subject(SubjectType.place, row.id, row.number, row.sort_name, [row.id])
        rows, quoted = self._evidence(about, self.attested.get(("place", place.id), []))
        yield from rows
        yield from self.terms.mentions(cities.CityQuery.noun, row.number, (name for _, name in self.names[place.id]))
        if place.kind is not PlaceKind.country:
            counts = cities.Counts(**self.counts[place.id])
            city = cities.render(row, self.catalogue.places[place.id], self._place_names(place), counts)
            yield rendition(row.number, city, quoted)

    def _indicator(self, indicator: IndicatorSeed) -> Rows:
        row = row_of(
            models.Indicator,
            indicator.model_dump(),
            number=self.number[IndicatorSeed, indicator.id],
            sort_name=fold(indicator.name),
        )
        yield row
        yield from self.terms.mentions(
            indicators.IndicatorQuery.noun, row.number, [indicator.name, indicator.description]
        )
        yield rendition(row.number, indicators.render(row), None)

    def _source(self, source: SourceSeed) -> models.Source:
        kept = ("id", "title", "publisher", "publisher_basis", "language", "url", "url_basis", "sha256", "length")
        return row_of(
            models.Source,
            columns_of(source, *kept),
            **date_columns("published", source.published),
            number=self.number[SourceSeed, source.id],
        )

    def _about(self, source: SourceSeed) -> Rows:
        row = self._source(source)
        about = Subject(SubjectType.source, row.id, row.number, row.published_start or "")
        rows, _ = self._evidence(about, [(source.id, item) for item in source.evidence])
        yield from rows
        yield from self.terms.mentions(sources.SourceQuery.noun, row.number, [source.title, source.publisher])
        yield rendition(row.number, sources.render(row, self.evidence_counts[source.id]), None)

    # Records

    def record(self, record: Record, source: str) -> list[SQLModel]:
        """The rows of an agreement, a delegation or an observation that this source describes."""
        if isinstance(record, AgreementSeed):
            return self._agreement(record, source)
        if isinstance(record, DelegationSeed):
            return self._delegation(record, source)
        return self._observation(record, source)

    def _agreement(self, seed: AgreementSeed, source: str) -> list[SQLModel]:
        row = row_of(
            models.Agreement,
            columns_of(seed, "id", "kind", "kind_label", "status", "status_note", "aim"),
            **date_columns("signed", seed.signed),
            **date_columns("negotiation_started", seed.negotiation_started),
            number=next(self.numbers),
        )
        about = Subject(SubjectType.agreement, row.id, row.number, row.signed_start or "", seed.parties)
        rows, uses, quoted = self._common(about, seed, source)
        found = agreements.render(row, seed.parties, uses, self.delegations[seed.id], _sources(quoted), self.catalogue)
        parties = [
            row_of(models.AgreementParty, place, position=position)
            for position, place in enumerate(self._places_of(about))
        ]
        texts = [*self._all_names(seed.parties), seed.kind_label, *self._labels(seed.topics)]
        return [
            row,
            *parties,
            *self.terms.mentions(agreements.AgreementQuery.noun, row.number, texts),
            *rows,
            rendition(row.number, found, quoted),
        ]

    def _delegation(self, seed: DelegationSeed, source: str) -> list[SQLModel]:
        places = dict.fromkeys(participant.represents for participant in seed.participants)
        if seed.location:
            places[seed.location.place] = None
        row = row_of(
            models.Delegation,
            columns_of(seed, "id", "kind", "status", "title", "purpose", "day_part"),
            **date_columns("date", seed.date),
            number=next(self.numbers),
            location_id=seed.location.place if seed.location else None,
            location_basis=seed.location.basis if seed.location else None,
            agreement_id=seed.agreement,
        )
        about = Subject(SubjectType.delegation, row.id, row.number, row.date_start or "", list(places))
        rows, uses, quoted = self._common(about, seed, source)
        present = [
            delegations.Participant(
                **who.model_dump(include={"side", "name", "titles", "basis"}),
                represents=self.catalogue.places[who.represents],
            )
            for who in seed.participants
        ]
        found = delegations.render(row, present, uses, _sources(quoted), self.catalogue)
        involved = [row_of(models.DelegationPlace, place) for place in self._places_of(about)]
        people = [who.name for who in seed.participants]
        texts = [seed.title, *people, *self._all_names(places), *self._labels(seed.topics)]
        mentions = self.terms.mentions(delegations.DelegationQuery.noun, row.number, texts)
        took_part = [
            participant_row(seed.id, position, who, self.terms.number_of(who.name))
            for position, who in enumerate(seed.participants)
        ]
        return [row, *involved, *mentions, *took_part, *rows, rendition(row.number, found, quoted)]

    def _observation(self, seed: ObservationSeed, source: str) -> list[SQLModel]:
        kept = ("id", "value", "relation", "status", "printed", "trend", "cause", "period_kind", "note")
        row = row_of(
            models.Observation,
            columns_of(seed, *kept),
            **date_columns("period", seed.period),
            number=next(self.numbers),
            indicator_id=seed.indicator,
            area_id=seed.area,
            counterpart_id=seed.counterpart,
        )
        places = [seed.area, seed.counterpart] if seed.counterpart else [seed.area]
        about = Subject(SubjectType.observation, row.id, row.number, row.period_start or "", places)
        rows, uses, quoted = self._common(about, seed, source)
        found = render_observation(row, self.direction[seed.indicator], uses, _sources(quoted), self.catalogue)
        return [row, *rows, rendition(row.number, found, quoted)]


def _sources(passages: Iterable[Passage]) -> set[str]:
    return {passage.source for passage in passages}


def rendition(number: int, shape: Any, passages: Sequence[Passage] | None) -> models.Rendition:
    """A record as it is sent, and its evidence beside it."""
    evidence = None if passages is None else f"[{','.join(passage.body for passage in passages)}]"
    return row_of(models.Rendition, number=number, id=shape.id, body=as_json(shape), evidence=evidence)


def in_order(records: Iterable[tuple[Record, str]]) -> Iterator[tuple[Record, str]]:
    """The records; ValueError if one does not follow the one before by its id, for so they are numbered."""
    last = ""
    for record, source in records:
        if record.id <= last:
            raise ValueError(f"{record.id} comes after {last}; records are compiled in the order of their ids")
        last = record.id
        yield record, source
