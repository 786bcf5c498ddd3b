"""The builder: a form that makes the snippet to paste and shows what it will look like; it needs no script."""

import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from fastapi import APIRouter
from sqlalchemy import select
from sqlmodel import col
from starlette.responses import Response

from app.api.request_context import RequestContext, RequestContextDep, ResponseBody
from app.db import models
from app.db.register import Snapshot
from app.enums import PlaceKind
from app.query.parsing import Parameters
from app.values.countries import LANGUAGES
from app.web import assets, templating
from app.web.embeds.heights import PHONE_WIDTH, SCREEN_WIDTH
from app.web.embeds.lists import EMBEDS, Embed, EmbedUrls, embed_content
from app.web.embeds.snippets import element, snippet
from app.web.i18n import LANGUAGE_NAMES, localizer_for
from app.web.presentation import THEMES, Presentation, page_parameters, parse_presentation
from app.web.record_names import records_of

MAX_CITIES = 500
"""How many cities the form offers; with more, the address can be written by hand."""

FIT_WIDTHS = {"phone": (PHONE_WIDTH, SCREEN_WIDTH), "screen": (SCREEN_WIDTH,)}
"""For which widths of a frame its height is to be enough."""

OWN_PARAMETERS = ("show", "embed_lang", "lang", "theme", "accent", "fit")
FORM_FILTERS = ("country", "city")


@dataclass(frozen=True)
class BuilderChoice:
    """What was chosen in the form."""

    page: Embed
    pairs: Parameters
    """The parameters of the embed."""
    presentation: Presentation
    """How the embed looks."""
    fit: str
    """For which widths its height is to be enough."""

    @property
    def unseen(self) -> Parameters:
        """The filters that the form has no field for, but keeps."""
        return [(name, value) for name, value in self.pairs if name not in FORM_FILTERS]

    def link(self, language: str) -> str:
        """The query of this choice in the builder of another language."""
        given = self.presentation.parameters()
        colours = [(name, given[name]) for name in ("theme", "accent") if name in given]
        own = [
            ("lang", language),
            ("show", self.page.name),
            ("embed_lang", self.presentation.language),
            ("fit", self.fit),
        ]
        return urllib.parse.urlencode([*own, *colours, *self.pairs])


def parse_choice(pairs: Parameters, own: Presentation) -> BuilderChoice:
    """What the form sends; a field that is left empty is not chosen."""
    given = dict(reversed(pairs))
    language = given.get("embed_lang", "")
    pairs = [(name, value) for name, value in pairs if name not in OWN_PARAMETERS and value.strip()]
    presentation = replace(own, language=language if language in LANGUAGES else own.language, negotiated=False)
    page = EMBEDS.get(f"/embed/{given.get('show')}", next(iter(EMBEDS.values())))
    fit = given.get("fit", "")
    return BuilderChoice(page, pairs, presentation, fit if fit in FIT_WIDTHS else next(iter(FIT_WIDTHS)))


async def show_builder(context: RequestContext) -> Response:
    """The form, the snippet and the preview."""
    pairs = page_parameters(context.query_string)
    presentation = parse_presentation(pairs, context.headers.get("accept-language", ""))
    choice = parse_choice(pairs, presentation)
    own = {"form-action": "'self'", "frame-src": "'self'", "connect-src": "'self'"}
    headers = templating.page_headers(presentation, context.settings.frame_ancestors, **own)

    def answer(snapshot: Snapshot) -> Response:
        query = choice.page.query(context, snapshot, choice.pairs, choice.presentation)
        parts = (
            presentation.canonical,
            choice.link(presentation.language),
            query.query_string(),
            assets.assets_version(),
        )
        canonical = "&".join(parts)
        addresses = EmbedUrls(context.settings.base_url, choice.page, query, choice.presentation)
        write = partial(_write, snapshot, presentation, choice, addresses)
        return context.conditional_response(snapshot, canonical, write, headers)

    return await context.run_in_thread(answer)


def _write(snapshot: Snapshot, presentation: Presentation, choice: BuilderChoice, addresses: EmbedUrls) -> ResponseBody:
    seen = embed_content(snapshot, choice.page, addresses.query, choice.presentation)
    title, height = seen.title.striptags(), max(map(seen.height, FIT_WIDTHS[choice.fit]))
    localizer = localizer_for(presentation.language)
    body = templating.render_template(
        "builder.html",
        "/embed",
        replace(presentation, theme=templating.SITE_THEME),
        chosen=dict(choice.pairs),
        choice=choice,
        addresses=addresses,
        title=title,
        height=height,
        snippet=snippet(addresses.framed(), title, height),
        element=element(addresses.base, addresses.framed(), title),
        links={language: choice.link(language) for language in LANGUAGE_NAMES},
        places=list(_places(snapshot, presentation)),
        preview=addresses.framed().removeprefix(f"{addresses.base}/"),
        lists=[(page.name, localizer.translate(page.title)) for page in EMBEDS.values()],
        themes=[(theme, localizer.label(theme, "Theme")) for theme in THEMES],
        fits=[(fit, localizer.label(fit, "Fit")) for fit in FIT_WIDTHS],
        languages=LANGUAGE_NAMES,
    )
    return ResponseBody(body, media_type=templating.HTML)


def _places(snapshot: Snapshot, presentation: Presentation) -> Iterator[tuple[str, str, list[tuple[str, Any]]]]:
    """The countries of the register with their cities, by name."""
    place = models.Place
    chosen = select(col(place.id)).where(col(place.kind) != PlaceKind.country).order_by(col(place.id))
    ids = list(snapshot.execute(chosen.limit(MAX_CITIES)).scalars())
    localizer = localizer_for(presentation.language)
    cities = records_of(snapshot, "city", ids).values()
    for code in sorted({city["country"] for city in cities}, key=localizer.country):
        named = [(city["id"], localizer.place(city)) for city in cities if city["country"] == code]
        yield code, localizer.country(code), sorted(named, key=lambda pair: str(pair[1]))


router = APIRouter(include_in_schema=False)


@router.get("/embed")
async def get_builder(context: RequestContextDep) -> Response:
    """The form that makes a snippet."""
    return await show_builder(context)
