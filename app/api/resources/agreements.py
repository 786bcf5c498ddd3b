"""Agreements: ties between two or more places."""

from collections.abc import Iterable, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field
from starlette.responses import Response

from app.api.request_context import RequestContextDep
from app.api.routes import RecordId, item_route, list_route, resource_router
from app.api.schemas.evidence import Evidenced
from app.api.schemas.page import Page
from app.api.schemas.shared import NULL_MEANS_UNSAID, EdtfDate, Place, ReferenceCatalog, TopicUse, date_of
from app.db import models
from app.enums import AgreementKind, AgreementStatus, Basis, TopicRole
from app.query.filters import SearchText, equals, repeatable, single
from app.query.shared_filters import ByDate, ByPartner, BySource, ByTopic, FilterColumns, WithEvidence
from app.query.text_search import TEXT_SEARCH


class AgreementQuery(WithEvidence, BySource, ByTopic, ByDate, ByPartner):
    """Query of the list of agreements."""

    noun = "agreement"
    record = models.Agreement
    sort_columns: ClassVar[Mapping[str, object]] = {"signed": models.Agreement.signed_start, "id": models.Agreement.id}
    columns = FilterColumns(
        key=models.Agreement.number,
        places=models.AgreementParty,
        dates=(models.Agreement.signed_start, models.Agreement.signed_end),
        subject="agreement_id",
        captions={"since": "{list}, signed since {values}", "until": "{list}, signed until {values}"},
    )

    kind: Annotated[list[AgreementKind], equals(models.Agreement.kind, "{list}, kind: {values}")] = repeatable(
        "Kind of agreement."
    )
    status: Annotated[list[AgreementStatus], equals(models.Agreement.status, "{list}, status: {values}")] = repeatable(
        "Status of the agreement."
    )
    basis: Annotated[list[Basis], equals(models.Agreement.signed_basis, "{list}, date: {values}")] = repeatable(
        "Basis of the date of signing."
    )
    q: Annotated[SearchText | None, TEXT_SEARCH] = single(
        "Words in the parties' names, the kind as printed or the topics; each must occur."
    )
    sort: Literal["-signed", "signed", "id"] = single(
        "Order; `-` is newest first. Undated ones last, ties by id.", "-signed"
    )


class Agreement(Evidenced):
    """A friendship or sister-city agreement, or an attested relation, between two or more places."""

    id: str = Field(description="Stable key.")
    kind: AgreementKind = Field(description="Kind of tie.")
    kind_label: str | None = Field(description=f"The kind as printed. {NULL_MEANS_UNSAID}")
    status: AgreementStatus = Field(description="How far it has come, as far as the sources say.")
    status_note: str | None = Field(description="Why this status, where the sources contradict themselves.")
    parties: list[Place] = Field(description="The places that it ties.")
    signed: EdtfDate | None = Field(description=f"When it was or is to be signed. {NULL_MEANS_UNSAID}")
    negotiation_started: EdtfDate | None = Field(description=f"When the negotiation began. {NULL_MEANS_UNSAID}")
    aim: str | None = Field(description=f"What it is for. {NULL_MEANS_UNSAID}")
    topics: list[TopicUse] = Field(description="Fields of cooperation that the sources name.")
    delegations: list[str] = Field(description="Ids of the delegations that belong to it.")
    sources: list[str] = Field(description="Ids of the sources that support it.")


class AgreementPage(Page[Agreement]):
    """One page of agreements."""


def render(
    row: models.Agreement,
    parties: Iterable[str],
    topics: Iterable[tuple[str, TopicRole]],
    delegations: Iterable[str],
    sources: Iterable[str],
    catalogue: ReferenceCatalog,
) -> Agreement:
    """Return an agreement as the API sends it, without its evidence; topics have roles, all others are ids."""
    return Agreement(
        id=row.id,
        kind=row.kind,
        kind_label=row.kind_label,
        status=row.status,
        status_note=row.status_note,
        parties=[catalogue.places[party] for party in parties],
        signed=date_of(row, "signed"),
        negotiation_started=date_of(row, "negotiation_started"),
        aim=row.aim,
        topics=catalogue.topic_uses(topics),
        delegations=sorted(delegations),
        sources=sorted(sources),
    )


router = resource_router("agreements")


@list_route(router, "/agreements", AgreementQuery, AgreementPage, example="country=VN&limit=1")
async def list_agreements(context: RequestContextDep) -> Response:
    """Agreements between places, the newest first."""
    return await context.list_response(AgreementQuery)


@item_route(router, "/agreements/{id}", Agreement, example="daegu--da-nang")
async def get_agreement(id: RecordId, context: RequestContextDep) -> Response:
    """One agreement and the passages that support it."""
    return await context.item_response(AgreementQuery, id)
