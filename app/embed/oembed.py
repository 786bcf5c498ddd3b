"""oEmbed 1.0: what a CMS shows where somebody pastes the address of a page."""

import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

from fastapi import APIRouter
from starlette.responses import Response

from app.answers import Reader, ReaderDep, Written
from app.db import Snapshot
from app.embed import assets
from app.embed.looks import Pairs, looks_of, parse
from app.embed.pages import PAGES, Addresses, Page, shown
from app.embed.snippets import iframe
from app.errors import ParameterError, ProblemError, as_json, bad_request
from app.kit.front import bad_parameters

WIDTH = 800

Answer = dict[str, Any]


def as_xml(answer: Answer) -> bytes:
    """The answer in XML."""
    fields = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in answer.items())
    return f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>{fields}</oembed>\n'.encode()


FORMATS: dict[str, tuple[str, Callable[[Answer], bytes]]] = {
    "json": ("application/json", as_json),
    "xml": ("text/xml", as_xml),
}


@dataclass(frozen=True)
class Asked:
    """What a CMS asks: a page of ours, the most room it has for it, and a format."""

    page: Page
    pairs: Pairs
    width: int
    most_height: int | None
    form: str

    @property
    def canonical(self) -> str:
        """What the answer depends on."""
        return f"{self.page.path}?{urllib.parse.urlencode(self.pairs)}&{self.width}&{self.most_height}&{self.form}"


def asked_of(base: str, given: Mapping[str, str]) -> Asked:
    """What these parameters ask; others than those of oEmbed are no concern of ours."""
    if (form := given.get("format", "json")) not in FORMATS:
        raise ProblemError(501, "The format is not one of: json, xml.")
    page, pairs = _page_at(base, given.get("url", ""))
    width = min(_pixels(given, "maxwidth") or WIDTH, WIDTH)
    return Asked(page, pairs, width, _pixels(given, "maxheight"), form)


def _page_at(base: str, url: str) -> tuple[Page, Pairs]:
    if not url:
        reason = "Missing; give the address of a page under /embed."
        raise bad_request([ParameterError(parameter="url", value="", reason=reason)])
    address, _, query_string = url.partition("#")[0].partition("?")
    page = PAGES.get(address.removeprefix(base)) if address.startswith(base) else None
    # What stands before the routes has looked at our own query string, not at the one in the address.
    if page is None or list(bad_parameters(query_string.encode())):
        raise ProblemError(404, "This is not the address of a page that can be embedded.")
    return page, parse(query_string.encode())


def _pixels(given: Mapping[str, str], name: str) -> int | None:
    value = given.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and int(value[:9]) > 0 and len(value) < 10):
        raise bad_request([ParameterError(parameter=name, value=value, reason="Not a whole number of pixels.")])
    return int(value)


def answer_to(reader: Reader, snapshot: Snapshot, asked: Asked) -> Written:
    """The answer, in the format that was asked."""
    looks = looks_of(asked.pairs, "")
    query = _query(reader, snapshot, asked)
    addresses = Addresses(reader.settings.base_url, asked.page, query, looks)
    seen = shown(snapshot, asked.page, query, looks)
    title, tall = seen.title.striptags(), seen.height(asked.width)
    height = min(tall, asked.most_height or tall)
    answer = {
        "version": "1.0",
        "type": "rich",
        "provider_name": "Citypact",
        "provider_url": f"{reader.settings.base_url}/",
        "title": title,
        "cache_age": reader.settings.max_age,
        "width": asked.width,
        "height": height,
        "html": str(iframe(addresses.framed(), title, asked.width, height)),
    }
    media_type, written = FORMATS[asked.form]
    return Written(written(answer), media_type=media_type)


def _query(reader: Reader, snapshot: Snapshot, asked: Asked) -> Any:
    try:
        return asked.page.query(reader, snapshot, asked.pairs, looks_of(asked.pairs, ""))
    except ProblemError as wrong:
        detail = f"The address to embed is not right. {wrong.problem.detail}"
        raise ProblemError(404, detail) from wrong


router = APIRouter(include_in_schema=False)


@router.get("/oembed")
async def get_oembed(reader: ReaderDep) -> Response:
    """How a page is embedded."""
    asked = asked_of(reader.settings.base_url, dict(reversed(parse(reader.query_string))))
    canonical = f"{asked.canonical}&{assets.version()}"
    return await reader.answer(
        lambda snapshot: reader.conditional(snapshot, canonical, partial(answer_to, reader, snapshot, asked))
    )
