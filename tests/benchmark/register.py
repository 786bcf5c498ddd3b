"""A register of any size, invented: the same for the same numbers, and skewed like the real world.

It has what `app.seeding.reading.Seeds` has, but makes its records only when they are asked for, so it takes no room.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from typing import TypeVar

import pycountry

from app.enums import (
    Aggregation,
    AgreementKind,
    AgreementStatus,
    Basis,
    DelegationKind,
    DelegationStatus,
    Direction,
    Measure,
    ObservationStatus,
    PeriodKind,
    PlaceKind,
    Relation,
    Side,
    TopicRole,
    Unit,
    UrlBasis,
)
from app.seeding.reading import Record
from app.seeding.seed_schema import (
    AgreementSeed,
    AttestSeed,
    DateSeed,
    DelegationSeed,
    EvidenceSeed,
    IndicatorSeed,
    NamesSeed,
    ObservationSeed,
    ParticipantSeed,
    PlacedSeed,
    PlaceSeed,
    SourceSeed,
    TopicSeed,
    TopicUseSeed,
)

T = TypeVar("T")


_words = str.split

SKEW = 1.35  # the first country holds about 30 % of the records, the last of them one or none
SYLLABLES = _words("ha noi dae gu bac ninh sa pa lu vo ra mi te ko ja ne đà nẵng são uz ak ir ön po li ca re wo")
HANGUL = "대구한강부산광주서울남해안동"
FAMILY = _words("Nguyễn Trần Lê Phạm Kim Lee Park Choi Silva Santos Müller Novák Smith Tanaka")
GIVEN = _words("An Bình Minh Seung-su Ji-woo Ana João Eva Petr John Yuki Linh Hoa Thảo")
TOPICS = _words("culture trade education tourism health sport smart-city environment youth technology music food")
INDICATORS = _words("investment trade visitors students flights exports imports projects rank population")


@cache
def _topic(name: str) -> list[TopicUseSeed]:
    return [TopicUseSeed(id=name, role=TopicRole.planned_field)]


@cache
def _date(text: str) -> DateSeed:
    return DateSeed(edtf=text, printed=text)


@dataclass
class InventedRegister:
    """So many agreements, a fifth as many delegations, ten times as many observations, each with evidence."""

    agreements: int
    seed: int = 1
    places: list[PlaceSeed] = field(init=False)
    topics: list[TopicSeed] = field(init=False)
    indicators: list[IndicatorSeed] = field(init=False)
    sources: list[SourceSeed] = field(init=False)
    attests: Sequence[tuple[str, AttestSeed]] = ()

    def __post_init__(self) -> None:
        chance = self._chance("places")
        codes = sorted(country.alpha_2 for country in pycountry.countries)
        chance.shuffle(codes)
        self.codes = ["VN", "KR", *(code for code in codes if code not in ("VN", "KR"))]
        shares = list(accumulate(rank**-SKEW for rank in range(1, len(self.codes) + 1)))
        self.cities: dict[str, list[str]] = {code: [] for code in self.codes}
        self.places = [_country(code) for code in self.codes]
        for number in range(min(max(self.agreements // 10, 300), 20_000)):
            code = self.codes[number] if number < len(self.codes) else chance.choices(self.codes, cum_weights=shares)[0]
            self.places.append(_city(chance, number, code))
            self.cities[code].append(self.places[-1].id)
        self.topics = [TopicSeed(id=name, label=name.replace("-", " ")) for name in TOPICS]
        self.indicators = [_indicator(name) for name in INDICATORS]
        self.sources = [_source(number) for number in range(min(self.agreements // 20 + 2, 5000))]
        # Choosing from a list that holds each country as often as it deserves is the fastest weighted choice.
        self._countries = chance.choices(self.codes, cum_weights=shares, k=50_000)

    @property
    def size(self) -> int:
        """How many records there are of all kinds."""
        return self.agreements * 11 + self.agreements // 5

    def of_kind(self, kind: str) -> Iterator[tuple[Record, str]]:
        """The records of a kind, each with the id of its source."""
        makers: dict[str, tuple[Callable[[random.Random, int], Record], int]] = {
            "agreement": (self._agreement, self.agreements),
            "delegation": (self._delegation, self.agreements // 5),
            "observation": (self._observation, self.agreements * 10),
        }
        make, count = makers[kind]
        chance = self._chance(kind)
        for number in range(count):
            yield make(chance, number), self.sources[int(len(self.sources) * chance.random() ** 2)].id

    def _chance(self, what: str) -> random.Random:
        return random.Random(f"{self.seed} {what}")

    def _places(self, chance: random.Random) -> tuple[str, str]:
        first = self._city(chance)
        while (second := self._city(chance)) == first:
            continue
        return first, second

    def _city(self, chance: random.Random) -> str:
        cities = self.cities[self._countries[int(chance.random() * 50_000)]]
        return cities[int(len(cities) * chance.random() ** 2)]

    def _agreement(self, chance: random.Random, number: int) -> AgreementSeed:
        date, topic = _some_date(chance), _one_of(chance, TOPICS)
        return AgreementSeed.model_construct(
            id=f"agreement-{number:08}",
            kind=_one_of(chance, KINDS),
            kind_label="Friendship City agreement",
            status=_one_of(chance, STATUSES),
            status_note=None,
            parties=list(self._places(chance)),
            signed=date,
            negotiation_started=None,
            aim="Exchange in the fields that the parties name.",
            topics=_topic(topic),
            evidence=[_evidence(f"a{number}", "record"), _evidence(f"t{number}", "topics", topic)],
        )

    def _delegation(self, chance: random.Random, number: int) -> DelegationSeed:
        host, guest = self._places(chance)
        name, topic = f"{_one_of(chance, FAMILY)} {_one_of(chance, GIVEN)}", _one_of(chance, TOPICS)
        return DelegationSeed.model_construct(
            id=f"delegation-{number:08}",
            kind=_one_of(chance, VISITS),
            status=DelegationStatus.held,
            title=f"Visit number {number}",
            purpose=None,
            date=_some_date(chance),
            day_part=None,
            location=PlacedSeed.model_construct(place=host, basis=Basis.stated),
            participants=[
                ParticipantSeed.model_construct(
                    side=Side.guest, represents=guest, name=name, titles=["Mayor"], basis=Basis.stated
                ),
                ParticipantSeed.model_construct(
                    side=Side.host, represents=host, name=None, titles=[], basis=Basis.stated
                ),
            ],
            agreement=f"agreement-{int(chance.random() * self.agreements):08}",
            topics=_topic(topic),
            evidence=[_evidence(f"d{number}", "record"), _evidence(f"s{number}", "topics", topic)],
        )

    def _observation(self, chance: random.Random, number: int) -> ObservationSeed:
        area, other = self._places(chance)
        period = _some_date(chance)
        missing = chance.random() < 0.05
        return ObservationSeed.model_construct(
            id=f"observation-{number:08}",
            indicator=_one_of(chance, INDICATORS),
            area=area,
            counterpart=other if number % 2 else None,
            value=None if missing else float(int(10 ** (chance.random() * 9))),
            relation=None if missing else Relation.eq,
            status=ObservationStatus.missing if missing else ObservationStatus.normal,
            printed="as printed",
            trend=None,
            cause=None,
            period=period,
            period_kind=PeriodKind.during if period else PeriodKind.none,
            note=None,
            topics=[],
            evidence=[_evidence(f"o{number}", "record")],
        )


KINDS = [AgreementKind.sister_city] * 6 + [AgreementKind.friendship_city] * 3 + [AgreementKind.memorandum]
STATUSES = [AgreementStatus.signed] * 8 + [AgreementStatus.announced, AgreementStatus.ended]
VISITS = [DelegationKind.visit] * 4 + [DelegationKind.meeting]


def _one_of(chance: random.Random, choices: Sequence[T]) -> T:
    return choices[int(chance.random() * len(choices))]


def _some_date(chance: random.Random) -> DateSeed | None:
    if (kind := chance.random()) < 0.05:
        return None
    year = 2026 - int(60 * chance.random() ** 2)
    if kind < 0.5:
        return _date(f"{year}")
    month = 1 + int(12 * chance.random())
    return _date(f"{year}-{month:02}" if kind < 0.7 else f"{year}-{month:02}-{1 + int(28 * chance.random()):02}")


def _evidence(key: str, about: str, says: str | None = None) -> EvidenceSeed:
    return EvidenceSeed.model_construct(
        key=key,
        field=about,
        says=says,
        quote="what the source says of it",
        at=100,
        basis=Basis.stated,
        inferred=None,
        speaker=None,
        note=None,
    )


def _country(code: str) -> PlaceSeed:
    return PlaceSeed(id=code.lower(), kind=PlaceKind.country, country=code)


def _city(chance: random.Random, number: int, code: str) -> PlaceSeed:
    name = "".join(chance.choices(SYLLABLES, k=3)).capitalize()
    korean = "".join(chance.choices(HANGUL, k=3)) if code == "KR" else None
    return PlaceSeed(
        id=f"city-{number}",
        kind=PlaceKind.city,
        country=code,
        names=NamesSeed(en=f"{name} {number}", ko=korean, vi=name if code == "VN" else None),
    )


def _indicator(name: str) -> IndicatorSeed:
    return IndicatorSeed(
        id=name,
        name=name.capitalize(),
        description=f"How many {name} were counted.",
        unit=Unit.persons,
        measure=Measure.amount,
        aggregation=Aggregation.flow,
        direction=Direction.in_,
    )


def _source(number: int) -> SourceSeed:
    return SourceSeed(
        id=f"source-{number}",
        file=f"source-{number}.txt",
        sha256=f"{number:064x}",
        length=100_000,
        title=f"Report number {number}",
        publisher="A city",
        publisher_basis=Basis.stated,
        language="en",
        published=_date(f"{1990 + number % 37}"),
        url=f"https://example.org/{number}",
        url_basis=UrlBasis.stated,
        evidence=[_evidence(about, about) for about in ("title", "publisher", "published")],
    )
