"""The builder at `/embed`: a form that makes the snippet to paste and shows a preview; it works without a script."""

import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from fastapi import APIRouter
from sqlalchemy import select
from sqlmodel import col
from starlette.responses import Response

from app.api.request_context import RequestContextDep, ResponseBody
from app.db import models
from app.db.register import Snapshot
from app.enums import PlaceKind
from app.query.parsing import Parameters
from app.values.countries import LANGUAGES
from app.web import assets, templating
from app.web.display_options import THEMES, DisplayOptions, page_parameters, parse_display_options
from app.web.embeds.heights import PHONE_WIDTH, SCREEN_WIDTH
from app.web.embeds.lists import EMBEDS, Embed, EmbedUrls, load_content
from app.web.embeds.snippets import element_snippet, iframe_snippet
from app.web.i18n import LANGUAGE_NAMES, DisplayText, Localizer, localizer_for
from app.web.records import load_records

MAX_CITIES = 500
"""How many cities the form offers; the URL of an embed takes any city."""

FIT_WIDTHS = {"phone": (PHONE_WIDTH, SCREEN_WIDTH), "screen": (SCREEN_WIDTH,)}
"""The widths of an iframe, by the parameter `fit`, at which its height must be enough."""

BUILDER_PARAMETERS = ("show", "embed_lang", "lang", "theme", "accent", "fit")
FORM_FILTERS = ("country", "city")
POLICY = {"form-action": "'self'", "frame-src": "'self'", "connect-src": "'self'"}


@dataclass(frozen=True)
class BuilderChoice:
    """What was chosen in the form."""

    embed: Embed
    parameters: Parameters
    """The filters of the embed."""
    display: DisplayOptions
    """Those of the embed; the builder has its own."""
    fit: str
    """A key of FIT_WIDTHS."""

    @property
    def hidden_filters(self) -> Parameters:
        """The filters without a field in the form, which it sends as hidden inputs."""
        return [(name, value) for name, value in self.parameters if name not in FORM_FILTERS]

    def query_string(self, language: str) -> str:
        """Query string of the builder in a language, with the same choice."""
        given = self.display.parameters()
        colours = [(name, given[name]) for name in ("theme", "accent") if name in given]
        own = [
            ("lang", language),
            ("show", self.embed.name),
            ("embed_lang", self.display.language),
            ("fit", self.fit),
        ]
        return urllib.parse.urlencode([*own, *colours, *self.parameters])


def parse_choice(parameters: Parameters, display: DisplayOptions) -> BuilderChoice:
    """Read what the form sent; an empty field counts as not given, a wrong one as its default."""
    values = dict(reversed(parameters))  # of a repeated parameter, the first counts
    filters = [(name, value) for name, value in parameters if name not in BUILDER_PARAMETERS and value.strip()]
    embed = EMBEDS.get(f"/embed/{values.get('show')}", next(iter(EMBEDS.values())))
    given = values.get("embed_lang", "")
    language = given if given in LANGUAGES else display.language
    fit = values.get("fit", "")
    return BuilderChoice(
        embed,
        filters,
        replace(display, language=language, negotiated=False),
        fit if fit in FIT_WIDTHS else next(iter(FIT_WIDTHS)),
    )


router = APIRouter(include_in_schema=False)


@router.get("/embed")
async def get_builder(context: RequestContextDep) -> Response:
    """The form, the snippets and the preview."""
    parameters = page_parameters(context.query_string)
    display = parse_display_options(parameters, context.headers.get("accept-language", ""))
    choice = parse_choice(parameters, display)
    headers = templating.page_headers(display, context.settings.frame_ancestors, **POLICY)

    def respond(snapshot: Snapshot) -> Response:
        query = choice.embed.parse_query(context, snapshot, choice.parameters, choice.display)
        parts = (
            display.canonical,
            choice.query_string(display.language),
            query.query_string(),
            assets.assets_version(),
        )
        urls = EmbedUrls(context.settings.base_url, choice.embed, query, choice.display)
        write = partial(_render, snapshot, display, choice, urls)
        return context.conditional_response(snapshot, "&".join(parts), write, headers)

    return await context.run_in_thread(respond)


def _render(snapshot: Snapshot, display: DisplayOptions, choice: BuilderChoice, urls: EmbedUrls) -> ResponseBody:
    content = load_content(snapshot, choice.embed, urls.query, choice.display)
    title, height = content.title.striptags(), max(map(content.height, FIT_WIDTHS[choice.fit]))
    localizer = localizer_for(display.language)
    body = templating.render_template(
        "builder.html",
        "/embed",
        replace(display, theme=templating.SITE_THEME),
        choice=choice,
        chosen=dict(choice.parameters),
        title=title,
        height=height,
        iframe_url=urls.iframe,
        preview_url=urls.iframe.removeprefix(f"{urls.base}/"),
        iframe_snippet=iframe_snippet(urls.iframe, title, height),
        element_snippet=element_snippet(urls.base, urls.iframe, title),
        query_strings={language: choice.query_string(language) for language in LANGUAGE_NAMES},
        countries=list(_cities_by_country(snapshot, localizer)),
        lists=[(embed.name, localizer.translate(embed.title)) for embed in EMBEDS.values()],
        themes=[(theme, localizer.label(theme, "Theme")) for theme in THEMES],
        fits=[(fit, localizer.label(fit, "Fit")) for fit in FIT_WIDTHS],
        languages=LANGUAGE_NAMES,
    )
    return ResponseBody(body, media_type=templating.HTML)


def _cities_by_country(
    snapshot: Snapshot, localizer: Localizer
) -> Iterator[tuple[str, str, list[tuple[str, DisplayText]]]]:
    """The code and the name of each country that has cities, with their ids and names; all sorted by name."""
    place = models.Place
    statement = select(col(place.id)).where(col(place.kind) != PlaceKind.country).order_by(col(place.id))
    ids = list(snapshot.execute(statement.limit(MAX_CITIES)).scalars())
    cities = load_records(snapshot, "city", ids).values()
    for code in sorted({city["country"] for city in cities}, key=localizer.country):
        names = [(city["id"], localizer.place(city)) for city in cities if city["country"] == code]
        yield code, localizer.country(code), sorted(names, key=lambda pair: str(pair[1]))
