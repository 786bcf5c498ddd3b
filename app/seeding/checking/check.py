"""Checks the seeds: pure functions from seeds to findings, every finding at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.enums import AliasKind, Basis, PeriodKind, PlaceKind
from app.seeding.checking.dates import date_errors
from app.seeding.checking.quotes import quote_findings
from app.seeding.reading import Document, Finding, Record, Seeds, evidence_of, read_seeds, records
from app.seeding.shapes import (
    AgreementSeed,
    DateSeed,
    DelegationSeed,
    EvidenceSeed,
    ObservationSeed,
    PlaceSeed,
)
from app.values import countries
from app.values.text import nearest

# The fields that come from documents, and so need evidence where they are filled.
EVIDENCED_FIELDS = {
    "agreement": ("kind", "status", "parties", "signed", "negotiation_started", "aim", "topics"),
    "delegation": ("kind", "status", "purpose", "date", "day_part", "location", "participants", "topics"),
    "observation": ("value", "printed", "trend", "cause", "period", "topics"),
    "source": ("title", "publisher", "published"),
}
DATE_FIELDS = {"agreement": ("signed", "negotiation_started"), "delegation": ("date",), "observation": ("period",)}


def check(folder: Path, texts: Path | None = None) -> tuple[Seeds, list[Finding]]:
    """The seeds of a folder and everything that is wrong with them; with the texts also every quote."""
    seeds, findings = read_seeds(folder)
    return seeds, [*findings, *find_problems(seeds, texts)]


def find_problems(seeds: Seeds, texts: Path | None = None) -> Iterator[Finding]:
    """What is wrong with seeds that could be read.

    Where some could not, nothing is said that these might set right: a finding is never only the echo of another.
    """
    yield from _identities(seeds)
    yield from _codes(seeds.places)
    if seeds.complete:
        yield from _references(seeds)
        yield from _records(seeds)
    for document in seeds.documents:
        yield from quote_findings(document, texts)


def _identities(seeds: Seeds) -> Iterator[Finding]:
    """Files of another name than their source, and ids that stand twice."""
    for document in seeds.documents:
        source = document.seed.source.id
        if document.file != f"sources/{source}.yaml":
            remedy = f"Name it sources/{source}.yaml."
            yield Finding(document.file, f"source {source}", "is in a file of another name", remedy)
    files: dict[tuple[str, str], list[str]] = {}
    for file, kind, key in _named(seeds):
        files.setdefault((kind, key), []).append(file)
    for (kind, key), found in files.items():
        if len(found) > 1:
            remedy = "Give one of them another id; more evidence for a record goes under `attests`."
            yield Finding(found[-1], f"{kind} {key}", f"stands {len(found)} times: in {', '.join(found)}", remedy)


def _named(seeds: Seeds) -> Iterator[tuple[str, str, str]]:
    """Everything that has an id: (file, kind, id)."""
    yield from (("places.yaml", "place", place.id) for place in seeds.places)
    yield from (("topics.yaml", "topic", topic.id) for topic in seeds.topics)
    yield from (("indicators.yaml", "indicator", indicator.id) for indicator in seeds.indicators)
    for document in seeds.documents:
        source = document.seed.source.id
        yield document.file, "source", source
        yield from ((document.file, kind, record.id) for kind, record in records(document))
        yield from ((document.file, "evidence", f"{source}-{item.key}") for _, _, item in evidence_of(document))


def _codes(places: Iterable[PlaceSeed]) -> Iterator[Finding]:
    """Codes that ISO 3166 does not have."""
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

    ids: Mapping[str, frozenset[str]]
    unreadable_ids: Collection[str]

    def missing(self, kind: str, key: str | None) -> tuple[str, str] | None:
        """Reason and remedy if nothing is called so."""
        if key is None or key in self.ids[kind] or key in self.unreadable_ids:
            return None
        meant = nearest(key, self.ids[kind])
        return (
            f"there is no {kind} {key}",
            f"Did you mean {meant}?" if meant else f"Add the {kind}, or correct the id.",
        )


def _known_ids(seeds: Seeds) -> _KnownIds:
    ids = {kind: set[str]() for kind in EVIDENCED_FIELDS}
    for document in seeds.documents:
        for kind, record in records(document):
            ids[kind].add(record.id)
    ids["place"] = {place.id for place in seeds.places}
    ids["topic"] = {topic.id for topic in seeds.topics}
    ids["indicator"] = {indicator.id for indicator in seeds.indicators}
    return _KnownIds({kind: frozenset(found) for kind, found in ids.items()}, seeds.unreadable_ids)


def _references(seeds: Seeds) -> Iterator[Finding]:
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
    """What a record refers to: kinds and ids."""
    yield from (("topic", topic.id) for topic in record.topics)
    if isinstance(record, AgreementSeed):
        yield from (("place", party) for party in record.parties)
    elif isinstance(record, DelegationSeed):
        yield "agreement", record.agreement
        yield "place", record.location.place if record.location else None
        yield from (("place", participant.represents) for participant in record.participants)
    else:
        yield from (("indicator", record.indicator), ("place", record.area), ("place", record.counterpart))


def _records(seeds: Seeds) -> Iterator[Finding]:
    """What sources and records say without a passage that supports it."""
    attested = _attested(seeds)
    for document in seeds.documents:
        source = document.seed.source
        yield from _unsupported(document.file, "source", source.id, source, source.evidence)
        yield from _misdated(document, "source", source.id, {"published": source.published}, source.evidence)
        for kind, record in records(document):
            if record.id not in seeds.unreadable_ids:  # else a file that could not be read may attest it
                yield from _record(document, kind, record, [*record.evidence, *attested[kind, record.id]])
    yield from _unprinted(seeds, attested)


def _record(document: Document, kind: str, record: Record, evidence: Collection[EvidenceSeed]) -> Iterator[Finding]:
    named = f"{kind} {record.id}"
    yield from _unsupported(document.file, kind, record.id, record, evidence)
    yield from _misdated(
        document, kind, record.id, {name: getattr(record, name) for name in DATE_FIELDS[kind]}, evidence
    )
    yield from _uncovered(document.file, named, "topics", [topic.id for topic in record.topics], evidence)
    if isinstance(record, AgreementSeed):
        yield from _uncovered(document.file, named, "parties", record.parties, evidence)
    if isinstance(record, ObservationSeed):
        yield from _not_current(document, record)


def _attested(seeds: Seeds) -> Mapping[tuple[str, str], list[EvidenceSeed]]:
    """What documents say of records and places that other files describe."""
    found: dict[tuple[str, str], list[EvidenceSeed]] = defaultdict(list)
    for document in seeds.documents:
        for attest in document.seed.attests:
            found[attest.type, attest.id].extend(attest.evidence)
    return found


def _unsupported(file: str, kind: str, key: str, record: object, evidence: Iterable[EvidenceSeed]) -> Iterator[Finding]:
    """Filled fields without evidence."""
    supported = {item.field for item in evidence}
    for name in EVIDENCED_FIELDS[kind]:
        filled = getattr(record, name) not in (None, [])
        if filled and not {name, "record"} & supported:
            remedy = f"Add evidence with `field: {name}` (or `record`), or leave the field out: no source says so."
            yield Finding(file, f"{kind} {key}", f"`{name}` has no evidence", remedy)


def _uncovered(
    file: str, record: str, name: str, keys: Iterable[str], evidence: Iterable[EvidenceSeed]
) -> Iterator[Finding]:
    """Elements of a field that has evidence of its own, but none for them."""
    said = {item.says for item in evidence if item.field == name}
    whole = any(item.field == "record" for item in evidence)
    for key in keys:
        if key not in said and (name == "topics" or not whole):
            remedy = f"Add evidence with `field: {name}` and `says: {key}`."
            yield Finding(file, record, f"nothing says that {key} is one of the `{name}`", remedy)


def _misdated(
    document: Document,
    kind: str,
    key: str,
    dates: Mapping[str, DateSeed | None],
    evidence: Iterable[EvidenceSeed],
) -> Iterator[Finding]:
    """Dates of which a part is neither printed nor said by any evidence, or that contradict it."""
    published = document.seed.source.published
    for name, date in dates.items():
        if date is not None:
            says = [item.says for item in evidence if item.field in (name, "record") and item.says]
            for fault in date_errors(date, says, published.edtf if published else None):
                remedy = "Correct `edtf`, `printed` or `basis`, or add the evidence that says so."
                yield Finding(document.file, f"{kind} {key}", f"`{name}` {date.edtf}: {fault}", remedy)


def _not_current(document: Document, record: ObservationSeed) -> Iterator[Finding]:
    """ "Currently" is the day of publication."""
    published = document.seed.source.published
    period = record.period
    inferred = record.period_kind is PeriodKind.current and period and period.basis is Basis.inferred
    if inferred and not (period and published and published.edtf == period.edtf):
        remedy = "Use the date of publication, or another `period_kind`."
        reason = "the period is `current` but not the date of publication"
        yield Finding(document.file, f"observation {record.id}", reason, remedy)


def _unprinted(seeds: Seeds, attested: Mapping[tuple[str, str], list[EvidenceSeed]]) -> Iterator[Finding]:
    """Misspellings that no document is quoted for."""
    for place in seeds.places:
        said = {item.says for item in attested["place", place.id] if item.field == "aliases"}
        for alias in place.aliases:
            if alias.kind is AliasKind.misspelling and alias.name not in said and place.id not in seeds.unreadable_ids:
                reason = f"no document prints the misspelling {alias.name}"
                remedy = f"Quote it under `attests` of its document with `field: aliases` and `says: {alias.name}`."
                yield Finding("places.yaml", f"place {place.id}", reason, remedy)
