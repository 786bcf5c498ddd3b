"""Agreements: ties between two or more places."""

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field
from starlette.responses import Response

from app import models
from app.answers import ReaderDep
from app.enums import AgreementKind, AgreementStatus, Basis, TopicRole
from app.evidence import Evidenced
from app.filters import ByDate, ByPartner, BySource, ByTopic, Columns, WithEvidence
from app.kit.declaring import Words, equals, many, one
from app.kit.routes import Page, RecordId, item_route, list_route, noun_router
from app.kit.trusted import trusted
from app.refs import UNSAID, Catalogue, EdtfDate, Place, TopicUse, date_of
from app.words import WORDS


class AgreementQuery(WithEvidence, BySource, ByTopic, ByDate, ByPartner):
    """What agreements can be asked."""

    noun: ClassVar[str] = "agreement"
    record: ClassVar[Any] = models.Agreement
    orders: ClassVar[dict[str, Any]] = {"signed": models.Agreement.signed_start, "id": models.Agreement.id}
    columns: ClassVar[Columns] = Columns(
        key=models.Agreement.number,
        places=models.AgreementParty,
        dates=(models.Agreement.signed_start, models.Agreement.signed_end),
        subject="agreement_id",
        words={"since": "{list}, signed since {values}", "until": "{list}, signed until {values}"},
    )

    kind: Annotated[list[AgreementKind], equals(models.Agreement.kind, "{list}, kind: {values}")] = many(
        "Kind of agreement."
    )
    status: Annotated[list[AgreementStatus], equals(models.Agreement.status, "{list}, status: {values}")] = many(
        "Status of the agreement."
    )
    basis: Annotated[list[Basis], equals(models.Agreement.signed_basis, "{list}, date: {values}")] = many(
        "Basis of the date of signing."
    )
    q: Annotated[Words | None, WORDS] = one(
        "Words in the parties' names, the kind as printed or the topics; each must occur."
    )
    sort: Literal["-signed", "signed", "id"] = one(
        "Order; `-` is newest first. Undated ones last, ties by id.", "-signed"
    )


class Agreement(Evidenced):
    """A friendship or sister-city agreement, or an attested relation, between two or more places."""

    id: str = Field(description="Stable key.")
    kind: AgreementKind = Field(description="Kind of tie.")
    kind_label: str | None = Field(description=f"The kind as printed. {UNSAID}")
    status: AgreementStatus = Field(description="How far it has come, as far as the sources say.")
    status_note: str | None = Field(description="Why this status, where the sources contradict themselves.")
    parties: list[Place] = Field(description="The places that it ties.")
    signed: EdtfDate | None = Field(description=f"When it was or is to be signed. {UNSAID}")
    negotiation_started: EdtfDate | None = Field(description=f"When the negotiation began. {UNSAID}")
    aim: str | None = Field(description=f"What it is for. {UNSAID}")
    topics: list[TopicUse] = Field(description="Fields of cooperation that the sources name.")
    delegations: list[str] = Field(description="Ids of the delegations that belong to it.")
    sources: list[str] = Field(description="Ids of the sources that support it.")


_made_agreement = trusted(Agreement)


class AgreementPage(Page[Agreement]):
    """One page of agreements."""


def render(
    row: models.Agreement,
    parties: Iterable[str],
    topics: Iterable[tuple[str, TopicRole]],
    delegations: Iterable[str],
    sources: Iterable[str],
    catalogue: Catalogue,
) -> Agreement:
    """An agreement as the API sends it, without its evidence."""
    return _made_agreement(
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


router = noun_router("agreements")


@list_route(router, "/agreements", AgreementQuery, AgreementPage, example="country=VN&limit=1")
async def list_agreements(reader: ReaderDep) -> Response:
    """Agreements between places, the newest first."""
    return await reader.page(AgreementQuery)


@item_route(router, "/agreements/{id}", Agreement, example="daegu--da-nang")
async def get_agreement(id: RecordId, reader: ReaderDep) -> Response:
    """One agreement and the passages that support it."""
    return await reader.item(AgreementQuery, id)
