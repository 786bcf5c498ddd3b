"""The embeds: lists of the API as pages. Each declares which, what it is called and what is added."""

import json
import urllib.parse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from app.api.records import CompleteItems, ResultPage, find_page, unchanged_items
from app.api.request_context import RequestContext, RequestContextDep, ResponseBody
from app.api.resources.agreements import AgreementQuery
from app.api.resources.delegations import DelegationQuery
from app.api.resources.indicators import IndicatorQuery
from app.db.register import Snapshot
from app.errors import as_json
from app.query.list_query import ListQuery, encode_query
from app.query.parsing import Parameters
from app.values.countries import LANGUAGES
from app.web import assets, json_ld, templating
from app.web.captions import caption
from app.web.charts import with_observations, with_series
from app.web.embeds.heights import (
    Layout,
    LayoutContext,
    agreement_height,
    card_layout,
    delegation_height,
    page_height,
    table_layout,
)
from app.web.i18n import localizer_for, strip_bidi
from app.web.json_ld import AboutBuilder
from app.web.presentation import Presentation, filter_parameters, page_parameters, parse_presentation
from app.web.record_names import Record, records_of


@dataclass(frozen=True)
class Embed:
    """An embed: a list of the API, and how people are shown it."""

    name: str
    model: type[ListQuery]
    title: str
    """A message of the catalogues."""
    empty: str
    """The message where nothing matches."""
    about: AboutBuilder
    layout: Layout
    complete: CompleteItems = unchanged_items
    prepare: Callable[[str], Record] = json.loads
    forced: tuple[tuple[str, str], ...] = (("include", "evidence"),)

    @property
    def path(self) -> str:
        """Its path."""
        return f"/embed/{self.name}"

    def query(self, context: RequestContext, snapshot: Snapshot, pairs: Parameters, presentation: Presentation) -> Any:
        """The query that these parameters ask, as strictly as the list reads it."""
        asked = filter_parameters(pairs, {"limit": str(presentation.limit), **dict(self.forced)})
        return context.parse(snapshot, self.model, asked)


AGREEMENTS = Embed(
    "agreements", AgreementQuery, "Agreements", "The register has no such agreement.", json_ld.agreement_places,
    table_layout(agreement_height),
)  # fmt: skip
DELEGATIONS = Embed(
    "delegations", DelegationQuery, "Visits and meetings", "The register has no such visit or meeting.",
    json_ld.delegation_events, table_layout(delegation_height),
)  # fmt: skip
INDICATORS = Embed(
    "indicators", IndicatorQuery, "Economic indicators", "The register has no such figure.",
    json_ld.indicator_observations,
    card_layout, with_observations, with_series, (),
)  # fmt: skip
EMBEDS = {page.path: page for page in (AGREEMENTS, DELEGATIONS, INDICATORS)}


@dataclass(frozen=True)
class EmbedUrls:
    """The addresses of one page: of itself, of its translations, of its data, of what follows."""

    base: str
    page: Embed
    query: ListQuery
    presentation: Presentation

    @property
    def filters(self) -> dict[str, Any]:
        """The filters alone."""
        left_out = ("limit", "include", "cursor")
        return {name: value for name, value in self.query.canonical.items() if name not in left_out}

    def here(self, language: str | None, **more: str | None) -> str:
        """The absolute address of this page in a language; None: in the reader's own."""
        encoded = encode_query({**self.filters, "lang": language, **more})
        return f"{self.base}{self.page.path}{'?' if encoded else ''}{encoded}"

    @property
    def canonical(self) -> str:
        """The address of this page, without its looks."""
        return self.here(self.presentation.language, cursor=self.query.cursor)

    @property
    def languages(self) -> dict[str, str]:
        """The addresses of this page in each language."""
        return {language: self.here(language, cursor=self.query.cursor) for language in LANGUAGES}

    @property
    def data(self) -> str:
        """The address of the data."""
        encoded = encode_query(self.filters)
        return f"{self.base}/{self.page.name}{'?' if encoded else ''}{encoded}"

    def framed(self) -> str:
        """The address for an iframe: with its looks; without a language, if the reader's own is wanted."""
        presentation = {name: value for name, value in self.presentation.parameters().items() if name != "lang"}
        return self.here(None if self.presentation.negotiated else self.presentation.language, **presentation)

    def oembed(self, form: str) -> str:
        """The address of the oEmbed answer for this page."""
        return f"{self.base}/oembed?{urllib.parse.urlencode({'url': self.canonical, 'format': form})}"

    def relative(self, cursor: str | None) -> str:
        """This list from a cursor on, with the same looks."""
        return f"?{encode_query({**self.filters, **self.presentation.parameters(), 'cursor': cursor})}"


