"""The embeds: each is a list of the API as a page, with the filters of that list."""

import json
import urllib.parse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

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
from app.query.parsing import Parameters
from app.query.query_string import encode_query
from app.query.shared_filters import ByCountry
from app.values.countries import LANGUAGES
from app.web import assets, json_ld, templating
from app.web.captions import caption
from app.web.charts import parse_with_series, with_observations
from app.web.display_options import DisplayOptions, filter_parameters, page_parameters, parse_display_options
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
from app.web.records import Record, load_records


@dataclass(frozen=True)
class Embed:
    """A list of the API as a page to embed; `title` and `empty` are messages of the catalogues."""

    name: str
    model: type[ByCountry]
    title: str
    empty: str
    """What the page says where nothing matches."""
    about: AboutBuilder
    layout: Layout
    complete: CompleteItems = unchanged_items
    parse_body: Callable[[str], Record] = json.loads
    fixed: tuple[tuple[str, str], ...] = (("include", "evidence"),)
    """Parameters of the list that every page gives."""

    @property
    def path(self) -> str:
        """Path of the page."""
        return f"/embed/{self.name}"

    def parse_query(
        self, context: RequestContext, snapshot: Snapshot, parameters: Parameters, display: DisplayOptions
    ) -> ByCountry:
        """Parse the filters as strictly as the list does; ProblemError 400 if one is wrong."""
        filters = filter_parameters(parameters, {"limit": str(display.limit), **dict(self.fixed)})
        return context.parse(snapshot, self.model, filters)


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
    json_ld.indicator_observations, card_layout, with_observations, parse_with_series, (),
)  # fmt: skip
EMBEDS = {embed.path: embed for embed in (AGREEMENTS, DELEGATIONS, INDICATORS)}


@dataclass(frozen=True)
class EmbedUrls:
    """The URLs of one page: its own, those of its translations, its data, its oEmbed, and of its next page."""

    base: str
    embed: Embed
    query: ByCountry
    display: DisplayOptions

    @property
    def filters(self) -> dict[str, object]:
        """The canonical parameters that filter or sort."""
        excluded = ("limit", "include", "cursor")
        return {name: value for name, value in self.query.canonical.items() if name not in excluded}

    def page(self, language: str | None, **parameters: str | None) -> str:
        """URL of this page in a language, or without one, with more parameters."""
        query_string = encode_query({**self.filters, "lang": language, **parameters})
        return f"{self.base}{self.embed.path}{'?' if query_string else ''}{query_string}"

    @property
    def canonical(self) -> str:
        """URL of this page without theme, accent, title and limit."""
        return self.page(self.display.language, cursor=self.query.cursor)

    @property
    def translations(self) -> dict[str, str]:
        """URL of this page in each language."""
        return {language: self.page(language, cursor=self.query.cursor) for language in LANGUAGES}

    @property
    def x_default(self) -> str:
        """URL of this page without a language, which is then negotiated; hreflang calls it `x-default`."""
        return self.page(None, cursor=self.query.cursor)

    @property
    def data(self) -> str:
        """URL of the list in the API."""
        query_string = encode_query(self.filters)
        return f"{self.base}/{self.embed.name}{'?' if query_string else ''}{query_string}"

    @property
    def iframe(self) -> str:
        """URL for the `src` of an iframe: with the display options, and with a language unless it is negotiated."""
        parameters = {name: value for name, value in self.display.parameters().items() if name != "lang"}
        return self.page(None if self.display.negotiated else self.display.language, **parameters)

    def oembed(self, output_format: str) -> str:
        """URL of the oEmbed response for this page, in `json` or `xml`."""
        return f"{self.base}/oembed?{urllib.parse.urlencode({'url': self.canonical, 'format': output_format})}"

    def page_at(self, cursor: str | None) -> str:
        """Relative URL of the page of this list at a cursor, None for the first, with the same display options."""
        return f"?{encode_query({**self.filters, **self.display.parameters(), 'cursor': cursor})}"


