"""An index of substrings: each distinct text once, with all its suffixes, so that any part of it is a prefix."""

import itertools
from collections.abc import Iterable
from functools import lru_cache

from sqlmodel import SQLModel

from app.db import models
from app.query.text_search import MAX_SUFFIX_LENGTH
from app.seeding.rendering.rows import Columns, row_of
from app.values.text import fold

_folded = lru_cache(maxsize=10_000)(fold)  # the names of a place are in many records


class TermIndex:
    """Numbers distinct folded texts, the terms, in the order in which they are added."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._unused = itertools.count(1)

    def add(self, texts: Iterable[str | None]) -> tuple[list[int], list[SQLModel]]:
        """Return the numbers of the terms of these texts, each once, and the rows of the terms that are new."""
        terms = dict.fromkeys(term for text in texts if text and (term := _folded(text)))
        new = [term for term in terms if term not in self._numbers]
        self._numbers.update(zip(new, self._unused, strict=False))
        return [self._numbers[term] for term in terms], [row for term in new for row in self._term_rows(term)]

    def number_of(self, text: str | None) -> int | None:
        """Return the number of a text that was added; None if nothing is left of it when it is folded."""
        return self._numbers.get(_folded(text)) if text else None

    def mentions(self, noun: str, subject: int, sort_key: str, texts: Iterable[str | None]) -> list[SQLModel]:
        """Return the rows by which the record with this number is found by these texts, in the order of its key."""
        numbers, rows = self.add(texts)
        record: Columns = {"noun": noun, "subject": subject, "sort_key": sort_key}
        return [*rows, *(row_of(models.Mention, record, term=number) for number in numbers)]

    def _term_rows(self, term: str) -> list[SQLModel]:
        number = self._numbers[term]
        suffixes = {term[start : start + MAX_SUFFIX_LENGTH] for start in range(len(term))}
        rows = (row_of(models.Suffix, text=suffix, term=number) for suffix in suffixes)
        return [row_of(models.Term, number=number, text=term), *rows]
