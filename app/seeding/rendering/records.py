"""Compiles records, one at a time: agreements, delegations and observations."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple

from sqlmodel import SQLModel

from app.api.resources import agreements, delegations
from app.api.schemas.observation import render_observation
from app.db import models
from app.enums import SubjectType
from app.seeding.reading import Record
from app.seeding.rendering.row_compiler import InvolvementCounts, Passage, RowCompiler, Subject
from app.seeding.rendering.rows import TableRows, row_of, rows_by_table
from app.seeding.rendering.seed_columns import date_columns
from app.seeding.shapes import AgreementSeed, DelegationSeed, ObservationSeed, ParticipantSeed

BATCH_RECORDS = 100  # records, of which a few fit into the room that is there for what is made ahead


class Batch(NamedTuple):
    """Some records as they are written."""

    tables: TableRows
    records: int
    tally: InvolvementCounts


class RecordCompiler(RowCompiler):
    """Turns the seeds of records into rows, each record rendered as the API sends it among them."""

    def parts(self, *kinds: str) -> Iterator[Batch]:
        """All records of these kinds, in parts."""
        records = chain.from_iterable(in_order(self.seeds.of_kind(kind)) for kind in kinds)
        while some := list(islice(records, BATCH_RECORDS)):
            self.tally = InvolvementCounts()
            rows = rows_by_table(row for record, source in some for row in self.record(record, source))
            yield Batch(rows, len(some), self.tally)

    def record(self, record: Record, source: str) -> list[SQLModel]:
        """The rows of an agreement, a delegation or an observation that this source describes."""
        if isinstance(record, AgreementSeed):
            return self._agreement(record, source)
        if isinstance(record, DelegationSeed):
            return self._delegation(record, source)
        return self._observation(record, source)

    def _agreement(self, seed: AgreementSeed, source: str) -> list[SQLModel]:
        row = row_of(
            models.Agreement,
            vars(seed),
            **date_columns("signed", seed.signed),
            **date_columns("negotiation_started", seed.negotiation_started),
            number=next(self.numbers),
        )
        about = Subject(
            SubjectType.agreement, row.id, row.number, row.signed_start or "", seed.parties, row.signed_end or ""
        )
        rows, uses, quoted = self._common(about, seed, source)
        found = agreements.render(
            row, seed.parties, uses, self.delegations[seed.id], _source_ids(quoted), self.catalogue
        )
        parties = [
            row_of(models.AgreementParty, place, position=position)
            for position, place in enumerate(self._places_of(about))
        ]
        texts = [*self._all_names(seed.parties), seed.kind_label, *self._labels(seed.topics)]
        return [
            row,
            *parties,
            *self.terms.mentions(agreements.AgreementQuery.noun, row.number, about.sort_key, texts),
            *rows,
            rendition_row(row.number, found, quoted),
        ]

    def _delegation(self, seed: DelegationSeed, source: str) -> list[SQLModel]:
        places = dict.fromkeys(participant.represents for participant in seed.participants)
        if seed.location:
            places[seed.location.place] = None
        row = row_of(
            models.Delegation,
            vars(seed),
            **date_columns("date", seed.date),
            number=next(self.numbers),
            location_id=seed.location.place if seed.location else None,
            location_basis=seed.location.basis if seed.location else None,
            agreement_id=seed.agreement,
        )
        about = Subject(
            SubjectType.delegation, row.id, row.number, row.date_start or "", list(places), row.date_end or ""
        )
        rows, uses, quoted = self._common(about, seed, source)
        present = [
            delegations.Participant(
                **who.model_dump(include={"side", "name", "titles", "basis"}),
                represents=self.catalogue.places[who.represents],
            )
            for who in seed.participants
        ]
        found = delegations.render(row, present, uses, _source_ids(quoted), self.catalogue)
        involved = [row_of(models.DelegationPlace, place) for place in self._places_of(about)]
        people = [who.name for who in seed.participants]
        texts = [seed.title, *people, *self._all_names(places), *self._labels(seed.topics)]
        mentions = self.terms.mentions(delegations.DelegationQuery.noun, row.number, about.sort_key, texts)
        took_part = [
            _participant(about, position, who, self.terms.number_of(who.name))
            for position, who in enumerate(seed.participants)
        ]
        return [row, *involved, *mentions, *took_part, *rows, rendition_row(row.number, found, quoted)]

    def _observation(self, seed: ObservationSeed, source: str) -> list[SQLModel]:
        row = row_of(
            models.Observation,
            vars(seed),
            **date_columns("period", seed.period),
            number=next(self.numbers),
            indicator_id=seed.indicator,
            area_id=seed.area,
            counterpart_id=seed.counterpart,
        )
        places = [seed.area, seed.counterpart] if seed.counterpart else [seed.area]
        about = Subject(SubjectType.observation, row.id, row.number, row.period_start or "", places)
        rows, uses, quoted = self._common(about, seed, source)
        found = render_observation(row, self.direction[seed.indicator], uses, _source_ids(quoted), self.catalogue)
        return [row, *rows, rendition_row(row.number, found, quoted)]


def _participant(visit: Subject, position: int, who: ParticipantSeed, term: int | None) -> models.Participant:
    """Who took part in this delegation."""
    return row_of(
        models.Participant,
        vars(who),
        record=visit.number,
        sort_key=visit.sort_key,
        position=position,
        place_id=who.represents,
        term=term,
        titles=json.dumps(who.titles, ensure_ascii=False),
    )


def _source_ids(passages: Iterable[Passage]) -> set[str]:
    return {passage.source for passage in passages}


def rendition_row(number: int, shape: Any, passages: Sequence[Passage] | None) -> models.Rendition:
    """A record as it is sent, and its evidence beside it."""
    evidence = None if passages is None else f"[{','.join([passage.body for passage in passages])}]"
    body = shape.model_dump_json(exclude={"evidence"})
    return row_of(models.Rendition, number=number, id=shape.id, body=body, evidence=evidence)


def in_order(records: Iterable[tuple[Record, str]]) -> Iterator[tuple[Record, str]]:
    """The records; ValueError if one does not follow the one before by its id, for so they are numbered."""
    last = ""
    for record, source in records:
        if record.id <= last:
            raise ValueError(f"{record.id} comes after {last}; records are compiled in the order of their ids")
        last = record.id
        yield record, source
