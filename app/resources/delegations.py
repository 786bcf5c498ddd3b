"""Delegations: visits and meetings of representatives of places."""

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, Field
from sqlalchemy import and_
from starlette.responses import Response

from app import models
from app.answers import ReaderDep
from app.enums import Basis, DayPart, DelegationKind, DelegationStatus, Side, TopicRole
from app.evidence import Evidenced
from app.filters import AGREEMENT, ByDate, ByPartner, BySource, ByTopic, Columns, WithEvidence
from app.kit.declaring import Where, Words, equals, many, one
from app.kit.linked import Among, Linked
from app.kit.routes import Page, RecordId, item_route, list_route, noun_router
from app.kit.trusted import trusted
from app.refs import UNSAID, Catalogue, EdtfDate, Place, TopicUse, date_of
from app.words import WORDS, found_once, sent_words, terms_with


def has_participant(_: Any, sent: list[Any]) -> Linked:
    """One person who took part has each of these words in the name."""
    person = models.Participant
    words = list(terms_with(sent))
    in_name = and_(*(Among(person.term, terms) for terms in words))
    in_its_names = and_(*(found_once(person.term, terms) for terms in words))
    return Linked(models.Delegation.number, person.record, in_name, person.sort_key, probe=in_its_names)


PARTICIPANT = Where(has_participant, "{list}, participant: {values}", sent_words, leads=True)


class DelegationQuery(WithEvidence, BySource, ByTopic, ByDate, ByPartner):
    """What delegations can be asked."""

    noun: ClassVar[str] = "delegation"
    record: ClassVar[Any] = models.Delegation
    orders: ClassVar[dict[str, Any]] = {"date": models.Delegation.date_start, "id": models.Delegation.id}
    columns: ClassVar[Columns] = Columns(
        key=models.Delegation.number,
        places=models.DelegationPlace,
        dates=(models.Delegation.date_start, models.Delegation.date_end),
        subject="delegation_id",
    )

    kind: Annotated[list[DelegationKind], equals(models.Delegation.kind, "{list}, kind: {values}")] = many(
        "Visit or meeting."
    )
    status: Annotated[list[DelegationStatus], equals(models.Delegation.status, "{list}, status: {values}")] = many(
        "Status of the delegation."
    )
    basis: Annotated[list[Basis], equals(models.Delegation.date_basis, "{list}, date: {values}")] = many(
        "Basis of the date."
    )
    participant: Annotated[Words | None, PARTICIPANT] = one(
        "Part of a person's name; case, accents and spaces do not matter.", examples=["lee seung"]
    )
    agreement: Annotated[
        list[str], equals(models.Delegation.agreement_id, "{list}, agreement: {values}"), AGREEMENT
    ] = many("Agreement id: the delegation belongs to it.")
    q: Annotated[Words | None, WORDS] = one("Words in the title, people, places or topics; each must occur.")
    sort: Literal["-date", "date", "id"] = one("Order; `-` is newest first. Undated ones last, ties by id.", "-date")


class DelegationLocation(BaseModel):
    """Where a delegation met."""

    place: Place = Field(description="The place.")
    basis: Basis = Field(description="Whether a source states it or a curator inferred it.")


class Participant(BaseModel):
    """Who took part: a named person, or somebody unnamed of a place."""

    side: Side = Field(description="Host or guest.")
    represents: Place = Field(description="The place that is represented.")
    name: str | None = Field(description=f"Name as printed. {UNSAID}")
    titles: list[str] = Field(description="Offices as printed.")
    basis: Basis = Field(description="Whether a source states it or a curator inferred it.")


class Delegation(Evidenced):
    """A visit or a meeting between representatives of places."""

    id: str = Field(description="Stable key.")
    kind: DelegationKind = Field(description="Visit or meeting.")
    status: DelegationStatus = Field(description="Planned, held or cancelled, as far as the sources say.")
    title: str = Field(description="English title, made by the curator.")
    purpose: str | None = Field(description=f"What it was for. {UNSAID}")
    date: EdtfDate | None = Field(description=f"When it took or takes place. {UNSAID}")
    day_part: DayPart | None = Field(description=f"Part of the day. {UNSAID}")
    location: DelegationLocation | None = Field(description=f"Where it took or takes place. {UNSAID}")
    participants: list[Participant] = Field(description="Who took part, in the order of the source.")
    agreement: str | None = Field(description="Id of the agreement that it belongs to. Null: none.")
    topics: list[TopicUse] = Field(description="What was spoken about.")
    sources: list[str] = Field(description="Ids of the sources that support it.")


_made_delegation = trusted(Delegation)


class DelegationPage(Page[Delegation]):
    """One page of delegations."""


def render(
    row: models.Delegation,
    participants: Iterable[Participant],
    topics: Iterable[tuple[str, TopicRole]],
    sources: Iterable[str],
    catalogue: Catalogue,
) -> Delegation:
    """A delegation as the API sends it, without its evidence."""
    place = row.location_id and catalogue.places[row.location_id]
    return _made_delegation(
        id=row.id,
        kind=row.kind,
        status=row.status,
        title=row.title,
        purpose=row.purpose,
        date=date_of(row, "date"),
        day_part=row.day_part,
        location=DelegationLocation(place=place, basis=row.location_basis) if place and row.location_basis else None,
        participants=list(participants),
        agreement=row.agreement_id,
        topics=catalogue.topic_uses(topics),
        sources=sorted(sources),
    )


router = noun_router("delegations")


@list_route(router, "/delegations", DelegationQuery, DelegationPage, example="city=daegu&limit=1")
async def list_delegations(reader: ReaderDep) -> Response:
    """Visits and meetings, the newest first."""
    return await reader.page(DelegationQuery)


@item_route(router, "/delegations/{id}", Delegation, example="daegu-to-bac-ninh-02-22")
async def get_delegation(id: RecordId, reader: ReaderDep) -> Response:
    """One visit or meeting and the passages that support it."""
    return await reader.item(DelegationQuery, id)
