"""The pydantic models of the seed files, in which the quotes stand beside the facts."""

import unicodedata
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.enums import (
    Aggregation,
    AgreementKind,
    AgreementStatus,
    AliasKind,
    Basis,
    DayPart,
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
    Trend,
    Unit,
    UrlBasis,
)
from app.values import dates

MAX_QUOTE_LENGTH = 100  # characters; a quote is evidence, not a copy of the text


def _require_printable(text: str) -> str:
    if any(unicodedata.category(char) in ("Cc", "Cs") and char != "\n" for char in text):
        raise ValueError("has control characters")
    return text


def _require_normalized(text: str) -> str:
    if text != text.strip() or not unicodedata.is_normalized("NFC", text):
        raise ValueError("has spaces around it or is not in Unicode normal form C")
    return text


Verbatim = Annotated[str, StringConstraints(min_length=1, max_length=2000), AfterValidator(_require_printable)]
NormalizedText = Annotated[Verbatim, AfterValidator(_require_normalized)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:(?:--|[-_])[a-z0-9]+)*$", max_length=100)]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
SubdivisionCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$")]


class SeedModel(BaseModel):
    """Base of all models: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DateSeed(SeedModel):
    """A date in EDTF (ISO 8601-2), and as the source prints it."""

    edtf: Annotated[str, AfterValidator(lambda text: dates.parse_edtf(text).text)]
    printed: Verbatim | None = None
    basis: Basis = Basis.stated
    note: NormalizedText | None = None

    @model_validator(mode="after")
    def _require_note_unless_stated(self) -> Self:
        if self.basis is not Basis.stated and not self.note:
            raise ValueError(f"the date is {self.basis}, so a `note` must say what was inferred, and from what")
        return self


class EvidenceSeed(SeedModel):
    """A quote, its offset in the text in code points, and the field that it supports."""

    key: Key
    field: Key
    says: NormalizedText | None = None
    quote: Annotated[Verbatim, StringConstraints(max_length=MAX_QUOTE_LENGTH)]
    at: Annotated[int, Field(ge=0, lt=2**31 - 200)] | None = None
    basis: Basis = Basis.stated
    inferred: NormalizedText | None = None
    speaker: NormalizedText | None = None
    note: NormalizedText | None = None

    @model_validator(mode="after")
    def _require_inferred_unless_stated(self) -> Self:
        if (self.basis is Basis.stated) != (self.inferred is None):
            raise ValueError(
                "`inferred` must say what was inferred where the basis is not `stated`, and be absent where it is"
            )
        return self


class NamesSeed(SeedModel):
    """Names by language (ISO 639-1)."""

    en: NormalizedText
    ko: NormalizedText | None = None
    vi: NormalizedText | None = None


class AliasSeed(SeedModel):
    """Another spelling of a name."""

    name: NormalizedText
    kind: AliasKind


class LocationSeed(SeedModel):
    """Coordinates in degrees (WGS 84)."""

    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class PlaceSeed(SeedModel):
    """A city, a province or a country; a country's names come from CLDR."""

    id: Key
    kind: PlaceKind
    country: CountryCode
    iso_3166_2: SubdivisionCode | None = None
    admin1: SubdivisionCode | None = None
    geonames_id: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    wikidata_id: Annotated[str, StringConstraints(pattern=r"^Q[1-9][0-9]*$")] | None = None
    location: LocationSeed | None = None
    names: NamesSeed | None = None
    native_name: NormalizedText | None = None
    aliases: list[AliasSeed] = []

    @model_validator(mode="after")
    def _require_names_and_id_of_kind(self) -> Self:
        if (self.kind is PlaceKind.country) != (self.names is None):
            raise ValueError("a city or province needs `names`; a country has none, they come from CLDR")
        if (self.kind is PlaceKind.country) != (self.id == self.country.lower()):
            raise ValueError("a country, and only a country, has its code in lower case as id")
        return self


class TopicSeed(SeedModel):
    """A field of cooperation, a good or a sector."""

    id: Key
    label: NormalizedText


class IndicatorSeed(SeedModel):
    """An indicator: what is measured, and in which unit."""

    id: Key
    name: NormalizedText
    description: NormalizedText
    unit: Unit
    measure: Measure
    aggregation: Aggregation
    direction: Direction