async def embed_response(context: RequestContext, embed: Embed) -> Response:
    """Answer a request for an embed; the query string is parsed once, for the display options and the filters."""
    parameters = page_parameters(context.query_string)
    display = parse_display_options(parameters, context.headers.get("accept-language", ""))
    headers = templating.page_headers(display, context.settings.frame_ancestors)

    def respond(snapshot: Snapshot) -> Response:
        query = embed.parse_query(context, snapshot, parameters, display)
        canonical = f"{query.query_string()}&{display.canonical}&{assets.assets_version()}"
        urls = EmbedUrls(context.settings.base_url, embed, query, display)
        return context.conditional_response(snapshot, canonical, partial(_render, snapshot, urls), headers)

    return await context.run_in_thread(respond)


@dataclass(frozen=True)
class EmbedContent:
    """What an embed shows: one page of records, their sources by id, and a title."""

    embed: Embed
    display: DisplayOptions
    result: ResultPage
    rows: list[Record]
    sources: dict[str, Record]
    title: Markup

    def height(self, width: int) -> int:
        """Estimated height of an iframe of this width that shows it all, in CSS pixels."""
        context = LayoutContext(localizer_for(self.display.language), self.sources, width)
        title = self.title.striptags() if self.display.title else None
        has_next = self.result.next_cursor is not None
        return page_height(context, title, self.embed.layout, self.rows, has_next=has_next)


def load_content(snapshot: Snapshot, embed: Embed, query: ByCountry, display: DisplayOptions) -> EmbedContent:
    """Load what an embed shows for a query."""
    result = find_page(snapshot, query, embed.complete)
    rows = [embed.parse_body(body) for body in result.items]
    sources = load_records(snapshot, "source", _source_ids(rows))
    title = caption(snapshot, localizer_for(display.language), embed.title, query)
    return EmbedContent(embed, display, result, rows, sources, title)


def _source_ids(rows: Sequence[Record]) -> set[str]:
    records = [record for row in rows for record in row.get("observations", [row])]
    return {source for record in records for source in record["sources"]}


def _render(snapshot: Snapshot, urls: EmbedUrls) -> ResponseBody:
    embed, query, display = urls.embed, urls.query, urls.display
    content = load_content(snapshot, embed, query, display)
    body = templating.render_template(
        f"{embed.name}.html",
        embed.path,
        display,
        embed=embed,
        query=query,
        urls=urls,
        content=content,
        sources=content.sources,
        updated=snapshot.release.loaded_at,
        json_ld=_json_ld(snapshot, urls, content),
    )
    return ResponseBody(body, media_type=templating.HTML)


def _json_ld(snapshot: Snapshot, urls: EmbedUrls, content: EmbedContent) -> Markup:
    """JSON-LD of a page, safe inside a `<script>`."""
    localizer = localizer_for(urls.display.language)
    dataset = json_ld.dataset_json_ld(
        localizer,
        content.title.striptags(),
        urls.canonical,
        urls.data,
        snapshot.release.loaded_at,
        list(content.sources.values()),
        urls.embed.about(localizer, content.rows),
    )
    return Markup(strip_bidi(as_json(dataset).decode()))  # noqa: S704 - as_json leaves no < > &


router = APIRouter(include_in_schema=False)


@router.get(AGREEMENTS.path)
async def get_agreements_embed(context: RequestContextDep) -> Response:
    """Agreements as a page."""
    return await embed_response(context, AGREEMENTS)


@router.get(DELEGATIONS.path)
async def get_delegations_embed(context: RequestContextDep) -> Response:
    """Visits and meetings as a page."""
    return await embed_response(context, DELEGATIONS)


@router.get(INDICATORS.path)
async def get_indicators_embed(context: RequestContextDep) -> Response:
    """Economic indicators as a page."""
    return await embed_response(context, INDICATORS)
