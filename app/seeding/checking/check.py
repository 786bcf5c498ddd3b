"""Checks the seeds: functions from seeds to all findings at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.enums import AliasKind, Basis, PeriodKind, PlaceKind
from app.seeding.checking.dates import date_errors
from app.seeding.checking.quotes import quote_findings
from app.seeding.reading import Document, Finding, Record, Seeds, evidence_of, read_seeds, records
from app.seeding.seed_schema import (
    AgreementSeed,
    DateSeed,
    DelegationSeed,
    EvidenceSeed,
    ObservationSeed,
    PlaceSeed,
)
from app.values import countries
from app.values.text import nearest

# The fields that need evidence where they have a value.
EVIDENCED_FIELDS = {
    "agreement": ("kind", "status", "parties", "signed", "negotiation_started", "aim", "topics"),
    "delegation": ("kind", "status", "purpose", "date", "day_part", "location", "participants", "topics"),
    "observation": ("value", "printed", "trend", "cause", "period", "topics"),
    "source": ("title", "publisher", "published"),
}
DATE_FIELDS = {"agreement": ("signed", "negotiation_started"), "delegation": ("date",), "observation": ("period",)}


def check(folder: Path, texts: Path | None = None) -> tuple[Seeds, list[Finding]]:
    """Read and check the seeds of a folder; with the folder of the texts, check the quotes against them."""
    seeds, findings = read_seeds(folder)
    return seeds, [*findings, *seed_findings(seeds, texts)]


def seed_findings(seeds: Seeds, texts: Path | None = None) -> Iterator[Finding]:
    """Check seeds that were read.

    Parts that could not be read might hold what is missing elsewhere. What they might hold is not reported as
    missing: no finding is only a consequence of another one.
    """
    yield from _identity_findings(seeds)
    yield from _code_findings(seeds.places)
    if seeds.complete:
        yield from _reference_findings(seeds)
        yield from _support_findings(seeds)
    for document in seeds.documents:
        yield from quote_findings(document, texts)


def _identity_findings(seeds: Seeds) -> Iterator[Finding]:
    """Report files that are not named after their source, and ids that are not unique."""
    for document in seeds.documents:
        source = document.seed.source.id
        if document.file != f"sources/{source}.yaml":
            remedy = f"Name it sources/{source}.yaml."
            yield Finding(document.file, f"source {source}", "is in a file of another name", remedy)
    files: dict[tuple[str, str], list[str]] = {}
    for file, kind, key in _identifiers(seeds):
        files.setdefault((kind, key), []).append(file)
    for (kind, key), holders in files.items():
        if len(holders) > 1:
            remedy = "Give one of them another id; more evidence for a record goes under `attests`."
            yield Finding(holders[-1], f"{kind} {key}", f"stands {len(holders)} times: in {', '.join(holders)}", remedy)


def _identifiers(seeds: Seeds) -> Iterator[tuple[str, str, str]]:
    """Iterate over everything that has an id: file, kind and id."""
    yield from (("places.yaml", "place", place.id) for place in seeds.places)
    yield from (("topics.yaml", "topic", topic.id) for topic in seeds.topics)
    yield from (("indicators.yaml", "indicator", indicator.id) for indicator in seeds.indicators)
    for document in seeds.documents:
        source = document.seed.source.id
        yield document.file, "source", source
        yield from ((document.file, kind, record.id) for kind, record in records(document))
        yield from ((document.file, "evidence", f"{source}-{item.key}") for _, _, item in evidence_of(document))


def _code_findings(places: Iterable[PlaceSeed]) -> Iterator[Finding]:
    """Report codes that ISO 3166 does not have, and ids that could be mistaken for one."""
    for place in places:
        record = f"place {place.id}"
        if not countries.is_country(place.country):
            yield Finding("places.yaml", record, f"{place.country} is no ISO 3166-1 code", "Correct `country`.")
            continue
        for name, code in (("iso_3166_2", place.iso_3166_2), ("admin1", place.admin1)):
            if code and not countries.is_subdivision(code, place.country):
                reason = f"`{name}` {code} is no ISO 3166-2 code of {place.country}"
                yield Finding("places.yaml", record, reason, "Correct it, or leave it out.")
        if place.kind is not PlaceKind.country and countries.is_country(place.id.upper()):
            yield Finding("places.yaml", record, "the id is a country code", "Give the place a longer id.")


@dataclass(frozen=True)
class _KnownIds:
    """The ids that records may refer to."""

    by_kind: Mapping[str, frozenset[str]]
    unreadable_ids: Collection[str]

    def missing(self, kind: str, key: str | None) -> tuple[str, str] | None:
        """Return reason and remedy if nothing of this kind has the id."""
        if key is None or key in self.by_kind[kind] or key in self.unreadable_ids:
            return None
        similar = nearest(key, self.by_kind[kind])
        return (
            f"there is no {kind} {key}",
            f"Did you mean {similar}?" if similar else f"Add the {kind}, or correct the id.",
        )


def _known_ids(seeds: Seeds) -> _KnownIds:
    ids = {kind: set[str]() for kind in EVIDENCED_FIELDS}
    for document in seeds.documents:
        for kind, record in records(document):
            ids[kind].add(record.id)
    ids["place"] = {place.id for place in seeds.places}
    ids["topic"] = {topic.id for topic in seeds.topics}
    ids["indicator"] = {indicator.id for indicator in seeds.indicators}
    return _KnownIds({kind: frozenset(keys) for kind, keys in ids.items()}, seeds.unreadable_ids)


def _reference_findings(seeds: Seeds) -> Iterator[Finding]:
    """Report references to what does not exist."""
    known = _known_ids(seeds)
    for document in seeds.documents:
        for kind, record in records(document):
            for target, key in references(record):
                if missing := known.missing(target, key):
                    yield Finding(document.file, f"{kind} {record.id}", *missing)
        for attest in document.seed.attests:
            if missing := known.missing(attest.type, attest.id):
                yield Finding(document.file, f"attests {attest.type} {attest.id}", *missing)


def references(record: Record) -> Iterator[tuple[str, str | None]]:
    """Iterate over what a record refers to: kind, and id or None where it refers to nothing."""
    yield from (("topic", topic.id) for topic in record.topics)
    if isinstance(record, AgreementSeed):
        yield from (("place", party) for party in record.parties)
    elif isinstance(record, DelegationSeed):
        yield "agreement", record.agreement
        yield "place", record.location.place if record.location else None
        yield from (("place", participant.represents) for participant in record.participants)
    else:
        yield from (("indicator", record.indicator), ("place", record.area), ("place", record.counterpart))


def _support_findings(seeds: Seeds) -> Iterator[Finding]:
    """Report values of sources, records and places that no evidence supports."""
    attested = _attested_evidence(seeds)
    for document in seeds.documents:
        source = document.seed.source
        yield from _fields_without_evidence(document.file, "source", source.id, source, source.evidence)
        yield from _date_findings(document, "source", source.id, {"published": source.published}, source.evidence)
        for kind, record in records(document):
            if record.id not in seeds.unreadable_ids:  # else evidence for it may be in what could not be read
                evidence = [*record.evidence, *attested[kind, record.id]]
                yield from _record_findings(document, kind, record, evidence)
    yield from _misspelling_findings(seeds, attested)


def _record_findings(
    document: Document, kind: str, record: Record, evidence: Collection[EvidenceSeed]
) -> Iterator[Finding]:
    name = f"{kind} {record.id}"
    dates = {field: getattr(record, field) for field in DATE_FIELDS[kind]}
    yield from _fields_without_evidence(document.file, kind, record.id, record, evidence)
    yield from _date_findings(document, kind, record.id, dates, evidence)
    yield from _elements_without_evidence(
        document.file, name, "topics", [topic.id for topic in record.topics], evidence
    )
    if isinstance(record, AgreementSeed):
        yield from _elements_without_evidence(document.file, name, "parties", record.parties, evidence)
    if isinstance(record, ObservationSeed):
        yield from _current_period_findings(document, record)


def _attested_evidence(seeds: Seeds) -> Mapping[tuple[str, str], list[EvidenceSeed]]:
    """Collect the evidence for records and places of other files, by kind and id."""
    attested: dict[tuple[str, str], list[EvidenceSeed]] = defaultdict(list)
    for _, attest in seeds.attests:
        attested[attest.type, attest.id].extend(attest.evidence)
    return attested


def _fields_without_evidence(
    file: str, kind: str, key: str, record: object, evidence: Iterable[EvidenceSeed]
) -> Iterator[Finding]:
    """Report fields that have a value, but no evidence."""
    supported = {item.field for item in evidence}
    for name in EVIDENCED_FIELDS[kind]:
        has_value = getattr(record, name) not in (None, [])
        if has_value and not {name, "record"} & supported:
            remedy = f"Add evidence with `field: {name}` (or `record`), or leave the field out: no source says so."
            yield Finding(file, f"{kind} {key}", f"`{name}` has no evidence", remedy)


def _elements_without_evidence(
    file: str, record: str, name: str, keys: Iterable[str], evidence: Iterable[EvidenceSeed]
) -> Iterator[Finding]:
    """Report elements of a list that no evidence says; parties may also be supported by evidence for the record."""
    supported = {item.says for item in evidence if item.field == name}
    record_supported = any(item.field == "record" for item in evidence)
    for key in keys:
        if key not in supported and (name == "topics" or not record_supported):
            remedy = f"Add evidence with `field: {name}` and `says: {key}`."
            yield Finding(file, record, f"nothing says that {key} is one of the `{name}`", remedy)


def _date_findings(
    document: Document,
    kind: str,
    key: str,
    dates: Mapping[str, DateSeed | None],
    evidence: Iterable[EvidenceSeed],
) -> Iterator[Finding]:
    """Report dates with a part that is neither printed nor said by evidence, or that evidence contradicts."""
    published = document.seed.source.published
    for name, date in dates.items():
        if date is not None:
            says = [item.says for item in evidence if item.field in (name, "record") and item.says]
            for error in date_errors(date, says, published.edtf if published else None):
                remedy = "Correct `edtf`, `printed` or `basis`, or add the evidence that says so."
                yield Finding(document.file, f"{kind} {key}", f"`{name}` {date.edtf}: {error}", remedy)


def _current_period_findings(document: Document, record: ObservationSeed) -> Iterator[Finding]:
    """Report an inferred period that is "current", but not the day of publication."""
    published = document.seed.source.published
    period = record.period
    inferred = record.period_kind is PeriodKind.current and period and period.basis is Basis.inferred
    if inferred and not (period and published and published.edtf == period.edtf):
        remedy = "Use the date of publication, or another `period_kind`."
        reason = "the period is `current` but not the date of publication"
        yield Finding(document.file, f"observation {record.id}", reason, remedy)


def _misspelling_findings(seeds: Seeds, attested: Mapping[tuple[str, str], list[EvidenceSeed]]) -> Iterator[Finding]:
    """Report misspellings that no document is quoted for."""
    for place in seeds.places:
        quoted = {item.says for item in attested["place", place.id] if item.field == "aliases"}
        for alias in place.aliases:
            if (
                alias.kind is AliasKind.misspelling
                and alias.name not in quoted
                and place.id not in seeds.unreadable_ids
            ):
                reason = f"no document prints the misspelling {alias.name}"
                remedy = f"Quote it under `attests` of its document with `field: aliases` and `says: {alias.name}`."
                yield Finding("places.yaml", f"place {place.id}", reason, remedy)
