"""What topics and evidence are about, and the rows that every subject has."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeVar

from sqlmodel import SQLModel

from app.api.schemas.evidence import record_evidence
from app.api.schemas.shared import IndicatorRef, Names, Place, ReferenceCatalog
from app.db import models
from app.enums import Direction, SubjectType
from app.seeding.reading import Record
from app.seeding.rendering.disk_multimap import DiskMultimap
from app.seeding.rendering.rows import row_of
from app.seeding.rendering.search_terms import TermIndex
from app.seeding.rendering.seed_columns import place_names
from app.seeding.shapes import (
    AttestSeed,
    EvidenceSeed,
    IndicatorSeed,
    PlaceSeed,
    SourceSeed,
    TopicSeed,
    TopicUseSeed,
)
from app.values import countries

Quoted = list[tuple[str, EvidenceSeed]]  # evidence with the id of its source
Identified = TypeVar("Identified", PlaceSeed, IndicatorSeed, SourceSeed)


class SeedSet(Protocol):
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

    @property
    def size(self) -> int:
        """How many records there are of all kinds."""

    def of_kind(self, kind: str) -> Iterator[tuple[Record, str]]:
        """The records of a kind in the order of their ids, each with the id of its source."""


class Subject(NamedTuple):
    """What topics and evidence are about: a record, its number, and the key and the places by which it is found."""

    kind: SubjectType
    id: str
    number: int
    sort_key: str
    places: Sequence[str] = ()
    sort_end: str = ""

    def owned(self) -> dict[str, Any]:
        """The columns of what belongs to it."""
        return {models.SUBJECT_COLUMNS[self.kind]: self.id, "subject": self.number, "sort_key": self.sort_key}


class Passage(NamedTuple):
    """A piece of evidence as the records carry it."""

    source: str
    body: str


@dataclass
class InvolvementCounts:
    """How many records involve each place, by the kind of record, and how many passages of each source are quoted."""

    records: Counter[tuple[SubjectType, str]] = field(default_factory=Counter)
    quoted: Counter[str] = field(default_factory=Counter)

    def add(self, other: "InvolvementCounts") -> None:
        """Adds what another one counted."""
        self.records.update(other.records)
        self.quoted.update(other.quoted)

    def involved(self, place: str) -> dict[str, int]:
        """How many records of each kind involve a place."""
        kinds = (SubjectType.agreement, SubjectType.delegation, SubjectType.observation)
        return {kind.value: self.records[kind, place] for kind in kinds}


class RowCompiler:
    """What all rows are made with: names, numbers, topics, evidence; it keeps the small things, records pass."""

    def __init__(self, seeds: SeedSet, numbers: Iterator[int]) -> None:
        self.seeds = seeds
        self.names = {place.id: place_names(place) for place in seeds.places}
        self.country = {place.id: place.country for place in seeds.places}
        self.direction = {indicator.id: Direction(indicator.direction) for indicator in seeds.indicators}
        self.urls = {source.id: source.url for source in seeds.sources}
        self.catalogue = ReferenceCatalog(
            places={place.id: self._place_ref(place) for place in seeds.places},
            topics={topic.id: topic.label for topic in seeds.topics},
            indicators={
                i.id: IndicatorRef(id=i.id, name=i.name, unit=i.unit, measure=i.measure) for i in seeds.indicators
            },
        )
        self.attested: dict[tuple[str, str], Quoted] = defaultdict(list)
        for source, attest in seeds.attests:
            self.attested[attest.type, attest.id].extend((source, item) for item in attest.evidence)
        self.numbers = numbers
        self.number: dict[tuple[type[Any], str], int] = {}
        self.terms = TermIndex()
        self.delegations = DiskMultimap()
        self.tally = InvolvementCounts()

    def close(self) -> None:
        """Removes what it keeps on disk."""
        self.delegations.close()

    def _place_ref(self, place: PlaceSeed) -> Place:
        names = {str(kind): name for kind, name in self.names[place.id] if kind in countries.LANGUAGES}
        spoken = Names(en=names["en"], ko=names.get("ko"), vi=names.get("vi"))
        return Place(id=place.id, name=spoken.en, names=spoken, kind=place.kind, country=place.country)

    def _numbered(self, seeds: Iterable[Identified]) -> list[Identified]:
        """The seeds in the order of their ids, in which they are numbered."""
        found = sorted(seeds, key=lambda seed: seed.id)
        self.number.update({(type(seed), seed.id): next(self.numbers) for seed in found})
        return found

    def _places_of(self, about: Subject) -> list[dict[str, Any]]:
        """The columns of the places of a record, each linked with it."""
        link = {"record": about.number, "sort_key": about.sort_key, "sort_end": about.sort_end}
        return [
            {
                **link,
                "place_id": place,
                "country_code": self.country[place],
                "repeated": self._is_repeated(place, about.places),
            }
            for place in about.places
        ]

    def _is_repeated(self, place: str, places: Iterable[str]) -> bool:
        return any(other < place and self.country[other] == self.country[place] for other in places)

    def _common(self, about: Subject, seed: Record, source: str) -> tuple[list[SQLModel], list[Any], list[Passage]]:
        """The rows of the topics and the evidence of a record, and both as they are rendered."""
        for place in about.places:
            self.tally.records[about.kind, place] += 1
        uses = [(use.id, use.role) for use in seed.topics]
        topics: list[SQLModel] = [
            row_of(models.TopicUse, about.owned(), number=next(self.numbers), topic_id=topic, role=role)
            for topic, role in uses
        ]
        own: Quoted = [(source, item) for item in seed.evidence]
        rows, quoted = self._evidence(about, [*own, *self.attested.get((about.kind, seed.id), ())])
        return [*topics, *rows], uses, quoted

    def _evidence(self, about: Subject, quoted: Quoted) -> tuple[list[SQLModel], list[Passage]]:
        """The rows of the evidence of a record, and the evidence as the record carries it."""
        rows: list[SQLModel] = []
        passages: list[Passage] = []
        owned = about.owned()
        for source, seed in quoted:
            at = seed.at or 0  # `check` refuses a quote without an offset
            row = row_of(
                models.Evidence,
                vars(seed),
                **owned,
                number=next(self.numbers),
                id=f"{source}-{seed.key}",
                source_id=source,
                quote_start=at,
                quote_end=at + len(seed.quote),
            )
            self.tally.quoted[source] += 1
            rows.append(row)
            passages.append(Passage(source, record_evidence(row, self.urls[source]).model_dump_json()))
        return rows, passages

    def _all_names(self, places: Iterable[str]) -> Iterator[str]:
        return (name for place in places for _, name in self.names[place])

    def _labels(self, topics: Iterable[TopicUseSeed]) -> Iterator[str]:
        return (self.catalogue.topics[topic.id] for topic in topics)
