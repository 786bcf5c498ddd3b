"""The search by words: a record is found by texts, and a text by any part of it, from an index on either database."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, String, and_, or_, select, true, type_coerce
from sqlalchemy.orm import aliased
from sqlmodel import col

from app import models
from app.kit.declaring import Where
from app.kit.linked import Among, Clause, Linked, Unindexed
from app.kit.text import fold_words

LONGEST_ENDING = 24  # characters of the ending of a text that are kept


Sent = tuple[str, str, str | None]
"""A word as it is sent: first and last of the endings that begin with it; a pattern where they are cut too short."""


def sent_words(text: str) -> list[str | None]:
    """The folded words of what somebody typed, each as three values; the longest first: it is the rarest."""
    return [sent for word in sorted(fold_words(text), key=len, reverse=True) for sent in _sent(word)]


def _sent(word: str) -> Sent:
    first, escaped = word[:LONGEST_ENDING], re.sub("([/%_])", r"/\1", word)
    return first, f"{first}\U0010ffff", f"%{escaped}%" if word != first else None


def terms_with(sent: Sequence[Any]) -> Iterator[Select[Any]]:
    """For each word, as `sent_words` sends it, the numbers of the terms that contain it."""
    ending, term = models.Ending, models.Term
    text = select(col(term.text)).where(col(term.number) == ending.term).scalar_subquery()
    for at in range(0, len(sent), 3):
        first, last, pattern = sent[at], sent[at + 1], type_coerce(sent[at + 2], String)
        begins = and_(col(ending.text) >= first, col(ending.text) < last)
        yield select(col(ending.term)).where(begins, or_(pattern.is_(None), text.like(pattern, escape="/")))


def mentions_words(query: Any, sent: list[Any]) -> list[Linked | Clause]:
    """The record is found by each word of what somebody typed: by the first, and then looked at for the others."""
    first, *others = (_mentions(query, terms) for terms in terms_with(sent))
    return [first, *(other.probed() for other in others)]


def _mentions(query: Any, terms: Select[Any]) -> Linked:
    mention = aliased(models.Mention)
    asked = and_(col(mention.noun) == query.noun, Among(mention.term, terms))
    return Linked(query.record.number, mention.subject, asked, mention.sort_key, probe=found_once(mention.term, terms))


def found_once(column: Any, terms: Select[Any]) -> Clause:
    """For a walk: the term is among these. A record has few terms, a word may be in thousands, which are found once."""
    # With `IS TRUE`, or PostgreSQL would join them with each record.
    return Unindexed(col(column)).in_(terms).is_(true())


WORDS = Where(mentions_words, "{list}, matching {values}", sent_words, leads=True)
