"""oEmbed 1.0: what a CMS shows where somebody pastes the address of a page."""

import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

from fastapi import APIRouter
from starlette.responses import Response

from app.api.request_context import RequestContext, RequestContextDep, ResponseBody
from app.db.register import Snapshot
from app.errors import ParameterError, ProblemError, as_json, bad_request
from app.middleware.request_guard import malformed_parameters
from app.query.parsing import Parameters
from app.web import assets
from app.web.embeds.lists import EMBEDS, Embed, EmbedUrls, embed_content
from app.web.embeds.snippets import iframe
from app.web.presentation import page_parameters, parse_presentation

MAX_WIDTH = 800

OEmbed = dict[str, Any]


def as_xml(answer: OEmbed) -> bytes:
    """The answer in XML."""
    fields = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in answer.items())
    return f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>{fields}</oembed>\n'.encode()


FORMATS: dict[str, tuple[str, Callable[[OEmbed], bytes]]] = {
    "json": ("application/json", as_json),
    "xml": ("text/xml", as_xml),
}


@dataclass(frozen=True)
class OEmbedRequest:
    """What a CMS asks: a page of ours, the most room it has for it, and a format."""

    page: Embed
    pairs: Parameters
    width: int
    most_height: int | None
    form: str

    @property
    def canonical(self) -> str:
        """What the answer depends on."""
        return f"{self.page.path}?{urllib.parse.urlencode(self.pairs)}&{self.width}&{self.most_height}&{self.form}"


def parse_request(base: str, given: Mapping[str, str]) -> OEmbedRequest:
    """What these parameters ask; others than those of oEmbed are no concern of ours."""
    if (form := given.get("format", "json")) not in FORMATS:
        raise ProblemError(501, "The format is not one of: json, xml.")
    page, pairs = _embed_at(base, given.get("url", ""))
    width = min(_pixels(given, "maxwidth") or MAX_WIDTH, MAX_WIDTH)
    return OEmbedRequest(page, pairs, width, _pixels(given, "maxheight"), form)


def _embed_at(base: str, url: str) -> tuple[Embed, Parameters]:
    if not url:
        reason = "Missing; give the address of a page under /embed."
        raise bad_request([ParameterError(parameter="url", value="", reason=reason)])
    address, _, query_string = url.partition("#")[0].partition("?")
    page = EMBEDS.get(address.removeprefix(base)) if address.startswith(base) else None
    # What stands before the routes has looked at our own query string, not at the one in the address.
    if page is None or list(malformed_parameters(query_string.encode())):
        raise ProblemError(404, "This is not the address of a page that can be embedded.")
    return page, page_parameters(query_string.encode())


def _pixels(given: Mapping[str, str], name: str) -> int | None:
    value = given.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and int(value[:9]) > 0 and len(value) < 10):
        raise bad_request([ParameterError(parameter=name, value=value, reason="Not a whole number of pixels.")])
    return int(value)


def oembed_body(context: RequestContext, snapshot: Snapshot, asked: OEmbedRequest) -> ResponseBody:
    """The answer, in the format that was asked."""
    presentation = parse_presentation(asked.pairs, "")
    query = _query(context, snapshot, asked)
    addresses = EmbedUrls(context.settings.base_url, asked.page, query, presentation)
    seen = embed_content(snapshot, asked.page, query, presentation)
    title, tall = seen.title.striptags(), seen.height(asked.width)
    height = min(tall, asked.most_height or tall)
    answer = {
        "version": "1.0",
        "type": "rich",
        "provider_name": "Citypact",
        "provider_url": f"{context.settings.base_url}/",
        "title": title,
        "cache_age": context.settings.max_age,
        "width": asked.width,
        "height": height,
        "html": str(iframe(addresses.framed(), title, asked.width, height)),
    }
    media_type, written = FORMATS[asked.form]
    return ResponseBody(written(answer), media_type=media_type)


def _query(context: RequestContext, snapshot: Snapshot, asked: OEmbedRequest) -> Any:
    try:
        return asked.page.query(context, snapshot, asked.pairs, parse_presentation(asked.pairs, ""))
    except ProblemError as wrong:
        detail = f"The address to embed is not right. {wrong.problem.detail}"
        raise ProblemError(404, detail) from wrong


router = APIRouter(include_in_schema=False)


@router.get("/oembed")
async def get_oembed(context: RequestContextDep) -> Response:
    """How a page is embedded."""
    asked = parse_request(context.settings.base_url, dict(reversed(page_parameters(context.query_string))))
    canonical = f"{asked.canonical}&{assets.assets_version()}"
    return await context.run_in_thread(
        lambda snapshot: context.conditional_response(
            snapshot, canonical, partial(oembed_body, context, snapshot, asked)
        )
    )
