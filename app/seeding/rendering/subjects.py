"""Subjects of topics and evidence, and the rows that every subject has."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from sqlmodel import SQLModel

from app.api.schemas.evidence import record_evidence
from app.db import models
from app.enums import SubjectType, TopicRole
from app.seeding.reading import Record
from app.seeding.rendering.context import CompileContext, SourcedEvidence
from app.seeding.rendering.rows import Columns, row_of
from app.seeding.seed_schema import TopicUseSeed


class Subject(NamedTuple):
    """A record, place or source: its number, the key that lists sort it by, and the places that it involves."""

    type: SubjectType
    id: str
    number: int
    sort_key: str
    places: Sequence[str] = ()
    sort_end: str = ""
    """The last day that its date can be."""

    def owner_columns(self) -> Columns:
        """Return the columns by which a topic or a piece of evidence refers to the subject."""
        return {models.SUBJECT_COLUMNS[self.type]: self.id, "subject": self.number, "sort_key": self.sort_key}


class RenderedEvidence(NamedTuple):
    """A piece of evidence in the JSON that its record carries."""

    source: str
    json: str


class TopicsAndEvidence(NamedTuple):
    """The topics and the evidence of a record: as rows, and as the record is rendered with them."""

    rows: list[SQLModel]
    topics: list[tuple[str, TopicRole]]
    evidence: list[RenderedEvidence]

    def source_ids(self) -> set[str]:
        """Return the ids of the sources that support the record."""
        return {evidence.source for evidence in self.evidence}


class RenderedRecord(Protocol):
    """A record of the API as a pydantic model."""

    id: str

    def model_dump_json(self, *, exclude: set[str]) -> str:
        """Return the record as JSON without some fields."""


def topics_and_evidence(context: CompileContext, subject: Subject, seed: Record, source: str) -> TopicsAndEvidence:
    """Compile the topics and the evidence of a record, and count the places that it involves."""
    for place in subject.places:
        context.counts.records[subject.type, place] += 1
    topics = [(use.id, use.role) for use in seed.topics]
    topic_rows: list[SQLModel] = [
        row_of(models.TopicUse, subject.owner_columns(), number=next(context.numbers), topic_id=topic, role=role)
        for topic, role in topics
    ]
    own: SourcedEvidence = [(source, evidence) for evidence in seed.evidence]
    rows, rendered = evidence_rows(context, subject, [*own, *context.attested.get((subject.type, seed.id), ())])
    return TopicsAndEvidence([*topic_rows, *rows], topics, rendered)


def evidence_rows(
    context: CompileContext, subject: Subject, evidence: SourcedEvidence
) -> tuple[list[SQLModel], list[RenderedEvidence]]:
    """Compile the evidence of a subject to rows and to the JSON that the subject carries."""
    rows: list[SQLModel] = []
    rendered: list[RenderedEvidence] = []
    owner_columns = subject.owner_columns()
    for source, seed in evidence:
        start = seed.at or 0  # `check` refuses a quote without an offset
        row = row_of(
            models.Evidence,
            vars(seed),
            **owner_columns,
            number=next(context.numbers),
            id=f"{source}-{seed.key}",
            source_id=source,
            quote_start=start,
            quote_end=start + len(seed.quote),
        )
        context.counts.evidence[source] += 1
        rows.append(row)
        rendered.append(RenderedEvidence(source, record_evidence(row, context.source_urls[source]).model_dump_json()))
    return rows, rendered


def place_link_columns(context: CompileContext, subject: Subject) -> list[Columns]:
    """Return, for each place that a record involves, the columns of the row that links both."""
    return [
        {
            "record": subject.number,
            "sort_key": subject.sort_key,
            "sort_end": subject.sort_end,
            "place_id": place,
            "country_code": context.countries[place],
            "repeated": _is_repeated(context, place, subject.places),
        }
        for place in subject.places
    ]


def _is_repeated(context: CompileContext, place: str, places: Iterable[str]) -> bool:
    """Tell whether the record involves another place of the same country with a lesser id."""
    return any(other < place and context.countries[other] == context.countries[place] for other in places)


def rendition_row(number: int, record: RenderedRecord, evidence: Sequence[RenderedEvidence] | None) -> models.Rendition:
    """Return the row with the JSON of a record and, apart from it, of its evidence."""
    evidence_json = None if evidence is None else f"[{','.join([item.json for item in evidence])}]"
    body = record.model_dump_json(exclude={"evidence"})
    return row_of(models.Rendition, number=number, id=record.id, body=body, evidence=evidence_json)


def names_of(context: CompileContext, places: Iterable[str]) -> Iterator[str]:
    """Iterate over all names of some places."""
    return (name for place in places for _, name in context.names[place])


def topic_labels(context: CompileContext, topics: Iterable[TopicUseSeed]) -> Iterator[str]:
    """Iterate over the labels of the topics of a record."""
    return (context.references.topics[topic.id] for topic in topics)
