"""Compares quotes with the texts that they were taken from."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from app.seeding.reading import Document, Finding, evidence_of


def locate(quote: str, text: str) -> list[int]:
    """Return the offsets, in code points, of all occurrences of the quote in the text; they may overlap."""
    offsets, offset = [], text.find(quote)
    while offset >= 0:
        offsets.append(offset)
        offset = text.find(quote, offset + 1)
    return offsets


def read_text(path: Path) -> str:
    """Read a source text as its offsets count it: UTF-8, with its own line ends."""
    return path.read_bytes().decode()


def text_path(document: Document, texts: Path | None) -> Path | None:
    """Return the file with the text of a document, or None if it is not in the folder of the texts."""
    path = texts / document.seed.source.file if texts else None
    return path if path and path.exists() else None


def quote_findings(document: Document, texts: Path | None) -> Iterator[Finding]:
    """Check the quotes of a document; without its text, report only missing offsets."""
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
    yield from _text_identity_findings(document, path, text)
    for record, quote, at in _quotes(document):
        if error := offset_error(quote, at, text):
            yield Finding(document.file, record, *error)
    for record, name, value in _verbatim_values(document):
        if value not in text:
            reason, remedy = f"`{name}` {value!r} is not in the text", "Write it as the text prints it."
            yield Finding(document.file, record, reason, remedy)


def _missing_offsets(document: Document) -> Iterator[Finding]:
    for record, _, at in _quotes(document):
        if at is None:
            remedy = "Run: python -m app check --texts DIR --fix"
            yield Finding(document.file, record, "the quote has no offset", remedy)


def _quotes(document: Document) -> Iterator[tuple[str, str, int | None]]:
    """Iterate over the quotes of a document: name of the evidence, quote and offset."""
    for kind, key, evidence in evidence_of(document):
        yield f"{kind} {key}, evidence {evidence.key}", evidence.quote, evidence.at


def _text_identity_findings(document: Document, path: Path, text: str) -> Iterator[Finding]:
    """Report a text that is not the one that the seed describes."""
    source = document.seed.source
    record = f"source {source.id}"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != source.sha256:
        reason = "the text is not the one that was quoted: its sha256 differs"
        remedy = f"If this is the right text, write sha256: {digest} and check every quote."
        yield Finding(document.file, record, reason, remedy)
    if len(text) != source.length:
        yield Finding(document.file, record, f"the text has {len(text)} code points", f"Write length: {len(text)}")


def offset_error(quote: str, at: int | None, text: str) -> tuple[str, str] | None:
    """Return reason and remedy if the quote has no offset or does not stand there."""
    offsets = locate(quote, text)
    if at in offsets:
        return None
    if not offsets:
        there = f"; at {at} the text has {text[at : at + len(quote)]!r}" if at is not None else ""
        return f"the quote {quote!r} is not in the text{there}", "Copy it from the text, letter by letter."
    has = "no offset" if at is None else f"the offset {at}"
    if len(offsets) > 1:
        stands = f"{len(offsets)} places: {', '.join(map(str, offsets))}"
        return f"the quote {quote!r} has {has}, but stands at {stands}", "Write one of them as `at`."
    remedy = f"Write at: {offsets[0]}{' (check --fix does it)' if at is None else ''}."
    return f"the quote {quote!r} has {has}, but stands at {offsets[0]}", remedy


def _verbatim_values(document: Document) -> Iterator[tuple[str, str, str]]:
    """Iterate over the values that must stand in the text as they are: record, field and value."""
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
            values = [*([participant.name] if participant.name else []), *participant.titles]
            yield from ((f"delegation {delegation.id}", "participants", value) for value in values)
    for observation in seed.observations:
        dates.append((f"observation {observation.id}", "period", observation.period))
        if observation.printed:
            yield f"observation {observation.id}", "printed", observation.printed
    yield from ((record, f"{name}.printed", date.printed) for record, name, date in dates if date and date.printed)
