"""Evidence: which passage of which document supports which field of which record."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, Field
from sqlalchemy.orm import Mapped
from sqlmodel import col
from starlette.responses import Response

from app.api.request_context import RequestContextDep
from app.api.routes import RecordId, item_route, list_route, resource_router
from app.api.schemas.evidence import RecordEvidence
from app.api.schemas.page import Page
from app.db import models
from app.enums import Basis, SubjectType
from app.query.filters import equals, repeatable, single
from app.query.shared_filters import AGREEMENT, DELEGATION, FIELD, OBSERVATION, SOURCE, ByPlace, FilterColumns


class EvidenceQuery(ByPlace):
    """Query of the list of evidence."""

    noun = "evidence"
    record = models.Evidence
    sort_columns: ClassVar[Mapping[str, object]] = {"id": models.Evidence.id, "source": models.Evidence.source_id}
    columns = FilterColumns(
        key=models.Evidence.number,
        places=models.EvidencePlace,
    )

    @classmethod
    def tie_breaker(cls) -> Mapped[str]:
        """Return the column of the id: evidence, unlike other records, is not numbered in the order of its ids."""
        return col(models.Evidence.id)

    basis: Annotated[list[Basis], equals(models.Evidence.basis)] = repeatable("Basis of the claim.")
    agreement: Annotated[list[str], equals(models.Evidence.agreement_id), AGREEMENT] = repeatable(
        "Agreement id: it is about it."
    )
    delegation: Annotated[list[str], equals(models.Evidence.delegation_id), DELEGATION] = repeatable(
        "Delegation id: it is about it."
    )
    observation: Annotated[list[str], equals(models.Evidence.observation_id), OBSERVATION] = repeatable(
        "Observation id: it is about it."
    )
    field: Annotated[list[str], equals(models.Evidence.field), FIELD] = repeatable(
        "Name of the supported field.", examples=["signed"]
    )
    source: Annotated[list[str], equals(models.Evidence.source_id), SOURCE] = repeatable(
        "Source id: it quotes that source."
    )
    sort: Literal["id", "source"] = single("Order; ties by id.", "id")


class Subject(BaseModel):
    """The record that a claim is about."""

    type: SubjectType = Field(description="What it is.")
    id: str = Field(description="Its id.")


class Evidence(RecordEvidence):
    """One claim: which passage of which document supports which field of which record."""

    subject: Subject | None = Field(description="What it is about. Null: the document as a whole.")


class EvidencePage(Page[Evidence]):
    """One page of evidence."""


router = resource_router("evidence")


@list_route(router, "/evidence", EvidenceQuery, EvidencePage, example="agreement=daegu--bac-ninh&limit=2")
async def list_evidence(context: RequestContextDep) -> Response:
    """Claims with the passages that support them."""
    return await context.list_response(EvidenceQuery)


@item_route(router, "/evidence/{id}", Evidence, example="daegu-go-kr-bac-ninh-a019")
async def get_evidence(id: RecordId, context: RequestContextDep) -> Response:
    """One claim with the passage that supports it."""
    return await context.item_response(EvidenceQuery, id)
