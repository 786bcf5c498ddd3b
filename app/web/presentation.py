"""How a page looks, as its address asks for it; what is not understood here falls back, it is never an error."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from app.middleware.conditional import parse_weights
from app.query.parsing import Parameters, split_query
from app.values.countries import LANGUAGES
from app.web.accent_colors import DEFAULT_ACCENT

DEFAULT_LIMIT = 20
MAX_LIMIT = 200
THEMES = ("light", "dark", "auto")
TRACKING_PARAMETER = re.compile(r"utm_\w+|fbclid|gclid")


@dataclass(frozen=True)
class Presentation:
    """The language, the colours and the size of a page."""

    language: str
    negotiated: bool
    """Whether the language comes from the headers of the request, and not from its address."""
    theme: str = "light"
    accent: str = DEFAULT_ACCENT
    title: bool = True
    limit: int = DEFAULT_LIMIT

    @property
    def canonical(self) -> str:
        """What a representation depends on besides its filters."""
        return f"{self.language}-{self.theme}-{self.accent}-{self.title}"

    def parameters(self) -> dict[str, str]:
        """The parameters that ask for these looks; defaults are left out."""
        given = {
            "lang": self.language,
            "theme": self.theme,
            "accent": self.accent,
            "title": "1" if self.title else "0",
            "limit": str(self.limit),
        }
        return {name: value for name, value in given.items() if value != _DEFAULTS.get(name)}


_DEFAULTS = {"theme": "light", "accent": DEFAULT_ACCENT, "title": "1", "limit": str(DEFAULT_LIMIT)}


def page_parameters(query_string: bytes) -> Parameters:
    """The parameters of a query string, in their order, without those that only track people."""
    return [(name, value) for name, value in split_query(query_string) if not TRACKING_PARAMETER.fullmatch(name)]


def parse_presentation(pairs: Parameters, accept_language: str) -> Presentation:
    """The looks that these parameters ask for."""
    given = dict(reversed(pairs))  # the first of several counts
    asked = given.get("lang")
    return Presentation(
        language=asked if asked in LANGUAGES else preferred_language(accept_language),
        negotiated=asked not in LANGUAGES,
        theme=_one_of(THEMES, given.get("theme")),
        accent=_accent(given.get("accent", "")),
        title=given.get("title") != "0",
        limit=_limit(given),
    )


def is_page_path(path: str) -> bool:
    """Whether a page is asked for at this path."""
    return path in ("/", "/embed") or path.startswith("/embed/")


@lru_cache(maxsize=1024)
def negotiate_language(accept_language: bytes) -> str:
    """The language of a page whose address has none, for this Accept-Language header."""
    return preferred_language(accept_language.decode("latin-1"))


def filter_parameters(pairs: Parameters, changed: Mapping[str, str]) -> Parameters:
    """The other parameters: the filters, and what is added to them."""
    kept = [(name, value) for name, value in pairs if name not in ("lang", "theme", "accent", "title", "limit")]
    return [*kept, *changed.items()]


def preferred_language(accept_language: str) -> str:
    """The language of ours that a reader likes best, English if none."""
    weights = {tag.partition("-")[0]: weight for tag, weight in reversed(parse_weights(accept_language).items())}
    return max(LANGUAGES, key=lambda language: weights.get(language, 0.0))


def _one_of(known: tuple[str, ...], value: str | None) -> str:
    return value if value in known else known[0]


def _accent(value: str) -> str:
    return value.lower() if re.fullmatch(r"[0-9A-Fa-f]{6}", value) else DEFAULT_ACCENT


def _limit(given: Mapping[str, str]) -> int:
    asked = given.get("limit", "")
    return int(asked) if re.fullmatch(r"[1-9][0-9]{0,2}", asked) and int(asked) <= MAX_LIMIT else DEFAULT_LIMIT
