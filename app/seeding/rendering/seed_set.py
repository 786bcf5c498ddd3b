"""The seeds as the compilation reads them."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from app.seeding.reading import Record
from app.seeding.seed_schema import AttestSeed, IndicatorSeed, PlaceSeed, SourceSeed, TopicSeed


class SeedSet(Protocol):
    """All seeds of a register: the few in lists, the records as streams that can be read more than once."""

    places: list[PlaceSeed]
    topics: list[TopicSeed]
    indicators: list[IndicatorSeed]

    @property
    def sources(self) -> list[SourceSeed]:
        """The description of each document."""

    @property
    def attests(self) -> Iterable[tuple[str, AttestSeed]]:
        """Evidence of documents for places and records of other files, each with the id of its source."""

    @property
    def size(self) -> int:
        """The number of records of all kinds."""

    def of_kind(self, kind: str) -> Iterator[tuple[Record, str]]:
        """Iterate over the records of a kind in the order of their ids, each with the id of its source."""
