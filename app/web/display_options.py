"""Presentation parameters of a page: language, theme, accent, title, limit; a wrong value counts as not given."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from app.middleware.conditional_requests import parse_weights
from app.query.parsing import Parameters, split_query
from app.values.countries import LANGUAGES
from app.web.accent_colors import DEFAULT_ACCENT

DEFAULT_LIMIT = 20
MAX_LIMIT = 200
THEMES = ("light", "dark", "auto")
PRESENTATION_PARAMETERS = ("lang", "theme", "accent", "title", "limit")
TRACKING_PARAMETER = re.compile(r"utm_\w+|fbclid|gclid")


@dataclass(frozen=True)
class DisplayOptions:
    """Language, theme, accent colour, title and number of rows of a page."""

    language: str
    negotiated: bool
    """Whether the language comes from Accept-Language, not from the parameter `lang`."""
    theme: str = "light"
    accent: str = DEFAULT_ACCENT
    title: bool = True
    limit: int = DEFAULT_LIMIT

    @property
    def canonical(self) -> str:
        """The part of a page's cache key that depends on its display options; the limit belongs to its query."""
        return f"{self.language}-{self.theme}-{self.accent}-{self.title}"

    def parameters(self) -> dict[str, str]:
        """The parameters that ask for these display options, without defaults."""
        values = {
            "lang": self.language,
            "theme": self.theme,
            "accent": self.accent,
            "title": "1" if self.title else "0",
            "limit": str(self.limit),
        }
        return {name: value for name, value in values.items() if value != _DEFAULTS.get(name)}


_DEFAULTS = {"theme": "light", "accent": DEFAULT_ACCENT, "title": "1", "limit": str(DEFAULT_LIMIT)}


def page_parameters(query_string: bytes) -> Parameters:
    """Parse a query string into its parameters, in their order, without tracking parameters."""
    return [(name, value) for name, value in split_query(query_string) if not TRACKING_PARAMETER.fullmatch(name)]


def parse_display_options(parameters: Parameters, accept_language: str) -> DisplayOptions:
    """Read the display options from parameters; without a valid `lang` the language comes from Accept-Language."""
    values = dict(reversed(parameters))  # of a repeated parameter, the first counts
    language = values.get("lang")
    return DisplayOptions(
        language=language if language in LANGUAGES else preferred_language(accept_language),
        negotiated=language not in LANGUAGES,
        theme=_choice(THEMES, values.get("theme")),
        accent=_accent(values.get("accent", "")),
        title=values.get("title") != "0",
        limit=_limit(values.get("limit", "")),
    )


def is_page_path(path: str) -> bool:
    """Whether this path is that of a page for people, where errors are pages, too."""
    return path in ("/", "/embed") or path.startswith("/embed/")


@lru_cache(maxsize=1024)
def negotiate_language(accept_language: bytes) -> str:
    """Negotiate the language of a page without `lang` from the bytes of an Accept-Language header."""
    return preferred_language(accept_language.decode("latin-1"))


def filter_parameters(parameters: Parameters, extra: Mapping[str, str]) -> Parameters:
    """The parameters without those of the display options, and the extra ones after them."""
    filters = [(name, value) for name, value in parameters if name not in PRESENTATION_PARAMETERS]
    return [*filters, *extra.items()]


def preferred_language(accept_language: str) -> str:
    """The language of LANGUAGES with the greatest weight in an Accept-Language header; English if none has any."""
    weights = {tag.partition("-")[0]: weight for tag, weight in reversed(parse_weights(accept_language).items())}
    return max(LANGUAGES, key=lambda language: weights.get(language, 0.0))


def _choice(allowed: tuple[str, ...], value: str | None) -> str:
    return value if value in allowed else allowed[0]


def _accent(value: str) -> str:
    return value.lower() if re.fullmatch(r"[0-9A-Fa-f]{6}", value) else DEFAULT_ACCENT


def _limit(value: str) -> int:
    return int(value) if re.fullmatch(r"[1-9][0-9]{0,2}", value) and int(value) <= MAX_LIMIT else DEFAULT_LIMIT
