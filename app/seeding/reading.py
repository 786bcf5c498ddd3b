"""Reads a folder of seed files; what cannot be read is a finding, never an exception."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError

from app.seeding.seed_schema import (
    AgreementSeed,
    AttestSeed,
    DelegationSeed,
    DocumentSeed,
    EvidenceSeed,
    IndicatorSeed,
    ObservationSeed,
    PlaceSeed,
    SourceSeed,
    TopicSeed,
)

Record = AgreementSeed | DelegationSeed | ObservationSeed
"""A record of the register: a seed of one of the kinds `agreement`, `delegation` and `observation`."""
SeedModelT = TypeVar("SeedModelT", bound=BaseModel)
CollectionT = TypeVar("CollectionT", list[object], dict[str, object])


@dataclass(frozen=True)
class Finding:
    """A problem of the seeds: where it is, what is wrong, and what to do."""

    file: str
    """Path relative to the folder of the seeds."""
    record: str
    """The record in the file, as `kind id`, or a line, or `file`."""
    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}: {self.record}: {self.reason}\n    -> {self.remedy}"


@dataclass(frozen=True)
class Document:
    """The seeds of a source document, and their file."""

    file: str
    seed: DocumentSeed


@dataclass
class Seeds:
    """The seeds of a folder that could be read."""

    places: list[PlaceSeed] = field(default_factory=list)
    topics: list[TopicSeed] = field(default_factory=list)
    indicators: list[IndicatorSeed] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    unreadable_ids: set[str] = field(default_factory=set)
    """Ids in data that could not be validated; a reference to one of them is no problem."""
    complete: bool = True
    """Whether every file was valid YAML, so that all ids are known."""

    @property
    def sources(self) -> list[SourceSeed]:
        """The description of each document."""
        return [document.seed.source for document in self.documents]

    @property
    def attests(self) -> Iterator[tuple[str, AttestSeed]]:
        """Evidence of documents for places and records of other files, each with the id of its source."""
        for document in self.documents:
            yield from ((document.seed.source.id, attest) for attest in document.seed.attests)

    @property
    def size(self) -> int:
        """The number of records of all kinds."""
        return sum(1 for document in self.documents for _ in records(document))

    def of_kind(self, kind: str) -> Iterator[tuple[Record, str]]:
        """Iterate over the records of a kind in the order of their ids, each with the id of its source."""
        of_kind = [
            (record, document.seed.source.id)
            for document in self.documents
            for record_kind, record in records(document)
            if record_kind == kind
        ]
        yield from sorted(of_kind, key=lambda pair: pair[0].id)


def records(document: Document) -> Iterator[tuple[str, Record]]:
    """Iterate over the records of a document, each with its kind."""
    yield from (("agreement", record) for record in document.seed.agreements)
    yield from (("delegation", record) for record in document.seed.delegations)
    yield from (("observation", record) for record in document.seed.observations)


def evidence_of(document: Document) -> Iterator[tuple[str, str, EvidenceSeed]]:
    """Iterate over the evidence that a document gives, each with the type and the id of its subject."""
    source = document.seed.source
    yield from (("source", source.id, evidence) for evidence in source.evidence)
    yield from ((kind, record.id, evidence) for kind, record in records(document) for evidence in record.evidence)
    yield from ((attest.type, attest.id, evidence) for attest in document.seed.attests for evidence in attest.evidence)


def seed_files(folder: Path) -> list[Path]:
    """Return the seed files of a folder in the order of their paths."""
    return sorted(path for pattern in ("*.yaml", "sources/*.yaml") for path in folder.glob(pattern))


def seed_digest(folder: Path) -> str:
    """Return the SHA-256 of the names and bytes of all seed files, in hexadecimal."""
    parts = (f"{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes() for path in seed_files(folder))
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def read_seeds(folder: Path) -> tuple[Seeds, list[Finding]]:
    """Read the seeds of a folder; a finding for each part that could not be read."""
    reader = _SeedReader(folder)
    return reader.seeds, reader.findings


class _SeedReader:
    """Reads a folder once, and collects seeds and findings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seeds = Seeds()
        self.findings = list(_ignored_files(folder))
        self.seeds.places = self._read_list("places.yaml", PlaceSeed)
        self.seeds.topics = self._read_list("topics.yaml", TopicSeed)
        self.seeds.indicators = self._read_list("indicators.yaml", IndicatorSeed)
        for path in sorted((folder / "sources").glob("*.yaml")):
            self._read_document(path.relative_to(folder).as_posix())

    def _read_list(self, file: str, model: type[SeedModelT]) -> list[SeedModelT]:
        data = self._load_yaml(file, list) or []
        return [seed for record in data if (seed := self._validated(model, record, file)) is not None]

    def _read_document(self, file: str) -> None:
        data = self._load_yaml(file, dict)
        if data is not None and (seed := self._validated(DocumentSeed, data, file)):
            self.seeds.documents.append(Document(file, seed))

    def _load_yaml(self, file: str, expected: type[CollectionT]) -> CollectionT | None:
        """Return the data of a YAML file; None, with a finding, unless they are of the expected type."""
        try:
            data: object = YAML(typ="safe", pure=True).load((self.folder / file).read_bytes().decode())
        except Exception as error:  # ruamel.yaml lets through what datetime() and the like raise for a bad value
            self.findings.append(_unreadable_finding(file, error))
        else:
            if isinstance(data, expected):
                return data
            self.findings.append(_type_finding(file, data, expected))
        self.seeds.complete = False
        return None

    def _validated(self, model: type[SeedModelT], data: object, file: str) -> SeedModelT | None:
        try:
            return model.model_validate(data)
        except ValidationError as invalid:
            self.findings.extend(_validation_finding(data, file, error) for error in invalid.errors())
            self.seeds.unreadable_ids.update(_ids(data))
            return None


