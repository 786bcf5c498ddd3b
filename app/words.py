"""The search by words: a record is found by texts, and a text by any part of it, from an index on either database."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, and_, select, true
from sqlalchemy.orm import aliased
from sqlmodel import col

from app import models
from app.kit.declaring import Where
from app.kit.linked import Clause, Linked, Unindexed
from app.kit.text import fold_words

LONGEST_ENDING = 24  # characters of the ending of a text that are kept


def sent_words(text: str) -> list[str]:
    """For each folded word of what somebody typed: the first and the last ending that it may begin, and a pattern."""
    return [sent for word in fold_words(text) for sent in _sent(word)]


def _sent(word: str) -> tuple[str, str, str]:
    first, escaped = word[:LONGEST_ENDING], re.sub("([/%_])", r"/\1", word)
    return first, f"{first}\U0010ffff", f"%{escaped}%"


def terms_with(sent: Sequence[Any]) -> Iterator[Select[Any]]:
    """For each word, as `sent_words` sends it, the numbers of the terms that contain it."""
    ending, term = models.Ending, models.Term
    for at in range(0, len(sent), 3):
        first, last, pattern = sent[at : at + 3]
        found: Select[Any] = select(col(ending.term)).join(term, col(term.number) == ending.term)
        yield found.where(col(ending.text) >= first, col(ending.text) < last, col(term.text).like(pattern, escape="/"))


def mentions_words(query: Any, sent: list[Any]) -> list[Linked]:
    """The record is found by each word of what somebody typed."""
    return [_mentions(query, terms) for terms in terms_with(sent)]


def _mentions(query: Any, terms: Select[Any]) -> Linked:
    mention = aliased(models.Mention)
    asked = and_(col(mention.noun) == query.noun, col(mention.term).in_(terms))
    return Linked(query.record.number, mention.subject, asked, probe=found_once(mention.term, terms))


def found_once(column: Any, terms: Select[Any]) -> Clause:
    """For a walk: the term is among these. A record has few terms, a word may be in thousands, which are found once."""
    # With `IS TRUE`, or PostgreSQL would join them with each record.
    return Unindexed(col(column)).in_(terms).is_(true())


WORDS = Where(mentions_words, "{list}, matching {values}", sent_words, leads=True)
