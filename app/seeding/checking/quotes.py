"""Holds quotes against the texts that they were taken from."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from app.seeding.reading import Document, Finding, evidence_of


def locate(quote: str, text: str) -> list[int]:
    """Every offset, in code points, at which the quote stands in the text."""
    found, at = [], text.find(quote)
    while at >= 0:
        found.append(at)
        at = text.find(quote, at + 1)
    return found


def read_text(path: Path) -> str:
    """A source text as its offsets count it: UTF-8, line ends as they are."""
    return path.read_bytes().decode()


def text_path(document: Document, texts: Path | None) -> Path | None:
    """The text of a document, if it is among the texts."""
    path = texts / document.seed.source.file if texts else None
    return path if path and path.exists() else None


def _missing_offsets(document: Document) -> Iterator[Finding]:
    for record, _, at in _quotes(document):
        if at is None:
            remedy = "Run: python -m app check --texts DIR --fix"
            yield Finding(document.file, record, "the quote has no offset", remedy)


def quote_findings(document: Document, texts: Path | None) -> Iterator[Finding]:
    """What is wrong with the quotes of a document; without its text only offsets that are missing."""
    path = text_path(document, texts)
    if path is None:
        yield from _missing_offsets(document)
        return
    try:
        text = read_text(path)
    except (OSError, UnicodeDecodeError):
        source = document.seed.source
        remedy = f"Save {source.file} in UTF-8, or correct `file`."
        yield Finding(document.file, f"source {source.id}", f"its text {source.file} cannot be read", remedy)
        return
    yield from _text_identity(document, path, text)
    for record, quote, at in _quotes(document):
        if fault := offset_error(quote, at, text):
            yield Finding(document.file, record, *fault)
    for record, name, words in _verbatim(document):
        if words not in text:
            yield Finding(
                document.file,
                record,
                f"`{name}` {words!r} is not in the text",
                "Write it as the text prints it.",
            )


def _quotes(document: Document) -> Iterator[tuple[str, str, int | None]]:
    for kind, key, evidence in evidence_of(document):
        yield f"{kind} {key}, evidence {evidence.key}", evidence.quote, evidence.at


def _text_identity(document: Document, path: Path, text: str) -> Iterator[Finding]:
    source = document.seed.source
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != source.sha256:
        remedy = f"If this is the right text, write sha256: {found} and check every quote."
        yield Finding(
            document.file,
            f"source {source.id}",
            "the text is not the one that was quoted: its sha256 differs",
            remedy,
        )
    if len(text) != source.length:
        yield Finding(
            document.file,
            f"source {source.id}",
            f"the text has {len(text)} code points",
            f"Write length: {len(text)}",
        )


def offset_error(quote: str, at: int | None, text: str) -> tuple[str, str] | None:
    """Reason and remedy if the quote does not stand at its offset, or has none."""
    places = locate(quote, text)
    if at in places:
        return None
    if not places:
        there = f"; at {at} the text has {text[at : at + len(quote)]!r}" if at is not None else ""
        return f"the quote {quote!r} is not in the text{there}", "Copy it from the text, letter by letter."
    has = "no offset" if at is None else f"the offset {at}"
    if len(places) > 1:
        stands = f"{len(places)} places: {', '.join(map(str, places))}"
        return f"the quote {quote!r} has {has}, but stands at {stands}", "Write one of them as `at`."
    remedy = f"Write at: {places[0]}{' (check --fix does it)' if at is None else ''}."
    return f"the quote {quote!r} has {has}, but stands at {places[0]}", remedy


def _verbatim(document: Document) -> Iterator[tuple[str, str, str]]:
    """What must stand in the text as it is: (record, field, words)."""
    seed = document.seed
    yield f"source {seed.source.id}", "title", seed.source.title
    dates = [(f"source {seed.source.id}", "published", seed.source.published)]
    for agreement in seed.agreements:
        name = f"agreement {agreement.id}"
        dates += [
            (name, "signed", agreement.signed),
            (name, "negotiation_started", agreement.negotiation_started),
        ]
        if agreement.kind_label:
            yield name, "kind_label", agreement.kind_label
    for delegation in seed.delegations:
        dates.append((f"delegation {delegation.id}", "date", delegation.date))
        for participant in delegation.participants:
            words = [*([participant.name] if participant.name else []), *participant.titles]
            yield from ((f"delegation {delegation.id}", "participants", word) for word in words)
    for observation in seed.observations:
        dates.append((f"observation {observation.id}", "period", observation.period))
        if observation.printed:
            yield f"observation {observation.id}", "printed", observation.printed
    yield from ((record, f"{name}.printed", date.printed) for record, name, date in dates if date and date.printed)
