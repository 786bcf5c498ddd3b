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

from app.answers import Complete, Found, Reader, ReaderDep, Written, as_rendered, find
from app.db import Snapshot
from app.embed import assets, paper, structured
from app.embed.captions import caption
from app.embed.figures import prepared, with_observations
from app.embed.heights import Layout, Sheet, agreement, cards, delegation, height_of, table
from app.embed.looks import Looks, Pairs, filters_of, looks_of, parse
from app.embed.names import Record, records_of
from app.embed.structured import About
from app.embed.voice import clean, voice
from app.errors import as_json
from app.kit.countries import LANGUAGES
from app.kit.listing import ListQuery, query_string
from app.resources.agreements import AgreementQuery
from app.resources.delegations import DelegationQuery
from app.resources.indicators import IndicatorQuery


@dataclass(frozen=True)
class Page:
    """An embed: a list of the API, and how people are shown it."""

    name: str
    model: type[ListQuery]
    title: str
    """A message of the catalogues."""
    empty: str
    """The message where nothing matches."""
    about: About
    layout: Layout
    complete: Complete = as_rendered
    prepare: Callable[[str], Record] = json.loads
    forced: tuple[tuple[str, str], ...] = (("include", "evidence"),)

    @property
    def path(self) -> str:
        """Its path."""
        return f"/embed/{self.name}"

    def query(self, reader: Reader, snapshot: Snapshot, pairs: Pairs, looks: Looks) -> Any:
        """The query that these parameters ask, as strictly as the list reads it."""
        asked = filters_of(pairs, {"limit": str(looks.limit), **dict(self.forced)})
        return reader.understood(snapshot, self.model, asked)


AGREEMENTS = Page(
    "agreements", AgreementQuery, "Agreements", "The register has no such agreement.", structured.places,
    table(agreement),
)  # fmt: skip
DELEGATIONS = Page(
    "delegations", DelegationQuery, "Visits and meetings", "The register has no such visit or meeting.",
    structured.events, table(delegation),
)  # fmt: skip
INDICATORS = Page(
    "indicators", IndicatorQuery, "Economic indicators", "The register has no such figure.", structured.observations,
    cards, with_observations, prepared, (),
)  # fmt: skip
PAGES = {page.path: page for page in (AGREEMENTS, DELEGATIONS, INDICATORS)}


@dataclass(frozen=True)
class Addresses:
    """The addresses of one page: of itself, of its translations, of its data, of what follows."""

    base: str
    page: Page
    query: ListQuery
    looks: Looks

    @property
    def filters(self) -> dict[str, Any]:
        """The filters alone."""
        left_out = ("limit", "include", "cursor")
        return {name: value for name, value in self.query.canonical.items() if name not in left_out}

    def here(self, language: str | None, **more: str | None) -> str:
        """The absolute address of this page in a language; None: in the reader's own."""
        encoded = query_string({**self.filters, "lang": language, **more})
        return f"{self.base}{self.page.path}{'?' if encoded else ''}{encoded}"

    @property
    def canonical(self) -> str:
        """The address of this page, without its looks."""
        return self.here(self.looks.language, cursor=self.query.cursor)

    @property
    def languages(self) -> dict[str, str]:
        """The addresses of this page in each language."""
        return {language: self.here(language, cursor=self.query.cursor) for language in LANGUAGES}

    @property
    def data(self) -> str:
        """The address of the data."""
        encoded = query_string(self.filters)
        return f"{self.base}/{self.page.name}{'?' if encoded else ''}{encoded}"

    def framed(self) -> str:
        """The address for an iframe: with its looks; without a language, if the reader's own is wanted."""
        looks = {name: value for name, value in self.looks.parameters().items() if name != "lang"}
        return self.here(None if self.looks.negotiated else self.looks.language, **looks)

    def oembed(self, form: str) -> str:
        """The address of the oEmbed answer for this page."""
        return f"{self.base}/oembed?{urllib.parse.urlencode({'url': self.canonical, 'format': form})}"

    def relative(self, cursor: str | None) -> str:
        """This list from a cursor on, with the same looks."""
        return f"?{query_string({**self.filters, **self.looks.parameters(), 'cursor': cursor})}"


async def show(reader: Reader, page: Page) -> Response:
    """The embed that a request asks for."""
    pairs = parse(reader.query_string)
    looks = looks_of(pairs, reader.headers.get("accept-language", ""))
    headers = paper.headers(looks, reader.settings.frame_ancestors)

    def answer(snapshot: Snapshot) -> Response:
        query = page.query(reader, snapshot, pairs, looks)
        canonical = f"{query.encoded()}&{looks.canonical}&{assets.version()}"
        addresses = Addresses(reader.settings.base_url, page, query, looks)
        return reader.conditional(snapshot, canonical, partial(_write, snapshot, addresses), headers)

    return await reader.answer(answer)


@dataclass(frozen=True)
class Shown:
    """What a page shows."""

    page: Page
    looks: Looks
    found: Found
    rows: list[Record]
    sources: dict[str, Record]
    title: Markup

    def height(self, width: int) -> int:
        """How tall a frame of this width must be to show it all."""
        sheet = Sheet(voice(self.looks.language), self.sources, width)
        title = self.title.striptags() if self.looks.title else None
        return height_of(sheet, title, self.page.layout, self.rows, more=self.found.cursor is not None)


def shown(snapshot: Snapshot, page: Page, query: ListQuery, looks: Looks) -> Shown:
    """What the page shows for this query."""
    found = find(snapshot, query, page.complete)
    rows = [page.prepare(body) for body in found.bodies]
    sources = records_of(snapshot, "source", _sources(rows))
    return Shown(page, looks, found, rows, sources, caption(snapshot, voice(looks.language), page.title, query))


def _write(snapshot: Snapshot, addresses: Addresses) -> Written:
    page, query, looks = addresses.page, addresses.query, addresses.looks
    seen = shown(snapshot, page, query, looks)
    values = {
        "rows": seen.rows,
        "sources": seen.sources,
        "title": seen.title,
        "found": seen.found,
        "updated": snapshot.release.loaded_at,
        "structured": _structured(snapshot, addresses, seen),
    }
    body = paper.render(f"{page.name}.html", page.path, looks, addresses=addresses, page=page, query=query, **values)
    return Written(body, media_type=paper.HTML)


def _sources(rows: Sequence[Record]) -> set[str]:
    records = [record for row in rows for record in row.get("observations", [row])]
    return {source for record in records for source in record["sources"]}


def _structured(snapshot: Snapshot, addresses: Addresses, seen: Shown) -> Markup:
    """The JSON-LD of a page, `<` escaped."""
    speaker = voice(addresses.looks.language)
    about = addresses.page.about(speaker, seen.rows)
    updated, sources = snapshot.release.loaded_at, list(seen.sources.values())
    data = structured.dataset(
        speaker, seen.title.striptags(), addresses.canonical, addresses.data, updated, sources, about
    )
    return Markup(clean(as_json(data).decode()))  # noqa: S704 - as_json leaves no < > &


router = APIRouter(include_in_schema=False)


@router.get(AGREEMENTS.path)
async def show_agreements(reader: ReaderDep) -> Response:
    """Agreements, for people."""
    return await show(reader, AGREEMENTS)


@router.get(DELEGATIONS.path)
async def show_delegations(reader: ReaderDep) -> Response:
    """Visits and meetings, for people."""
    return await show(reader, DELEGATIONS)


@router.get(INDICATORS.path)
async def show_indicators(reader: ReaderDep) -> Response:
    """Economic indicators, for people."""
    return await show(reader, INDICATORS)
