"""The state that all steps of a compilation share."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from app.api.schemas.shared import IndicatorRef, Names, Place, ReferenceCatalog
from app.enums import Direction, NameKind, SubjectType
from app.seeding.rendering.disk_multimap import DiskMultimap
from app.seeding.rendering.search_terms import TermIndex
from app.seeding.rendering.seed_columns import place_names
from app.seeding.rendering.seed_set import SeedSet
from app.seeding.seed_schema import EvidenceSeed, IndicatorSeed, PlaceSeed, SourceSeed
from app.values import countries

SourcedEvidence = list[tuple[str, EvidenceSeed]]
"""Evidence, each with the id of its source."""

NumberedSeedT = TypeVar("NumberedSeedT", PlaceSeed, IndicatorSeed, SourceSeed)


@dataclass
class InvolvementCounts:
    """Counts the records of each type that involve a place, and the evidence of each source."""

    records: Counter[tuple[SubjectType, str]] = field(default_factory=Counter)
    evidence: Counter[str] = field(default_factory=Counter)

    def add(self, other: "InvolvementCounts") -> None:
        """Add the counts of another part of the register."""
        self.records.update(other.records)
        self.evidence.update(other.evidence)

    def records_of_place(self, place: str) -> dict[str, int]:
        """Return how many records of each type involve a place."""
        types = (SubjectType.agreement, SubjectType.delegation, SubjectType.observation)
        return {type_.value: self.records[type_, place] for type_ in types}


@dataclass
class CompileContext:
    """Lookups by id, and the counters that grow while records are compiled."""

    seeds: SeedSet
    places: dict[int, PlaceSeed]
    """By number, like indicators and sources."""
    indicators: dict[int, IndicatorSeed]
    sources: dict[int, SourceSeed]
    names: dict[str, list[tuple[NameKind, str]]]
    """All names of each place."""
    countries: dict[str, str]
    """The country code of each place."""
    directions: dict[str, Direction]
    """The direction of each indicator."""
    source_urls: dict[str, str | None]
    references: ReferenceCatalog
    attested: dict[tuple[str, str], SourcedEvidence]
    """Evidence that other documents give, by type and id of its subject."""
    delegations: DiskMultimap
    """The delegations of each agreement."""
    numbers: Iterator[int]
    """The numbers that are still free."""
    terms: TermIndex = field(default_factory=TermIndex)
    counts: InvolvementCounts = field(default_factory=InvolvementCounts)
    """Counts of the batch that is being compiled."""


def create_context(seeds: SeedSet, delegations: DiskMultimap) -> CompileContext:
    """Index the seeds that records refer to, and number places, indicators and sources."""
    names = {place.id: place_names(place) for place in seeds.places}
    numbers = itertools.count(1)
    return CompileContext(
        seeds=seeds,
        places=_numbered(seeds.places, numbers),
        indicators=_numbered(seeds.indicators, numbers),
        sources=_numbered(seeds.sources, numbers),
        names=names,
        countries={place.id: place.country for place in seeds.places},
        directions={indicator.id: Direction(indicator.direction) for indicator in seeds.indicators},
        source_urls={source.id: source.url for source in seeds.sources},
        references=_reference_catalog(seeds, names),
        attested=_attested_evidence(seeds),
        delegations=delegations,
        numbers=numbers,
    )


def _numbered(seeds: Iterable[NumberedSeedT], numbers: Iterator[int]) -> dict[int, NumberedSeedT]:
    """Number seeds in the order of their ids."""
    return {next(numbers): seed for seed in sorted(seeds, key=lambda seed: seed.id)}


def _reference_catalog(seeds: SeedSet, names: dict[str, list[tuple[NameKind, str]]]) -> ReferenceCatalog:
    return ReferenceCatalog(
        places={place.id: _place_reference(place, names[place.id]) for place in seeds.places},
        topics={topic.id: topic.label for topic in seeds.topics},
        indicators={i.id: IndicatorRef(id=i.id, name=i.name, unit=i.unit, measure=i.measure) for i in seeds.indicators},
    )


def _place_reference(place: PlaceSeed, names: Iterable[tuple[NameKind, str]]) -> Place:
    by_language = {str(kind): name for kind, name in names if kind in countries.LANGUAGES}
    shown = Names(en=by_language["en"], ko=by_language.get("ko"), vi=by_language.get("vi"))
    return Place(id=place.id, name=shown.en, names=shown, kind=place.kind, country=place.country)


def _attested_evidence(seeds: SeedSet) -> dict[tuple[str, str], SourcedEvidence]:
    attested: dict[tuple[str, str], SourcedEvidence] = defaultdict(list)
    for source, attest in seeds.attests:
        attested[attest.type, attest.id].extend((source, evidence) for evidence in attest.evidence)
    return attested
