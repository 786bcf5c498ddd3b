"""Compiles agreements, delegations and observations to rows, among them each record as JSON."""

import json
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import NamedTuple

from sqlmodel import SQLModel

from app.api.resources import agreements, delegations
from app.api.schemas.observation import render_observation
from app.db import models
from app.enums import SubjectType
from app.seeding.reading import Record
from app.seeding.rendering.context import CompileContext, InvolvementCounts
from app.seeding.rendering.rows import Columns, TableRows, row_of, rows_by_table
from app.seeding.rendering.seed_columns import date_columns
from app.seeding.rendering.subjects import (
    Subject,
    names_of,
    place_link_columns,
    rendition_row,
    topic_labels,
    topics_and_evidence,
)
from app.seeding.seed_schema import AgreementSeed, DelegationSeed, ObservationSeed, ParticipantSeed

BATCH_RECORDS = 100  # few enough that several batches fit into the pipe of `prefetch`


class Batch(NamedTuple):
    """The rows of some records."""

    tables: TableRows
    records: int
    """How many records they are."""
    counts: InvolvementCounts


def compile_batches(context: CompileContext, *kinds: str) -> Iterator[Batch]:
    """Compile all records of these kinds; ValueError if their ids are out of order."""
    records = chain.from_iterable(require_id_order(context.seeds.of_kind(kind)) for kind in kinds)
    while batch := list(islice(records, BATCH_RECORDS)):
        context.counts = InvolvementCounts()
        tables = rows_by_table(row for record, source in batch for row in record_rows(context, record, source))
        yield Batch(tables, len(batch), context.counts)


def require_id_order(records: Iterable[tuple[Record, str]]) -> Iterator[tuple[Record, str]]:
    """Iterate over the records; ValueError if ids do not ascend, for numbers are to have the order of the ids."""
    last = ""
    for record, source in records:
        if record.id <= last:
            raise ValueError(f"{record.id} comes after {last}; records are compiled in the order of their ids")
        last = record.id
        yield record, source


def record_rows(context: CompileContext, record: Record, source: str) -> list[SQLModel]:
    """Compile one record, which this source describes."""
    if isinstance(record, AgreementSeed):
        return _agreement_rows(context, record, source)
    if isinstance(record, DelegationSeed):
        return _delegation_rows(context, record, source)
    return _observation_rows(context, record, source)


def _agreement_rows(context: CompileContext, seed: AgreementSeed, source: str) -> list[SQLModel]:
    row = row_of(
        models.Agreement,
        vars(seed),
        **date_columns("signed", seed.signed),
        **date_columns("negotiation_started", seed.negotiation_started),
        number=next(context.numbers),
    )
    subject = Subject(
        SubjectType.agreement, row.id, row.number, row.signed_start or "", seed.parties, row.signed_end or ""
    )
    common = topics_and_evidence(context, subject, seed, source)
    agreement = agreements.render(
        row, seed.parties, common.topics, context.delegations[seed.id], common.source_ids(), context.references
    )
    parties = [
        row_of(models.AgreementParty, link, position=position)
        for position, link in enumerate(place_link_columns(context, subject))
    ]
    texts = [*names_of(context, seed.parties), seed.kind_label, *topic_labels(context, seed.topics)]
    mentions = context.terms.mentions(agreements.AgreementQuery.noun, row.number, subject.sort_key, texts)
    return [row, *parties, *mentions, *common.rows, rendition_row(row.number, agreement, common.evidence)]


def _delegation_rows(context: CompileContext, seed: DelegationSeed, source: str) -> list[SQLModel]:
    places = list(dict.fromkeys(_involved_places(seed)))
    row = row_of(models.Delegation, vars(seed), **_delegation_columns(seed), number=next(context.numbers))
    subject = Subject(SubjectType.delegation, row.id, row.number, row.date_start or "", places, row.date_end or "")
    common = topics_and_evidence(context, subject, seed, source)
    participants = _rendered_participants(context, seed)
    delegation = delegations.render(row, participants, common.topics, common.source_ids(), context.references)
    links = [row_of(models.DelegationPlace, link) for link in place_link_columns(context, subject)]
    people = [participant.name for participant in seed.participants]
    texts = [seed.title, *people, *names_of(context, places), *topic_labels(context, seed.topics)]
    mentions = context.terms.mentions(delegations.DelegationQuery.noun, row.number, subject.sort_key, texts)
    participant_rows = [
        _participant_row(subject, position, participant, context.terms.number_of(participant.name))
        for position, participant in enumerate(seed.participants)
    ]
    return [
        row,
        *links,
        *mentions,
        *participant_rows,
        *common.rows,
        rendition_row(row.number, delegation, common.evidence),
    ]


def _involved_places(seed: DelegationSeed) -> Iterator[str]:
    yield from (participant.represents for participant in seed.participants)
    if seed.location:
        yield seed.location.place


def _delegation_columns(seed: DelegationSeed) -> Columns:
    return {
        **date_columns("date", seed.date),
        "location_id": seed.location.place if seed.location else None,
        "location_basis": seed.location.basis if seed.location else None,
        "agreement_id": seed.agreement,
    }


def _rendered_participants(context: CompileContext, seed: DelegationSeed) -> list[delegations.Participant]:
    return [
        delegations.Participant(
            **participant.model_dump(include={"side", "name", "titles", "basis"}),
            represents=context.references.places[participant.represents],
        )
        for participant in seed.participants
    ]


def _participant_row(
    delegation: Subject, position: int, participant: ParticipantSeed, term: int | None
) -> models.Participant:
    return row_of(
        models.Participant,
        vars(participant),
        record=delegation.number,
        sort_key=delegation.sort_key,
        position=position,
        place_id=participant.represents,
        term=term,
        titles=json.dumps(participant.titles, ensure_ascii=False),
    )


def _observation_rows(context: CompileContext, seed: ObservationSeed, source: str) -> list[SQLModel]:
    row = row_of(
        models.Observation,
        vars(seed),
        **date_columns("period", seed.period),
        number=next(context.numbers),
        indicator_id=seed.indicator,
        area_id=seed.area,
        counterpart_id=seed.counterpart,
    )
    places = [seed.area, seed.counterpart] if seed.counterpart else [seed.area]
    subject = Subject(SubjectType.observation, row.id, row.number, row.period_start or "", places)
    common = topics_and_evidence(context, subject, seed, source)
    direction = context.directions[seed.indicator]
    observation = render_observation(row, direction, common.topics, common.source_ids(), context.references)
    return [row, *common.rows, rendition_row(row.number, observation, common.evidence)]
