"""Sources: the documents that the register rests on."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, Field
from starlette.responses import Response

from app.api.request_context import RequestContextDep
from app.api.routes import RecordId, item_route, list_route, resource_router
from app.api.schemas.page import Count, Page
from app.api.schemas.shared import NULL_MEANS_UNSAID, EdtfDate, date_of
from app.db import models
from app.enums import Basis, UrlBasis
from app.query.filters import SearchText, single
from app.query.shared_filters import ByDate, FilterColumns
from app.query.text_search import TEXT_SEARCH


class SourceQuery(ByDate):
    """Query of the list of sources."""

    noun = "source"
    record = models.Source
    sort_columns: ClassVar[Mapping[str, object]] = {"published": models.Source.published_start, "id": models.Source.id}
    columns = FilterColumns(
        dates=(models.Source.published_start, models.Source.published_end),
    )

    q: Annotated[SearchText | None, TEXT_SEARCH] = single("Words in the title or the publisher; each must occur.")
    sort: Literal["-published", "published", "id"] = single(
        "Order; `-` is newest first. Undated ones last, ties by id.", "-published"
    )


class Source(BaseModel):
    """A source document: what identifies it, never its full text."""

    id: str = Field(description="Stable key.")
    title: str = Field(description="Title as printed.")
    publisher: str = Field(description="Who published it.")
    publisher_basis: Basis = Field(description="Whether the document states its publisher or a curator inferred it.")
    language: str = Field(description="Language of the text (BCP 47).")
    published: EdtfDate | None = Field(description=f"When it was published. {NULL_MEANS_UNSAID}")
    url: str | None = Field(description="Its address. Null: not known.", json_schema_extra={"format": "uri"})
    url_basis: UrlBasis | None = Field(description="Where the address is from. Null: no address.")
    sha256: str = Field(description="SHA-256 of the text file that quotes are positions in, in hexadecimal.")
    length: int = Field(
        description="Length of that text in Unicode code points.",
        ge=1,
        le=2**31 - 1,
        json_schema_extra={"format": "int32"},
    )
    evidence_count: Count = Field(description="How many passages of it the register quotes.")


class SourcePage(Page[Source]):
    """One page of sources."""


def render(row: models.Source, evidence_count: int) -> Source:
    """Return a source as the API sends it."""
    return Source(
        id=row.id,
        title=row.title,
        publisher=row.publisher,
        publisher_basis=row.publisher_basis,
        language=row.language,
        published=date_of(row, "published"),
        url=row.url,
        url_basis=row.url_basis,
        sha256=row.sha256,
        length=row.length,
        evidence_count=evidence_count,
    )


router = resource_router("sources")


@list_route(router, "/sources", SourceQuery, SourcePage, example="q=daegu&limit=1")
async def list_sources(context: RequestContextDep) -> Response:
    """Source documents, the newest first."""
    return await context.list_response(SourceQuery)


@item_route(router, "/sources/{id}", Source, example="daegu-go-kr-bac-ninh")
async def get_source(id: RecordId, context: RequestContextDep) -> Response:
    """One source document: its title, publisher, date, address and hash."""
    return await context.item_response(SourceQuery, id)
