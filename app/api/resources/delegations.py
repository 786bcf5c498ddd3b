"""Delegations: visits and meetings of representatives of places."""

from collections.abc import Iterable, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, Field
from sqlalchemy import BindParameter, and_
from starlette.responses import Response

from app.api.request_context import RequestContextDep
from app.api.routes import RecordId, item_route, list_route, resource_router
from app.api.schemas.evidence import Evidenced
from app.api.schemas.page import Page
from app.api.schemas.shared import NULL_MEANS_UNSAID, EdtfDate, Place, ReferenceCatalog, TopicUse, date_of
from app.db import models
from app.enums import Basis, DayPart, DelegationKind, DelegationStatus, Side, TopicRole
from app.query.conditions import JoinFilter
from app.query.filters import Filter, SearchText, equals, repeatable, single
from app.query.shared_filters import AGREEMENT, ByDate, ByPartner, BySource, ByTopic, FilterColumns, WithEvidence
from app.query.sql_elements import InSubquery
from app.query.text_search import TEXT_SEARCH, bind_words, in_terms, terms_containing


def has_participant(_: object, word_parameters: list[BindParameter[str]]) -> JoinFilter:
    """Match the delegations of which one participant has each of the words in the name."""
    person = models.Participant
    terms_by_word = list(terms_containing(word_parameters))
    condition = and_(*(InSubquery(person.term, terms) for terms in terms_by_word))
    of_one_delegation = and_(*(in_terms(person.term, terms) for terms in terms_by_word))
    return JoinFilter(
        models.Delegation.number, person.record, condition, person.sort_key, exists_condition=of_one_delegation
    )


PARTICIPANT = Filter(has_participant, "{list}, participant: {values}", bind_words, indexed=True)


class DelegationQuery(WithEvidence, BySource, ByTopic, ByDate, ByPartner):
    """Query of the list of delegations."""

    noun = "delegation"
    record = models.Delegation
    sort_columns: ClassVar[Mapping[str, object]] = {"date": models.Delegation.date_start, "id": models.Delegation.id}
    columns = FilterColumns(
        key=models.Delegation.number,
        places=models.DelegationPlace,
        dates=(models.Delegation.date_start, models.Delegation.date_end),
        subject="delegation_id",
    )

    kind: Annotated[list[DelegationKind], equals(models.Delegation.kind, "{list}, kind: {values}")] = repeatable(
        "Visit or meeting."
    )
    status: Annotated[list[DelegationStatus], equals(models.Delegation.status, "{list}, status: {values}")] = (
        repeatable("Status of the delegation.")
    )
    basis: Annotated[list[Basis], equals(models.Delegation.date_basis, "{list}, date: {values}")] = repeatable(
        "Basis of the date."
    )
    participant: Annotated[SearchText | None, PARTICIPANT] = single(
        "Part of a person's name; case, accents and spaces do not matter.", examples=["lee seung"]
    )
    agreement: Annotated[
        list[str], equals(models.Delegation.agreement_id, "{list}, agreement: {values}"), AGREEMENT
    ] = repeatable("Agreement id: the delegation belongs to it.")
    q: Annotated[SearchText | None, TEXT_SEARCH] = single(
        "Words in the title, people, places or topics; each must occur."
    )
    sort: Literal["-date", "date", "id"] = single("Order; `-` is newest first. Undated ones last, ties by id.", "-date")


class DelegationLocation(BaseModel):
    """Where a delegation met."""

    place: Place = Field(description="The place.")
    basis: Basis = Field(description="Whether a source states it or a curator inferred it.")


class Participant(BaseModel):
    """Who took part: a named person, or somebody unnamed of a place."""

    side: Side = Field(description="Host or guest.")
    represents: Place = Field(description="The place that is represented.")
    name: str | None = Field(description=f"Name as printed. {NULL_MEANS_UNSAID}")
    titles: list[str] = Field(description="Offices as printed.")
    basis: Basis = Field(description="Whether a source states it or a curator inferred it.")


class Delegation(Evidenced):
    """A visit or a meeting between representatives of places."""

    id: str = Field(description="Stable key.")
    kind: DelegationKind = Field(description="Visit or meeting.")
    status: DelegationStatus = Field(description="Planned, held or cancelled, as far as the sources say.")
    title: str = Field(description="English title, made by the curator.")
    purpose: str | None = Field(description=f"What it was for. {NULL_MEANS_UNSAID}")
    date: EdtfDate | None = Field(description=f"When it took or takes place. {NULL_MEANS_UNSAID}")
    day_part: DayPart | None = Field(description=f"Part of the day. {NULL_MEANS_UNSAID}")
    location: DelegationLocation | None = Field(description=f"Where it took or takes place. {NULL_MEANS_UNSAID}")
    participants: list[Participant] = Field(description="Who took part, in the order of the source.")
    agreement: str | None = Field(description="Id of the agreement that it belongs to. Null: none.")
    topics: list[TopicUse] = Field(description="What was spoken about.")
    sources: list[str] = Field(description="Ids of the sources that support it.")


class DelegationPage(Page[Delegation]):
    """One page of delegations."""


def render(
    row: models.Delegation,
    participants: Iterable[Participant],
    topics: Iterable[tuple[str, TopicRole]],
    sources: Iterable[str],
    catalogue: ReferenceCatalog,
) -> Delegation:
    """Return a delegation as the API sends it, without its evidence; `sources` are ids, topics have roles."""
    place = row.location_id and catalogue.places[row.location_id]
    return Delegation(
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


router = resource_router("delegations")


@list_route(router, "/delegations", DelegationQuery, DelegationPage, example="city=daegu&limit=1")
async def list_delegations(context: RequestContextDep) -> Response:
    """Visits and meetings, the newest first."""
    return await context.list_response(DelegationQuery)


@item_route(router, "/delegations/{id}", Delegation, example="daegu-to-bac-ninh-02-22")
async def get_delegation(id: RecordId, context: RequestContextDep) -> Response:
    """One visit or meeting and the passages that support it."""
    return await context.item_response(DelegationQuery, id)
