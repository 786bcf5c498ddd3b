"""Text as people type it: normalised, folded, and the nearest of what is known."""

import difflib
import unicodedata
from collections.abc import Iterable

# Letters that mean a plain one but have no decomposition.
_PLAIN_LETTERS = str.maketrans({"đ": "d", "ð": "d", "ł": "l", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})
_KEPT_CHARACTERS = frozenset("%_")


def fold(text: str) -> str:
    """The text without case, accents, spaces and punctuation, one form on every database.

    SQLite's `lower()` knows ASCII only and PostgreSQL's depends on the locale, so what is
    searched is folded here before it is stored, and the query by the same function.
    Letters, digits, symbols, `%` and `_` stay; Hangul stays composed.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold()).translate(_PLAIN_LETTERS)
    return unicodedata.normalize("NFC", "".join(char for char in decomposed if _is_kept(char)))


def _is_kept(char: str) -> bool:
    return char in _KEPT_CHARACTERS or unicodedata.category(char)[0] in "LNS"


def fold_words(text: str) -> list[str]:
    """The folded words of what somebody typed, each once; empty if nothing is left of it."""
    return list(dict.fromkeys(word for word in map(fold, text.split()) if word))


def nearest(value: str, known: Iterable[str], likeness: float = 0.6) -> str | None:
    """The known word that the value was probably meant to be, or None."""
    by_fold: dict[str, list[str]] = {}
    for word in known:
        by_fold.setdefault(fold(word), []).append(word)
    close = difflib.get_close_matches(fold(value), by_fold, n=1, cutoff=likeness)
    return difflib.get_close_matches(value, by_fold[close[0]], n=1, cutoff=0)[0] if close else None
