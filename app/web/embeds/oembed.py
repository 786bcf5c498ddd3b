"""The oEmbed 1.0 provider at `/oembed`: what a CMS shows where somebody pastes the URL of an embed."""

import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from xml.sax.saxutils import escape

from fastapi import APIRouter
from starlette.responses import Response

from app.api.request_context import RequestContext, RequestContextDep, ResponseBody
from app.db.register import Snapshot
from app.errors import ParameterError, ProblemError, as_json, bad_request
from app.middleware.request_guard import malformed_parameters
from app.query.parsing import Parameters
from app.query.shared_filters import ByCountry
from app.web import assets
from app.web.display_options import DisplayOptions, page_parameters, parse_display_options
from app.web.embeds.lists import EMBEDS, Embed, EmbedUrls, load_content
from app.web.embeds.snippets import oembed_iframe

MAX_WIDTH = 800

OEmbed = dict[str, object]
"""The fields of an oEmbed response."""


def as_xml(oembed: OEmbed) -> bytes:
    """Encode an oEmbed response as XML."""
    fields = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in oembed.items())
    return f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>{fields}</oembed>\n'.encode()


FORMATS: dict[str, tuple[str, Callable[[OEmbed], bytes]]] = {
    "json": ("application/json", as_json),
    "xml": ("text/xml", as_xml),
}


@dataclass(frozen=True)
class OEmbedRequest:
    """The parameters of an oEmbed request: an embed with its parameters, a format and the size of the room for it."""

    embed: Embed
    parameters: Parameters
    width: int
    max_height: int | None
    output_format: str

    @property
    def canonical(self) -> str:
        """What the response depends on, as a cache key."""
        embed = f"{self.embed.path}?{urllib.parse.urlencode(self.parameters)}"
        return f"{embed}&{self.width}&{self.max_height}&{self.output_format}"


def parse_request(base_url: str, values: Mapping[str, str]) -> OEmbedRequest:
    """Read the parameters of oEmbed and ignore others.

    ProblemError: 501 for another format, 404 for a URL that is not that of an embed, 400 for a size that is no number
    or a URL that is missing.
    """
    if (output_format := values.get("format", "json")) not in FORMATS:
        raise ProblemError(501, "The format is not one of: json, xml.")
    embed, parameters = _parse_embed_url(base_url, values.get("url", ""))
    width = min(_parse_pixels(values, "maxwidth") or MAX_WIDTH, MAX_WIDTH)
    return OEmbedRequest(embed, parameters, width, _parse_pixels(values, "maxheight"), output_format)


def _parse_embed_url(base_url: str, url: str) -> tuple[Embed, Parameters]:
    if not url:
        reason = "Missing; give the address of a page under /embed."
        raise bad_request([ParameterError(parameter="url", value="", reason=reason)])
    address, _, query_string = url.partition("#")[0].partition("?")
    embed = EMBEDS.get(address.removeprefix(base_url)) if address.startswith(base_url) else None
    # The request guard has checked the query string of the request, but not the one within this URL.
    if embed is None or list(malformed_parameters(query_string.encode())):
        raise ProblemError(404, "This is not the address of a page that can be embedded.")
    return embed, page_parameters(query_string.encode())


def _parse_pixels(values: Mapping[str, str], name: str) -> int | None:
    value = values.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and int(value[:9]) > 0 and len(value) < 10):
        raise bad_request([ParameterError(parameter=name, value=value, reason="Not a whole number of pixels.")])
    return int(value)


def oembed_body(context: RequestContext, snapshot: Snapshot, request: OEmbedRequest) -> ResponseBody:
    """The oEmbed response in the requested format; ProblemError 404 if a filter in the URL is wrong."""
    display = parse_display_options(request.parameters, "")
    query = _parse_query(context, snapshot, request, display)
    content = load_content(snapshot, request.embed, query, display)
    src = EmbedUrls(context.settings.base_url, request.embed, query, display).iframe
    title, page_height = content.title.striptags(), content.height(request.width)
    height = min(page_height, request.max_height or page_height)
    oembed: OEmbed = {
        "version": "1.0",
        "type": "rich",
        "provider_name": "Citypact",
        "provider_url": f"{context.settings.base_url}/",
        "title": title,
        "cache_age": context.settings.max_age,
        "width": request.width,
        "height": height,
        "html": str(oembed_iframe(src, title, request.width, height)),
    }
    media_type, encode = FORMATS[request.output_format]
    return ResponseBody(encode(oembed), media_type=media_type)


def _parse_query(
    context: RequestContext, snapshot: Snapshot, request: OEmbedRequest, display: DisplayOptions
) -> ByCountry:
    try:
        return request.embed.parse_query(context, snapshot, request.parameters, display)
    except ProblemError as error:
        detail = f"The address to embed is not right. {error.problem.detail}"
        raise ProblemError(404, detail) from error


router = APIRouter(include_in_schema=False)


@router.get("/oembed")
async def get_oembed(context: RequestContextDep) -> Response:
    """How to embed the page at a URL."""
    values = dict(reversed(page_parameters(context.query_string)))  # of a repeated parameter, the first counts
    request = parse_request(context.settings.base_url, values)
    canonical = f"{request.canonical}&{assets.assets_version()}"
    return await context.run_in_thread(
        lambda snapshot: context.conditional_response(
            snapshot, canonical, partial(oembed_body, context, snapshot, request)
        )
    )
