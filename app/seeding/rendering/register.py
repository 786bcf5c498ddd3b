"""Compiles seeds into rows: the tables, and each record rendered as the API sends it.

A compiler keeps the small things that many records refer to (places, topics, indicators, sources); records
themselves pass through it in parts.
"""

import itertools
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager

from app.api.resources import cities, indicators, sources
from app.db import models
from app.enums import PlaceKind, SubjectType
from app.seeding.loading.prefetch import Prefetched, prefetch
from app.seeding.rendering.records import Batch, RecordCompiler, rendition_row
from app.seeding.rendering.row_compiler import InvolvementCounts, SeedSet, Subject
from app.seeding.rendering.rows import Rows, row_of
from app.seeding.rendering.seed_columns import date_columns
from app.seeding.shapes import DelegationSeed, IndicatorSeed, PlaceSeed, SourceSeed
from app.values.text import fold

PARALLEL_THRESHOLD = 20_000  # records that one process compiles before a second one is of use
FIRST_OBSERVATION_NUMBER = (
    2**30
)  # the first number of an observation: half of those that the databases have (32 bits, signed)


@contextmanager
def compile_register(seeds: SeedSet) -> Iterator[tuple[Rows, Iterator[Batch], Rows]]:
    """Every row but those that follow from others (`app.seeding.loading.derived_links`) and that of the release.

    What records refer to, the records, and what is told of the former; to be taken in this order.
    """
    with closing(RegisterCompiler(seeds, itertools.count(1))) as compiler, _compile_records(compiler, seeds) as parts:
        yield compiler.referred(), compiler.tallied(parts), compiler.described()


@contextmanager
def _compile_records(compiler: "RegisterCompiler", seeds: SeedSet) -> Iterator[Iterator[Batch]]:
    """All records; most are observations, and where there are many a second process compiles them meanwhile.

    Their numbers begin where all others end, so that neither process needs to know how far the other has come.
    """
    with closing(RecordCompiler(seeds, itertools.count(FIRST_OBSERVATION_NUMBER))) as observations:
        if seeds.size < PARALLEL_THRESHOLD:
            yield itertools.chain(compiler.ties(), observations.parts("observation"))
        else:
            with prefetch(lambda: observations.parts("observation")) as others:
                yield merge_when_ready(compiler.ties(), others)


def merge_when_ready(own: Iterator[Batch], others: Prefetched[Batch]) -> Iterator[Batch]:
    """Parts of one's own and those that are made ahead, as soon as they are ready."""
    remaining = iter(others)
    for part in own:
        yield part
        while others.ready() and (other := next(remaining, None)):
            yield other
    yield from remaining


class RegisterCompiler(RecordCompiler):
    """Turns all seeds but observations into rows."""

    def __init__(self, seeds: SeedSet, numbers: Iterator[int]) -> None:
        super().__init__(seeds, numbers)
        self.places, self.indicators, self.sources = (
            self._numbered(seeds.places),
            self._numbered(seeds.indicators),
            self._numbered(seeds.sources),
        )
        self.total = InvolvementCounts()

    def referred(self) -> Rows:
        """The rows of what records refer to."""
        yield from (self._place(place) for place in self.places)
        yield from (name for place in self.places for name in self._place_names(place))
        yield from (row_of(models.Topic, id=topic.id, label=topic.label) for topic in self.seeds.topics)
        yield from (row for indicator in self.indicators for row in self._indicator(indicator))
        yield from (self._source(source) for source in self.sources)

    def ties(self) -> Iterator[Batch]:
        """Agreements and delegations."""
        self.delegations.add(
            (record.agreement, record.id)
            for record, _ in self.seeds.of_kind("delegation")
            if isinstance(record, DelegationSeed) and record.agreement
        )
        return self.parts("agreement", "delegation")

    def tallied(self, parts: Iterable[Batch]) -> Iterator[Batch]:
        """The parts, of which is kept what `described` tells of places and sources."""
        for part in parts:
            self.total.add(part.tally)
            yield part

    def described(self) -> Rows:
        """The rows that show places and sources, once all records are known."""
        self.tally = self.total
        yield from (row for place in self.places for row in self._about_place(place))
        yield from (row for source in self.sources for row in self._about(source))

    # Places, indicators and sources

    def _place(self, place: PlaceSeed) -> models.Place:
        location = place.location.model_dump() if place.location else {}
        english = self.catalogue.places[place.id].name
        return row_of(
            models.Place,
            vars(place),
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
        names = (name for _, name in self.names[place.id])
        yield from self.terms.mentions(cities.CityQuery.noun, row.number, row.sort_name, names)
        if place.kind is not PlaceKind.country:
            counts = cities.Counts(**self.total.involved(place.id))
            city = cities.render(row, self.catalogue.places[place.id], self._place_names(place), counts)
            yield rendition_row(row.number, city, quoted)

    def _indicator(self, indicator: IndicatorSeed) -> Rows:
        row = row_of(
            models.Indicator,
            vars(indicator),
            number=self.number[IndicatorSeed, indicator.id],
            sort_name=fold(indicator.name),
        )
        yield row
        texts = [indicator.name, indicator.description]
        yield from self.terms.mentions(indicators.IndicatorQuery.noun, row.number, row.id, texts)
        yield rendition_row(row.number, indicators.render(row), None)

    def _source(self, source: SourceSeed) -> models.Source:
        return row_of(
            models.Source,
            vars(source),
            **date_columns("published", source.published),
            number=self.number[SourceSeed, source.id],
        )

    def _about(self, source: SourceSeed) -> Rows:
        row = self._source(source)
        about = Subject(SubjectType.source, row.id, row.number, row.published_start or "")
        rows, _ = self._evidence(about, [(source.id, item) for item in source.evidence])
        yield from rows
        texts = [source.title, source.publisher]
        yield from self.terms.mentions(sources.SourceQuery.noun, row.number, about.sort_key, texts)
        yield rendition_row(row.number, sources.render(row, self.total.quoted[source.id]), None)
