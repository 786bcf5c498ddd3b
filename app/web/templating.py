"""The sheet that every page is printed on: its template environment and its headers."""

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.web import assets
from app.web.i18n import localizer_for, strip_bidi
from app.web.presentation import Presentation

HTML = "text/html"
SITE_THEME = "auto"
"""Pages of our own follow the reader's system; embeds, which do not know the page around them, are light."""
MAX_QUOTES = 30
"""How many quotations of a record a page shows; the rest is in the API."""
DEFAULT_POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "data:",
    "base-uri": "'none'",
    "form-action": "'none'",
}


def _finalize(value: Any) -> Any:
    """Text of the register without marks that would turn what stands beside it; markup and numbers as they are."""
    return strip_bidi(value) if type(value) is str else value


def http_url(url: str | None) -> str | None:
    """The address if it is one of the web: never a script."""
    return url if url and url.lower().startswith(("https://", "http://")) else None


def group_by(items: list[dict[str, Any]], key: str) -> list[tuple[str, list[dict[str, Any]]]]:
    """Things by what they have under this key, in the order of the first of each."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        groups.setdefault(item[key], []).append(item)
    return list(groups.items())


@cache
def template_environment(language: str) -> Environment:
    """The templates, speaking this language."""
    localizer = localizer_for(language)
    jinja = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.globals.update(
        _=localizer.html, ngettext=localizer.translate_plural, localizer=localizer, most_quotes=MAX_QUOTES
    )
    names = (
        "country",
        "date",
        "foreign",
        "headline",
        "number",
        "place",
        "observation_value",
        "observation_period",
        "label",
    )
    jinja.filters.update({name: getattr(localizer, name) for name in names}, web=http_url, grouped=group_by)
    jinja.filters["term_of"] = lambda english, vocabulary: localizer.term(vocabulary, english)
    return jinja


def render_template(template: str, path: str, presentation: Presentation, **values: Any) -> bytes:
    """A page at this path."""
    asset = partial(assets.asset_url, path)
    page = template_environment(presentation.language).get_template(template)
    return page.render(path=path, presentation=presentation, asset=asset, **values).encode()


def page_headers(presentation: Presentation, frame_ancestors: str, **policy: str) -> dict[str, str]:
    """The headers of a page: what it may load, who may frame it, which language it is in."""
    rules: Mapping[str, str] = {**DEFAULT_POLICY, **policy, "frame-ancestors": frame_ancestors}
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in rules.items()),
        "Content-Language": presentation.language,
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Vary": "Accept-Language, Accept-Encoding" if presentation.negotiated else "Accept-Encoding",
    }
