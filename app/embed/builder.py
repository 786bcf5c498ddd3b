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

from app import models
from app.answers import Reader, ReaderDep, Written
from app.db import Snapshot
from app.embed import assets, paper
from app.embed.heights import PHONE, SCREEN
from app.embed.looks import THEMES, Looks, Pairs, looks_of, parse
from app.embed.names import records_of
from app.embed.pages import PAGES, Addresses, Page, shown
from app.embed.snippets import element, snippet
from app.embed.voice import voice
from app.enums import PlaceKind
from app.kit.countries import LANGUAGES

# In their own language, as a language menu should be.
LANGUAGE_NAMES = {"ko": "한국어", "vi": "Tiếng Việt", "en": "English"}
MOST_CITIES = 500
"""How many cities the form offers; with more, the address can be written by hand."""

FITS = {"phone": (PHONE, SCREEN), "screen": (SCREEN,)}
"""For which widths of a frame its height is to be enough."""

OWN = ("show", "embed_lang", "lang", "theme", "accent", "fit")
FIELDS = ("country", "city")


@dataclass(frozen=True)
class Choice:
    """What was chosen in the form."""

    page: Page
    pairs: Pairs
    """The parameters of the embed."""
    looks: Looks
    """How the embed looks."""
    fit: str
    """For which widths its height is to be enough."""

    @property
    def unseen(self) -> Pairs:
        """The filters that the form has no field for, but keeps."""
        return [(name, value) for name, value in self.pairs if name not in FIELDS]

    def link(self, language: str) -> str:
        """The query of this choice in the builder of another language."""
        given = self.looks.parameters()
        colours = [(name, given[name]) for name in ("theme", "accent") if name in given]
        own = [("lang", language), ("show", self.page.name), ("embed_lang", self.looks.language), ("fit", self.fit)]
        return urllib.parse.urlencode([*own, *colours, *self.pairs])


def choice_of(pairs: Pairs, own: Looks) -> Choice:
    """What the form sends; a field that is left empty is not chosen."""
    given = dict(reversed(pairs))
    language = given.get("embed_lang", "")
    pairs = [(name, value) for name, value in pairs if name not in OWN and value.strip()]
    looks = replace(own, language=language if language in LANGUAGES else own.language, negotiated=False)
    page = PAGES.get(f"/embed/{given.get('show')}", next(iter(PAGES.values())))
    fit = given.get("fit", "")
    return Choice(page, pairs, looks, fit if fit in FITS else next(iter(FITS)))


async def show_builder(reader: Reader) -> Response:
    """The form, the snippet and the preview."""
    pairs = parse(reader.query_string)
    looks = looks_of(pairs, reader.headers.get("accept-language", ""))
    choice = choice_of(pairs, looks)
    own = {"form-action": "'self'", "frame-src": "'self'", "connect-src": "'self'"}
    headers = paper.headers(looks, reader.settings.frame_ancestors, **own)

    def answer(snapshot: Snapshot) -> Response:
        query = choice.page.query(reader, snapshot, choice.pairs, choice.looks)
        canonical = f"{looks.canonical}&{choice.link(looks.language)}&{query.encoded()}&{assets.version()}"
        addresses = Addresses(reader.settings.base_url, choice.page, query, choice.looks)
        write = partial(_write, snapshot, looks, choice, addresses)
        return reader.conditional(snapshot, canonical, write, headers)

    return await reader.answer(answer)


def _write(snapshot: Snapshot, looks: Looks, choice: Choice, addresses: Addresses) -> Written:
    seen = shown(snapshot, choice.page, addresses.query, choice.looks)
    title, height = seen.title.striptags(), max(map(seen.height, FITS[choice.fit]))
    speaker = voice(looks.language)
    body = paper.render(
        "builder.html",
        "/embed",
        replace(looks, theme=paper.OWN_THEME),
        chosen=dict(choice.pairs),
        choice=choice,
        addresses=addresses,
        title=title,
        height=height,
        snippet=snippet(addresses.framed(), title, height),
        element=element(addresses.base, addresses.framed(), title),
        links={language: choice.link(language) for language in LANGUAGE_NAMES},
        places=list(_places(snapshot, looks)),
        preview=addresses.framed().removeprefix(f"{addresses.base}/"),
        lists=[(page.name, speaker.say(page.title)) for page in PAGES.values()],
        themes=[(theme, speaker.word(theme, "Theme")) for theme in THEMES],
        fits=[(fit, speaker.word(fit, "Fit")) for fit in FITS],
        languages=LANGUAGE_NAMES,
    )
    return Written(body, media_type=paper.HTML)


def _places(snapshot: Snapshot, looks: Looks) -> Iterator[tuple[str, str, list[tuple[str, Any]]]]:
    """The countries of the register with their cities, by name."""
    place = models.Place
    chosen = select(col(place.id)).where(col(place.kind) != PlaceKind.country).order_by(col(place.id))
    ids = list(snapshot.execute(chosen.limit(MOST_CITIES)).scalars())
    speaker = voice(looks.language)
    cities = records_of(snapshot, "city", ids).values()
    for code in sorted({city["country"] for city in cities}, key=speaker.country):
        named = [(city["id"], speaker.place(city)) for city in cities if city["country"] == code]
        yield code, speaker.country(code), sorted(named, key=lambda pair: str(pair[1]))


router = APIRouter(include_in_schema=False)


@router.get("/embed")
async def get_builder(reader: ReaderDep) -> Response:
    """The form that makes a snippet."""
    return await show_builder(reader)
