"""Text as people type it: folding for searches, and the nearest of known words."""

import difflib
import unicodedata
from collections.abc import Iterable

# Letters with a plain equivalent but no Unicode decomposition.
_PLAIN_LETTERS = str.maketrans({"đ": "d", "ð": "d", "ł": "l", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})
_KEPT_CHARACTERS = frozenset("%_")


def fold(text: str) -> str:
    """Remove case, accents, spaces and punctuation from a text.

    Letters, digits, symbols, `%` and `_` stay; Hangul stays composed (NFC). Stored text and search words are both
    folded here and not by the databases: SQLite's `lower()` knows ASCII only, and PostgreSQL's depends on the locale.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold()).translate(_PLAIN_LETTERS)
    return unicodedata.normalize("NFC", "".join(char for char in decomposed if _is_kept(char)))


def _is_kept(char: str) -> bool:
    return char in _KEPT_CHARACTERS or unicodedata.category(char)[0] in "LNS"


def fold_words(text: str) -> list[str]:
    """Return the folded words of a text, each once; empty if folding leaves nothing."""
    return list(dict.fromkeys(word for word in map(fold, text.split()) if word))


def nearest(value: str, words: Iterable[str], min_similarity: float = 0.6) -> str | None:
    """Return the word most similar to the value, or None if none has the similarity (0 to 1, as in `difflib`)."""
    by_fold: dict[str, list[str]] = {}
    for word in words:
        by_fold.setdefault(fold(word), []).append(word)
    matches = difflib.get_close_matches(fold(value), by_fold, n=1, cutoff=min_similarity)
    return difflib.get_close_matches(value, by_fold[matches[0]], n=1, cutoff=0)[0] if matches else None