def _ids(data: object) -> Iterator[str]:
    """Iterate over all ids in YAML data, at any depth."""
    if isinstance(data, dict):
        if isinstance(key := data.get("id"), str):
            yield key
        yield from (key for value in data.values() for key in _ids(value))
    elif isinstance(data, list):
        yield from (key for value in data for key in _ids(value))


def _ignored_files(folder: Path) -> Iterator[Finding]:
    """Report YAML files that are at no place where seeds are read."""
    known = {folder / name for name in ("places.yaml", "topics.yaml", "indicators.yaml")}
    candidates: Iterable[Path] = (path for path in sorted(folder.rglob("*")) if path.suffix in (".yaml", ".yml"))
    for path in candidates:
        if path not in known and not (path.parent == folder / "sources" and path.suffix == ".yaml"):
            yield Finding(
                path.relative_to(folder).as_posix(),
                "file",
                "is not read",
                "Documents are sources/<source id>.yaml; besides there are places, topics and indicators.yaml.",
            )


def _unreadable_finding(file: str, error: Exception) -> Finding:
    """Report a file that cannot be read, or is no YAML, with the line where the parser stopped."""
    if isinstance(error, FileNotFoundError):
        return Finding(file, "file", "is not there", f"Write {file}; it may be an empty list: []")
    if isinstance(error, OSError):
        return Finding(file, "file", f"cannot be read: {error.strerror}", "Make it readable.")
    if isinstance(error, UnicodeDecodeError):
        return Finding(file, f"byte {error.start}", "is not UTF-8", "Save the file in UTF-8.")
    if isinstance(error, DuplicateKeyError):
        return Finding(file, _line_of(error), _first_line(error.problem), "Keep one of the two keys.")
    reason = _first_line(getattr(error, "problem", None) or str(error))
    return Finding(file, _line_of(error), f"is not YAML: {reason}", "Mend the YAML there; dates need quotes.")


def _type_finding(file: str, data: object, expected: type[object]) -> Finding:
    wanted = "a list" if expected is list else "a mapping"
    actual = "empty" if data is None else f"a {type(data).__name__}"
    return Finding(file, "file", f"is {actual}, not {wanted}", f"Write {wanted} as the other seeds have.")


def _first_line(text: str | None) -> str:
    return (text or "").strip().split("\n")[0]


def _line_of(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None) if isinstance(error, MarkedYAMLError) else None
    return f"line {mark.line + 1}" if mark else "file"


def _validation_finding(data: object, file: str, error: ErrorDetails) -> Finding:
    reason, remedy = _MESSAGES.get(error["type"], ("{msg}", "Correct the value."))
    context = {
        **error.get("ctx", {}),
        "msg": error["msg"].removeprefix("Value error, "),
        "input": repr(error["input"])[:80],
    }
    field_path = ".".join(str(part) for part in error["loc"]) or "record"
    record = _innermost_record(data, error["loc"], Path(file).stem.rstrip("s"))
    return Finding(file, record, f"{field_path}: {reason.format(**context)}", remedy)


_MESSAGES = {
    "extra_forbidden": ("no such field", "Take it out, or correct its name."),
    "missing": ("is missing", "Add it."),
    "string_type": ("{input} is not text", "Put it between quotes."),
    "enum": ("{input} is not one of the allowed words: {msg}", "Use one of them."),
    "string_pattern_mismatch": ("{input} has not the right form: {msg}", "Write it in that form."),
    "string_too_long": ("is longer than {max_length} characters", "Shorten it."),
    "too_long": ("is longer than {max_length}", "Shorten it; a quote has the few words that carry the fact."),
}


def _innermost_record(data: object, location: tuple[int | str, ...], kind: str) -> str:
    """Return the innermost record with an id on the path to a location, as `agreement daegu--da-nang`."""
    name = "file"
    for part in (None, *location):
        if part is not None:
            data = _child(data, part)
            kind = part.rstrip("s") if isinstance(part, str) else kind
        if isinstance(data, dict) and (key := data.get("id") or data.get("key")):
            name = f"{kind} {key}"
    return name


def _child(data: object, part: int | str) -> object:
    """Return a value of a mapping or a list; None if it is not there."""
    if isinstance(data, dict):
        return data.get(part)
    return data[part] if isinstance(data, list) and isinstance(part, int) and part < len(data) else None