async def show_embed(context: RequestContext, page: Embed) -> Response:
    """The embed that a request asks for."""
    pairs = page_parameters(context.query_string)
    presentation = parse_presentation(pairs, context.headers.get("accept-language", ""))
    headers = templating.page_headers(presentation, context.settings.frame_ancestors)

    def answer(snapshot: Snapshot) -> Response:
        query = page.query(context, snapshot, pairs, presentation)
        canonical = f"{query.query_string()}&{presentation.canonical}&{assets.assets_version()}"
        addresses = EmbedUrls(context.settings.base_url, page, query, presentation)
        return context.conditional_response(snapshot, canonical, partial(_render, snapshot, addresses), headers)

    return await context.run_in_thread(answer)


@dataclass(frozen=True)
class EmbedContent:
    """What a page shows."""

    page: Embed
    presentation: Presentation
    found: ResultPage
    rows: list[Record]
    sources: dict[str, Record]
    title: Markup

    def height(self, width: int) -> int:
        """How tall a frame of this width must be to show it all."""
        context = LayoutContext(localizer_for(self.presentation.language), self.sources, width)
        title = self.title.striptags() if self.presentation.title else None
        return page_height(context, title, self.page.layout, self.rows, more=self.found.next_cursor is not None)


def embed_content(snapshot: Snapshot, page: Embed, query: ListQuery, presentation: Presentation) -> EmbedContent:
    """What the page shows for this query."""
    found = find_page(snapshot, query, page.complete)
    rows = [page.prepare(item) for item in found.items]
    sources = records_of(snapshot, "source", _source_ids(rows))
    return EmbedContent(
        page,
        presentation,
        found,
        rows,
        sources,
        caption(snapshot, localizer_for(presentation.language), page.title, query),
    )


def _render(snapshot: Snapshot, addresses: EmbedUrls) -> ResponseBody:
    page, query, presentation = addresses.page, addresses.query, addresses.presentation
    seen = embed_content(snapshot, page, query, presentation)
    values = {
        "rows": seen.rows,
        "sources": seen.sources,
        "title": seen.title,
        "found": seen.found,
        "updated": snapshot.release.loaded_at,
        "structured": _json_ld(snapshot, addresses, seen),
    }
    body = templating.render_template(
        f"{page.name}.html", page.path, presentation, addresses=addresses, page=page, query=query, **values
    )
    return ResponseBody(body, media_type=templating.HTML)


def _source_ids(rows: Sequence[Record]) -> set[str]:
    records = [record for row in rows for record in row.get("observations", [row])]
    return {source for record in records for source in record["sources"]}


def _json_ld(snapshot: Snapshot, addresses: EmbedUrls, seen: EmbedContent) -> Markup:
    """The JSON-LD of a page, `<` escaped."""
    localizer = localizer_for(addresses.presentation.language)
    about = addresses.page.about(localizer, seen.rows)
    updated, sources = snapshot.release.loaded_at, list(seen.sources.values())
    data = json_ld.dataset_json_ld(
        localizer, seen.title.striptags(), addresses.canonical, addresses.data, updated, sources, about
    )
    return Markup(strip_bidi(as_json(data).decode()))  # noqa: S704 - as_json leaves no < > &


router = APIRouter(include_in_schema=False)


@router.get(AGREEMENTS.path)
async def show_agreements(context: RequestContextDep) -> Response:
    """Agreements, for people."""
    return await show_embed(context, AGREEMENTS)


@router.get(DELEGATIONS.path)
async def show_delegations(context: RequestContextDep) -> Response:
    """Visits and meetings, for people."""
    return await show_embed(context, DELEGATIONS)


@router.get(INDICATORS.path)
async def show_indicators(context: RequestContextDep) -> Response:
    """Economic indicators, for people."""
    return await show_embed(context, INDICATORS)
