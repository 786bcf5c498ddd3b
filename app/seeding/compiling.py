"""Compiles seeds into rows: the tables, and each record rendered as the API sends it.

A compiler keeps the small things that many records refer to (places, topics, indicators, sources); records
themselves pass through it one at a time.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from app import models
from app.enums import Direction, PlaceKind, SubjectType, TopicRole
from app.evidence import RecordEvidence, record_evidence
from app.kit import countries
from app.kit.text import fold, folded_lines
from app.observed import render as render_observation
from app.refs import Catalogue, IndicatorRef, Names, Place
from app.resources import agreements, cities, delegations, evidence, indicators, sources
from app.seeding.columns import arc, date_columns, participant_row, place_names
from app.seeding.grouping import Grouped
from app.seeding.reading import Record
from app.seeding.rows import Rows, columns_of, row_of
from app.seeding.shapes import (
    AgreementSeed,
    AttestSeed,
    DelegationSeed,
    EvidenceSeed,
    IndicatorSeed,
    ObservationSeed,
    PlaceSeed,
    SourceSeed,
    TopicSeed,
    TopicUseSeed,
)

RECORD_KINDS = ("agreement", "delegation", "observation")  # as foreign keys ask
Quoted = list[tuple[str, EvidenceSeed]]  # evidence with the id of its source


class Material(Protocol):
    """What is compiled: small things in lists, records one after another, in passes over each kind."""

    places: list[PlaceSeed]
    topics: list[TopicSeed]
    indicators: list[IndicatorSeed]

    @property
    def sources(self) -> list[SourceSeed]:
        """What identifies each document."""

    @property
    def attests(self) -> Iterable[tuple[str, AttestSeed]]:
        """What documents say of things that other files describe, each with the id of its source."""

    def of_kind(self, kind: str) -> Iterator[tuple[Record, str]]:
        """The records of a kind, each with the id of its source."""


class Compiler:
    """Turns seeds into rows, in an order that foreign keys allow."""

    def __init__(self, seeds: Material) -> None:
        self.seeds = seeds
        self.names = {place.id: place_names(place) for place in seeds.places}
        self.country = {place.id: place.country for place in seeds.places}
        self.direction = {indicator.id: indicator.direction for indicator in seeds.indicators}
        self.urls = {source.id: source.url for source in seeds.sources}
        self.catalogue = Catalogue(
            places={place.id: self._place_ref(place) for place in seeds.places},
            topics={topic.id: topic.label for topic in seeds.topics},
            indicators={
                i.id: IndicatorRef(id=i.id, name=i.name, unit=i.unit, measure=i.measure) for i in seeds.indicators
            },
        )
        self.attested: dict[tuple[str, str], Quoted] = defaultdict(list)
        for source, attest in seeds.attests:
            self.attested[attest.type, attest.id].extend((source, item) for item in attest.evidence)
        self.numbers = itertools.count(1)
        self.delegations = Grouped()
        self.counts: dict[str, Counter[str]] = defaultdict(Counter)
        self.evidence_counts: Counter[str] = Counter()

    def _place_ref(self, place: PlaceSeed) -> Place:
        names = {str(kind): name for kind, name in self.names[place.id] if kind in countries.LANGUAGES}
        spoken = Names(en=names["en"], ko=names.get("ko"), vi=names.get("vi"))
        return Place(id=place.id, name=spoken.en, names=spoken, kind=place.kind, country=place.country)

    def rows(self) -> Rows:
        """Every row but that of the release."""
        yield from (self._place(place) for place in self.seeds.places)
        yield from (name for place in self.seeds.places for name in self._place_names(place))
        yield from (row_of(models.Topic, id=topic.id, label=topic.label) for topic in self.seeds.topics)
        yield from (row for indicator in self.seeds.indicators for row in self._indicator(indicator))
        yield from (self._source(source) for source in self.seeds.sources)
        self.delegations.add(
            (record.agreement, record.id)
            for record, _ in self.seeds.of_kind("delegation")
            if isinstance(record, DelegationSeed) and record.agreement
        )
        for kind in RECORD_KINDS:
            yield from (row for record, source in self.seeds.of_kind(kind) for row in self.record(record, source))
        yield from (row for place in self.seeds.places for row in self._about_place(place))
        yield from (row for source in self.seeds.sources for row in self._about(source))

    # Places, indicators and sources

    def _place(self, place: PlaceSeed) -> models.Place:
        location = place.location.model_dump() if place.location else {}
        english = self.catalogue.places[place.id].name
        return row_of(
            models.Place,
            columns_of(place, "id", "kind", "iso_3166_2", "admin1", "geonames_id", "wikidata_id"),
            **location,
            country_code=place.country,
            sort_name=fold(english),
            search=folded_lines(name for _, name in self.names[place.id]),
        )

    def _place_names(self, place: PlaceSeed) -> list[models.PlaceName]:
        return [
            row_of(models.PlaceName, place_id=place.id, kind=kind, name=name, folded=fold(name))
            for kind, name in dict.fromkeys(self.names[place.id])
        ]

    def _about_place(self, place: PlaceSeed) -> Rows:
        attested = self.attested.get(("place", place.id), [])
        quoted = yield from self._evidence(SubjectType.place, place.id, attested, [place.id])
        if place.kind is not PlaceKind.country:
            counts = cities.Counts(**self.counts[place.id])
            city = cities.render(self._place(place), self.catalogue.places[place.id], self._place_names(place), counts)
            yield rendition(cities.CityQuery.noun, city, quoted)

    def _indicator(self, indicator: IndicatorSeed) -> Rows:
        row = row_of(
            models.Indicator,
            indicator.model_dump(),
            sort_name=fold(indicator.name),
            search=folded_lines([indicator.name, indicator.description]),
        )
        yield row
        yield rendition(indicators.IndicatorQuery.noun, indicators.render(row), None)

    def _source(self, source: SourceSeed) -> models.Source:
        kept = ("id", "title", "publisher", "publisher_basis", "language", "url", "url_basis", "sha256", "length")
        return row_of(
            models.Source,
            columns_of(source, *kept),
            **date_columns("published", source.published),
            search=folded_lines([source.title, source.publisher]),
        )

    def _about(self, source: SourceSeed) -> Rows:
        yield from self._evidence(SubjectType.source, source.id, [(source.id, item) for item in source.evidence], [])
        shape = sources.render(self._source(source), self.evidence_counts[source.id])
        yield rendition(sources.SourceQuery.noun, shape, None)

    # Records

    def record(self, record: Record, source: str) -> Rows:
        """The rows of an agreement, a delegation or an observation that this source describes."""
        if isinstance(record, AgreementSeed):
            yield from self._agreement(record, source)
        elif isinstance(record, DelegationSeed):
            yield from self._delegation(record, source)
        else:
            yield from self._observation(record, source)

    def _agreement(self, seed: AgreementSeed, source: str) -> Rows:
        kept = ("id", "kind", "kind_label", "status", "status_note", "aim")
        row = row_of(
            models.Agreement,
            columns_of(seed, *kept),
            **date_columns("signed", seed.signed),
            **date_columns("negotiation_started", seed.negotiation_started),
            search=folded_lines([*self._all_names(seed.parties), seed.kind_label, *self._labels(seed.topics)]),
        )
        yield row
        for position, party in enumerate(seed.parties):
            country = self.country[party]
            yield row_of(
                models.AgreementParty, record_id=seed.id, place_id=party, country_code=country, position=position
            )
        uses, quoted = yield from self._common(SubjectType.agreement, seed, source, seed.parties)
        found = agreements.render(row, seed.parties, uses, self.delegations[seed.id], _sources(quoted), self.catalogue)
        yield rendition(agreements.AgreementQuery.noun, found, quoted)

    def _delegation(self, seed: DelegationSeed, source: str) -> Rows:
        people = [participant.name for participant in seed.participants]
        places = dict.fromkeys(participant.represents for participant in seed.participants)
        if seed.location:
            places[seed.location.place] = None
        row = row_of(
            models.Delegation,
            columns_of(seed, "id", "kind", "status", "title", "purpose", "day_part"),
            **date_columns("date", seed.date),
            location_id=seed.location.place if seed.location else None,
            location_basis=seed.location.basis if seed.location else None,
            agreement_id=seed.agreement,
            search=folded_lines([seed.title, *people, *self._all_names(places), *self._labels(seed.topics)]),
        )
        yield row
        yield from (participant_row(seed.id, position, who) for position, who in enumerate(seed.participants))
        for place in places:
            yield row_of(models.DelegationPlace, record_id=seed.id, place_id=place, country_code=self.country[place])
        uses, quoted = yield from self._common(SubjectType.delegation, seed, source, list(places))
        present = [
            delegations.Participant(
                **who.model_dump(include={"side", "name", "titles", "basis"}),
                represents=self.catalogue.places[who.represents],
            )
            for who in seed.participants
        ]
        found = delegations.render(row, present, uses, _sources(quoted), self.catalogue)
        yield rendition(delegations.DelegationQuery.noun, found, quoted)

    def _observation(self, seed: ObservationSeed, source: str) -> Rows:
        kept = ("id", "value", "relation", "status", "printed", "trend", "cause", "period_kind", "note")
        row = row_of(
            models.Observation,
            columns_of(seed, *kept),
            **date_columns("period", seed.period),
            indicator_id=seed.indicator,
            area_id=seed.area,
            counterpart_id=seed.counterpart,
        )
        yield row
        places = [seed.area, *([seed.counterpart] if seed.counterpart else [])]
        for place in places:
            yield row_of(models.ObservationPlace, record_id=seed.id, place_id=place, country_code=self.country[place])
        uses, quoted = yield from self._common(SubjectType.observation, seed, source, places)
        direction = self.direction[seed.indicator]
        found = render_observation(row, Direction(direction), uses, _sources(quoted), self.catalogue)
        yield rendition("observation", found, quoted)

    def _common(self, kind: SubjectType, seed: Record, source: str, places: Sequence[str]) -> Any:
        """Yields topics and evidence of a record; returns both as they are rendered."""
        for place in places:
            self.counts[place][kind.value] += 1
        uses: list[tuple[str, TopicRole]] = []
        for use in seed.topics:
            yield row_of(models.TopicUse, id=next(self.numbers), topic_id=use.id, role=use.role, **arc(kind, seed.id))
            uses.append((use.id, use.role))
        own: Quoted = [(source, item) for item in seed.evidence]
        quoted = yield from self._evidence(kind, seed.id, [*own, *self.attested.get((kind.value, seed.id), [])], places)
        return uses, quoted

    def _evidence(self, kind: SubjectType, subject: str, quoted: Quoted, places: Sequence[str]) -> Any:
        """Yields the evidence of a record; returns it as the record carries it."""
        rendered: list[RecordEvidence] = []
        for source, seed in quoted:
            at = seed.at or 0  # `check` refuses a quote without an offset
            row = row_of(
                models.Evidence,
                columns_of(seed, "field", "says", "basis", "inferred", "speaker", "note", "quote"),
                id=f"{source}-{seed.key}",
                source_id=source,
                quote_start=at,
                quote_end=at + len(seed.quote),
                **arc(kind, subject),
            )
            yield row
            for place in places:
                yield row_of(models.EvidencePlace, record_id=row.id, place_id=place, country_code=self.country[place])
            self.evidence_counts[source] += 1
            item = record_evidence(row, self.urls[source])
            yield rendition(evidence.EvidenceQuery.noun, evidence.render(item, (kind, subject)), None)
            rendered.append(item)
        return rendered

    def _all_names(self, places: Iterable[str]) -> Iterator[str]:
        return (name for place in places for _, name in self.names[place])

    def _labels(self, topics: Iterable[TopicUseSeed]) -> Iterator[str]:
        return (self.catalogue.topics[topic.id] for topic in topics)


def _sources(quoted: Iterable[RecordEvidence]) -> set[str]:
    return {item.source for item in quoted}


def rendition(noun: str, shape: Any, quoted: Sequence[RecordEvidence] | None) -> models.Rendition:
    """A record as it is sent, and its evidence beside it."""
    body: str = shape.model_dump_json(exclude={"evidence"})
    passages = None if quoted is None else f"[{','.join(item.model_dump_json() for item in quoted)}]"
    return row_of(models.Rendition, kind=noun, id=shape.id, body=body, evidence=passages)
