"""Text search: a record is found by its terms, and a term by any part of it, from an index on either database.

The index has the suffixes of each term: the terms that contain a word have a suffix that begins with it, so a range
scan finds them.
"""

import re
from collections.abc import Iterator, Sequence

from sqlalchemy import BindParameter, String, and_, or_, select, true, type_coerce
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.db import models
from app.query.conditions import Clause, JoinFilter
from app.query.filters import Filter, FilterParameters
from app.query.list_query import ListQuery
from app.query.sql_elements import InSubquery, ModelColumn, NoIndex, RowSelect, expression_of
from app.values.text import fold_words

MAX_SUFFIX_LENGTH = 24  # characters; the index has no more of a suffix

BoundWord = tuple[str, str, str | None]
"""The values that are sent for a word: the first text of the range of suffixes that begin with it, the text behind the
range, and a LIKE pattern for the term if the word is longer than the suffixes in the index, else None."""


def bind_words(text: str) -> list[str | None]:
    """Return the values that are sent for the words of a text, three for each, the longest and so rarest first."""
    return [value for word in sorted(fold_words(text), key=len, reverse=True) for value in _bind_word(word)]


def _bind_word(word: str) -> BoundWord:
    first, escaped = word[:MAX_SUFFIX_LENGTH], re.sub("([/%_])", r"/\1", word)
    return first, f"{first}\U0010ffff", f"%{escaped}%" if word != first else None


def terms_containing(parameters: Sequence[BindParameter[str]]) -> Iterator[RowSelect]:
    """Yield for each word a SELECT of the numbers of the terms that contain it; parameters as in `BoundWord`."""
    suffix, term = models.Suffix, models.Term
    text = select(col(term.text)).where(col(term.number) == suffix.term).scalar_subquery()
    for index in range(0, len(parameters), 3):
        first, last, pattern = parameters[index], parameters[index + 1], type_coerce(parameters[index + 2], String)
        begins = and_(col(suffix.text) >= first, col(suffix.text) < last)
        yield select(col(suffix.term)).where(begins, or_(pattern.is_(None), text.like(pattern, escape="/")))


def contains_words(query: ListQuery, parameters: FilterParameters) -> list[JoinFilter | Clause]:
    """Match the records that have each of the words; those with the first are found, and tested for the others."""
    first, *others = (_contains_word(query, terms) for terms in terms_containing(parameters))
    return [first, *(other.as_exists() for other in others)]


def _contains_word(query: ListQuery, terms: RowSelect) -> JoinFilter:
    mention = aliased(models.Mention)
    condition = and_(col(mention.noun) == query.noun, InSubquery(mention.term, terms))
    of_record = in_terms(mention.term, terms)
    return JoinFilter(query.record.number, mention.subject, condition, mention.sort_key, exists_condition=of_record)


def in_terms(column: ModelColumn, terms: RowSelect) -> Clause:
    """Match the links whose term is one of these, for `JoinFilter.exists_condition`.

    A record has few terms, while a word can be in thousands, which the database finds once.
    """
    # With `IS TRUE`, or PostgreSQL would join them with each record.
    return NoIndex(expression_of(column)).in_(terms).is_(true())


TEXT_SEARCH = Filter(contains_words, "{list}, matching {values}", bind_words, indexed=True)