class SourceSeed(SeedModel):
    """A source document: its text file, by hash and length in code points, and its publication."""

    id: Key
    file: NormalizedText
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    length: Annotated[int, Field(ge=1, lt=2**31)]
    title: Verbatim
    publisher: NormalizedText
    publisher_basis: Basis
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")]
    published: DateSeed | None = None
    url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$", max_length=2000)] | None = None
    url_basis: UrlBasis | None = None
    evidence: list[EvidenceSeed] = []

    @model_validator(mode="after")
    def _require_url_with_basis(self) -> Self:
        if (self.url is None) != (self.url_basis is None):
            raise ValueError("`url` and `url_basis` go together")
        return self


class TopicUseSeed(SeedModel):
    """A topic that a record names, and in which role."""

    id: Key
    role: TopicRole


class AgreementSeed(SeedModel):
    """An agreement between two or more places."""

    id: Key
    kind: AgreementKind
    kind_label: Verbatim | None = None
    status: AgreementStatus
    status_note: NormalizedText | None = None
    parties: Annotated[list[Key], Field(min_length=2, max_length=20)]
    signed: DateSeed | None = None
    negotiation_started: DateSeed | None = None
    aim: NormalizedText | None = None
    topics: list[TopicUseSeed] = []
    evidence: list[EvidenceSeed] = []

    @model_validator(mode="after")
    def _require_distinct_parties(self) -> Self:
        if len(set(self.parties)) < len(self.parties):
            raise ValueError("a place is named twice among the `parties`")
        return self


class PlacedSeed(SeedModel):
    """The place where a delegation met."""

    place: Key
    basis: Basis = Basis.stated


class ParticipantSeed(SeedModel):
    """A participant of a delegation: a person, or somebody unnamed, on behalf of a place."""

    side: Side
    represents: Key
    name: Verbatim | None = None
    titles: list[Verbatim] = []
    basis: Basis = Basis.stated


class DelegationSeed(SeedModel):
    """A visit or a meeting."""

    id: Key
    kind: DelegationKind
    status: DelegationStatus
    title: NormalizedText
    purpose: NormalizedText | None = None
    date: DateSeed | None = None
    day_part: DayPart | None = None
    location: PlacedSeed | None = None
    participants: list[ParticipantSeed] = []
    agreement: Key | None = None
    topics: list[TopicUseSeed] = []
    evidence: list[EvidenceSeed] = []


class ObservationSeed(SeedModel):
    """A reported value of an indicator, in full units."""

    id: Key
    indicator: Key
    area: Key
    counterpart: Key | None = None
    value: Annotated[float, Field(ge=-1.6e308, le=1.6e308, allow_inf_nan=False)] | None = None
    relation: Relation | None = None
    status: ObservationStatus
    printed: Verbatim | None = None
    trend: Trend | None = None
    cause: NormalizedText | None = None
    period: DateSeed | None = None
    period_kind: PeriodKind = PeriodKind.none
    note: NormalizedText | None = None
    topics: list[TopicUseSeed] = []
    evidence: list[EvidenceSeed] = []

    @model_validator(mode="after")
    def _require_consistent_fields(self) -> Self:
        if len({self.value is None, self.relation is None, self.status is ObservationStatus.missing}) > 1:
            raise ValueError("`value` and `relation` go together; where both are absent the status is `missing`")
        if (self.period is None) != (self.period_kind is PeriodKind.none):
            raise ValueError("`period_kind` says how the `period` is meant; without a period it is `none`")
        if self.area == self.counterpart:
            raise ValueError("`area` and `counterpart` are the same place")
        return self


class AttestSeed(SeedModel):
    """Evidence for a place, or for a record of another file."""

    type: Literal["agreement", "delegation", "observation", "place"]
    id: Key
    evidence: Annotated[list[EvidenceSeed], Field(min_length=1)]


class DocumentSeed(SeedModel):
    """One source document and what it says: a file in `sources/`."""

    source: SourceSeed
    agreements: list[AgreementSeed] = []
    delegations: list[DelegationSeed] = []
    observations: list[ObservationSeed] = []
    attests: list[AttestSeed] = []
