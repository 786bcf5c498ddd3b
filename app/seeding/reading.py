"""Reads a folder of seeds into shapes; what cannot be read is a finding, never an exception."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError

from app.seeding.shapes import (
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
Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True)
class Finding:
    """Something that is wrong with the seeds."""

    file: str
    record: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}: {self.record}: {self.reason}\n    -> {self.remedy}"


@dataclass(frozen=True)
class Document:
    """A source document's seeds and the file that they stand in."""

    file: str
    seed: DocumentSeed


@dataclass
class Seeds:
    """All seeds of a folder, as far as they could be read."""

    places: list[PlaceSeed] = field(default_factory=list)
    topics: list[TopicSeed] = field(default_factory=list)
    indicators: list[IndicatorSeed] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    unreadable_ids: set[str] = field(default_factory=set)
    """The ids in what was found but has no right shape; to refer to them is no fault."""
    complete: bool = True
    """Whether every file could be read as YAML, so that all ids are known."""

    @property
    def sources(self) -> list[SourceSeed]:
        """What identifies each document."""
        return [document.seed.source for document in self.documents]

    @property
    def attests(self) -> Iterator[tuple[str, AttestSeed]]:
        """What documents say of things that other files describe, each with the id of its source."""
        for document in self.documents:
            yield from ((document.seed.source.id, attest) for attest in document.seed.attests)

    @property
    def size(self) -> int:
        """How many records there are of all kinds."""
        return sum(1 for document in self.documents for _ in records(document))

    def of_kind(self, kind: str) -> Iterator[tuple[Record, str]]:
        """The records of a kind in the order of their ids, each with the id of its source."""
        every = [
            (record, document.seed.source.id)
            for document in self.documents
            for found, record in records(document)
            if found == kind
        ]
        yield from sorted(every, key=lambda pair: pair[0].id)


def records(document: Document) -> Iterator[tuple[str, Record]]:
    """The records of a document with their type."""
    yield from (("agreement", record) for record in document.seed.agreements)
    yield from (("delegation", record) for record in document.seed.delegations)
    yield from (("observation", record) for record in document.seed.observations)


def evidence_of(document: Document) -> Iterator[tuple[str, str, EvidenceSeed]]:
    """The evidence that a document gives, with the type and id of what it is about."""
    source = document.seed.source
    yield from (("source", source.id, evidence) for evidence in source.evidence)
    yield from ((kind, record.id, evidence) for kind, record in records(document) for evidence in record.evidence)
    yield from ((attest.type, attest.id, evidence) for attest in document.seed.attests for evidence in attest.evidence)


def seed_files(folder: Path) -> list[Path]:
    """The files that seeds are read from, in a stable order."""
    return sorted(path for pattern in ("*.yaml", "sources/*.yaml") for path in folder.glob(pattern))


def seed_digest(folder: Path) -> str:
    """A hash of the seed files: their names and bytes."""
    parts = (f"{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes() for path in seed_files(folder))
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def read_seeds(folder: Path) -> tuple[Seeds, list[Finding]]:
    """The seeds of a folder, and everything that kept a part of it from being read."""
    reading = _SeedReader(folder)
    return reading.seeds, reading.findings


class _SeedReader:
    """One pass over a folder: what could be read, and findings for what could not."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seeds = Seeds()
        self.findings = list(_ignored_files(folder))
        self.seeds.places = self._records("places.yaml", PlaceSeed)
        self.seeds.topics = self._records("topics.yaml", TopicSeed)
        self.seeds.indicators = self._records("indicators.yaml", IndicatorSeed)
        for path in sorted((folder / "sources").glob("*.yaml")):
            self._document(path.relative_to(folder).as_posix())

    def _records(self, file: str, shape: type[Shape]) -> list[Shape]:
        data = self._data(file, list) or []
        return [found for record in data if (found := self._shaped(shape, record, file)) is not None]

    def _document(self, file: str) -> None:
        data = self._data(file, dict)
        if data is not None and (document := self._shaped(DocumentSeed, data, file)):
            self.seeds.documents.append(Document(file, document))

    def _data(self, file: str, kind: type[Any]) -> Any:
        """The data in a YAML file, or None and a finding."""
        try:
            data = YAML(typ="safe", pure=True).load((self.folder / file).read_bytes().decode())
        except Exception as error:  # YAML's own constructors raise whatever a bad value makes them raise
            self.findings.append(_unreadable_finding(file, error))
        else:
            if isinstance(data, kind):
                return data
            self.findings.append(_type_finding(file, data, kind))
        self.seeds.complete = False
        return None

    def _shaped(self, shape: type[Shape], data: Any, file: str) -> Shape | None:
        try:
            return shape.model_validate(data)
        except ValidationError as invalid:
            self.findings.extend(_shape_finding(data, file, error) for error in invalid.errors())
            self.seeds.unreadable_ids.update(_ids(data))
            return None


def _ids(data: Any) -> Iterator[str]:
    """Every id in data of whatever shape."""
    if isinstance(data, dict):
        if isinstance(key := data.get("id"), str):
            yield key
        yield from (found for value in data.values() for found in _ids(value))
    elif isinstance(data, list):
        yield from (found for value in data for found in _ids(value))


def _ignored_files(folder: Path) -> Iterator[Finding]:
    """Files that look like seeds and would be ignored without a word."""
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
    """Why a file is not read as YAML, and where it says so."""
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


def _type_finding(file: str, data: object, kind: type[Any]) -> Finding:
    what = "a list" if kind is list else "a mapping"
    found = "empty" if data is None else f"a {type(data).__name__}"
    return Finding(file, "file", f"is {found}, not {what}", f"Write {what} as the other seeds have.")


def _first_line(text: str | None) -> str:
    return (text or "").strip().split("\n")[0]


def _line_of(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None) if isinstance(error, MarkedYAMLError) else None
    return f"line {mark.line + 1}" if mark else "file"


def _shape_finding(data: Any, file: str, error: ErrorDetails) -> Finding:
    reason, remedy = _MESSAGES.get(error["type"], ("{msg}", "Correct the value."))
    context = {
        **error.get("ctx", {}),
        "msg": error["msg"].removeprefix("Value error, "),
        "input": repr(error["input"])[:80],
    }
    where = ".".join(str(part) for part in error["loc"]) or "record"
    record = _record(data, error["loc"], Path(file).stem.rstrip("s"))
    return Finding(file, record, f"{where}: {reason.format(**context)}", remedy)


_MESSAGES = {
    "extra_forbidden": ("no such field", "Take it out, or correct its name."),
    "missing": ("is missing", "Add it."),
    "string_type": ("{input} is not text", "Put it between quotes."),
    "enum": ("{input} is not one of the allowed words: {msg}", "Use one of them."),
    "string_pattern_mismatch": ("{input} has not the right form: {msg}", "Write it in that form."),
    "string_too_long": ("is longer than {max_length} characters", "Shorten it."),
    "too_long": ("is longer than {max_length}", "Shorten it; a quote has the few words that carry the fact."),
}


def _record(data: Any, location: tuple[int | str, ...], kind: str) -> str:
    """The innermost record on the way to a location, as `agreement daegu--da-nang`."""
    found = "file"
    for part in (None, *location):
        if part is not None:
            try:
                data = data[part]
            except (KeyError, IndexError, TypeError):
                break
            kind = part.rstrip("s") if isinstance(part, str) else kind
        if isinstance(data, dict) and (key := data.get("id") or data.get("key")):
            found = f"{kind} {key}"
    return found
