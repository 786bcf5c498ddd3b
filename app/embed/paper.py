"""The sheet that every page is printed on: its template environment and its headers."""

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.embed import assets
from app.embed.looks import Looks
from app.embed.voice import clean, voice

HTML = "text/html"
OWN_THEME = "auto"
"""Pages of our own follow the reader's system; embeds, which do not know the page around them, are light."""
MOST_QUOTES = 30
"""How many quotations of a record a page shows; the rest is in the API."""
OWN = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "data:",
    "base-uri": "'none'",
    "form-action": "'none'",
}


def _finalize(value: Any) -> Any:
    """Text of the register without marks that would turn what stands beside it; markup and numbers as they are."""
    return clean(value) if type(value) is str else value


def web_address(url: str | None) -> str | None:
    """The address if it is one of the web: never a script."""
    return url if url and url.lower().startswith(("https://", "http://")) else None


def grouped(items: list[dict[str, Any]], key: str) -> list[tuple[str, list[dict[str, Any]]]]:
    """Things by what they have under this key, in the order of the first of each."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        groups.setdefault(item[key], []).append(item)
    return list(groups.items())


@cache
def environment(language: str) -> Environment:
    """The templates, speaking this language."""
    speaker = voice(language)
    jinja = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.globals.update(_=speaker.html, ngettext=speaker.counted, voice=speaker, most_quotes=MOST_QUOTES)
    names = ("country", "date", "foreign", "headline", "number", "place", "value", "when", "word")
    jinja.filters.update({name: getattr(speaker, name) for name in names}, web=web_address, grouped=grouped)
    jinja.filters["term_of"] = lambda english, vocabulary: speaker.term(vocabulary, english)
    return jinja


def render(template: str, path: str, looks: Looks, **values: Any) -> bytes:
    """A page at this path."""
    asset = partial(assets.address, path)
    page = environment(looks.language).get_template(template)
    return page.render(path=path, looks=looks, asset=asset, **values).encode()


def headers(looks: Looks, frame_ancestors: str, **policy: str) -> dict[str, str]:
    """The headers of a page: what it may load, who may frame it, which language it is in."""
    rules: Mapping[str, str] = {**OWN, **policy, "frame-ancestors": frame_ancestors}
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in rules.items()),
        "Content-Language": looks.language,
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Vary": "Accept-Language, Accept-Encoding" if looks.negotiated else "Accept-Encoding",
    }
