"""Jinja templates of the pages, and the response headers of a page."""

from collections.abc import Iterable, Mapping
from functools import cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.web import assets
from app.web.charts import SHOWN_STATUSES
from app.web.display_options import DisplayOptions
from app.web.i18n import Localizer, localizer_for, strip_bidi
from app.web.records import Record

HTML = "text/html"
SITE_THEME = "auto"
"""The site's own pages follow the reader's system; an embed is light by default, for it cannot know its host page."""
MAX_QUOTES = 30
"""How many quotations of a record a page shows; the API has all."""
DEFAULT_POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "data:",
    "base-uri": "'none'",
    "form-action": "'none'",
}
LOCALIZER_FILTERS = (
    "country",
    "date",
    "foreign",
    "headline",
    "label",
    "number",
    "observation_period",
    "observation_value",
    "place",
)
"""The methods of `Localizer` that are filters in templates."""


def http_url(url: str | None) -> str | None:
    """The URL if its scheme is http or https; None for others, such as `javascript:`."""
    return url if url and url.lower().startswith(("https://", "http://")) else None


def group_in_order(items: Iterable[Record], key: str) -> list[tuple[str, list[Record]]]:
    """Group items by their value under a key, in the order of the first of each."""
    groups: dict[str, list[Record]] = {}
    for item in items:
        groups.setdefault(item[key], []).append(item)
    return list(groups.items())


@cache
def template_environment(language: str) -> Environment:
    """The Jinja environment of a language, made once."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    _add_localizer(environment, localizer_for(language))
    environment.globals.update(max_quotes=MAX_QUOTES, shown_statuses=SHOWN_STATUSES)
    environment.filters.update(http_url=http_url, group_in_order=group_in_order)
    return environment


def _add_localizer(environment: Environment, localizer: Localizer) -> None:
    environment.globals.update(_=localizer.translate_html, ngettext=localizer.translate_plural, localizer=localizer)
    environment.filters.update({name: getattr(localizer, name) for name in LOCALIZER_FILTERS})
    environment.filters["term"] = lambda english, vocabulary: localizer.term(vocabulary, english)


def _finalize(value: object) -> object:
    """Remove bidirectional formatting characters from text of the register before it is printed."""
    return strip_bidi(value) if type(value) is str else value


def render_template(template: str, path: str, display: DisplayOptions, **values: object) -> bytes:
    """Render the page at this path, in the language of its display options, as UTF-8."""
    asset = partial(assets.asset_url, path)
    page = template_environment(display.language).get_template(template)
    return page.render(path=path, display=display, asset=asset, **values).encode()


def page_headers(display: DisplayOptions, frame_ancestors: str, **policy: str) -> dict[str, str]:
    """Headers of a page: Content Security Policy, language, cross-origin isolation and Vary.

    `policy` replaces or adds directives of the Content Security Policy.
    """
    directives: Mapping[str, str] = {**DEFAULT_POLICY, **policy, "frame-ancestors": frame_ancestors}
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in directives.items()),
        "Content-Language": display.language,
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Vary": "Accept-Language, Accept-Encoding" if display.negotiated else "Accept-Encoding",
    }
