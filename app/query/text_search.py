"""The search by words: a record is found by texts, and a text by any part of it, from an index on either database."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, String, and_, or_, select, true, type_coerce
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.db import models
from app.query.conditions import Clause, InSubquery, JoinFilter, NoIndex
from app.query.filters import Filter
from app.values.text import fold_words

MAX_SUFFIX_LENGTH = 24  # characters of the ending of a text that are kept


BoundWord = tuple[str, str, str | None]
"""A word as it is sent: first and last of the endings that begin with it; a pattern where they are cut too short."""


def bind_words(text: str) -> list[str | None]:
    """The folded words of what somebody typed, each as three values; the longest first: it is the rarest."""
    return [sent for word in sorted(fold_words(text), key=len, reverse=True) for sent in _bind_word(word)]


def _bind_word(word: str) -> BoundWord:
    first, escaped = word[:MAX_SUFFIX_LENGTH], re.sub("([/%_])", r"/\1", word)
    return first, f"{first}\U0010ffff", f"%{escaped}%" if word != first else None


def terms_containing(sent: Sequence[Any]) -> Iterator[Select[Any]]:
    """For each word, as `sent_words` sends it, the numbers of the terms that contain it."""
    suffix, term = models.Suffix, models.Term
    text = select(col(term.text)).where(col(term.number) == suffix.term).scalar_subquery()
    for at in range(0, len(sent), 3):
        first, last, pattern = sent[at], sent[at + 1], type_coerce(sent[at + 2], String)
        begins = and_(col(suffix.text) >= first, col(suffix.text) < last)
        yield select(col(suffix.term)).where(begins, or_(pattern.is_(None), text.like(pattern, escape="/")))


def contains_words(query: Any, sent: list[Any]) -> list[JoinFilter | Clause]:
    """The record is found by each word of what somebody typed: by the first, and then looked at for the others."""
    first, *others = (_contains_word(query, terms) for terms in terms_containing(sent))
    return [first, *(other.as_exists() for other in others)]


def _contains_word(query: Any, terms: Select[Any]) -> JoinFilter:
    mention = aliased(models.Mention)
    asked = and_(col(mention.noun) == query.noun, InSubquery(mention.term, terms))
    return JoinFilter(
        query.record.number, mention.subject, asked, mention.sort_key, exists_condition=in_terms(mention.term, terms)
    )


def in_terms(column: Any, terms: Select[Any]) -> Clause:
    """For a walk: the term is among these. A record has few terms, a word may be in thousands, which are found once."""
    # With `IS TRUE`, or PostgreSQL would join them with each record.
    return NoIndex(col(column)).in_(terms).is_(true())


TEXT_SEARCH = Filter(contains_words, "{list}, matching {values}", bind_words, indexed=True)
