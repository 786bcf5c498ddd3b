"""The texts that records are found by: each distinct one once, with its endings, so that any part of it is found."""

import itertools
from collections.abc import Iterable
from functools import lru_cache

from sqlmodel import SQLModel

from app.db import models
from app.query.text_search import MAX_SUFFIX_LENGTH
from app.seeding.rendering.rows import row_of
from app.values.text import fold

_folded = lru_cache(maxsize=10_000)(fold)  # the names of a place are in many records


class TermIndex:
    """Numbers texts as they are met."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._next = itertools.count(1)

    def numbers_of(self, texts: Iterable[str | None]) -> tuple[list[int], list[SQLModel]]:
        """The numbers of folded texts, each once, and the rows of those that are new."""
        folded = dict.fromkeys(found for text in texts if text and (found := _folded(text)))
        new = [text for text in folded if text not in self._numbers]
        self._numbers.update(zip(new, self._next, strict=False))
        return [self._numbers[text] for text in folded], [row for text in new for row in self._rows(text)]

    def number_of(self, text: str | None) -> int | None:
        """The number of a text that was met before; what folds to nothing has none."""
        return self._numbers.get(_folded(text)) if text else None

    def mentions(self, noun: str, subject: int, sort_key: str, texts: Iterable[str | None]) -> list[SQLModel]:
        """The rows by which a record of this noun, which is listed by this key, is found by these texts."""
        numbers, rows = self.numbers_of(texts)
        found = {"noun": noun, "subject": subject, "sort_key": sort_key}
        return [*rows, *(row_of(models.Mention, found, term=number) for number in numbers)]

    def _rows(self, text: str) -> list[SQLModel]:
        number = self._numbers[text]
        suffixes = {text[start : start + MAX_SUFFIX_LENGTH] for start in range(len(text))}
        rows = (row_of(models.Suffix, text=suffix, term=number) for suffix in suffixes)
        return [row_of(models.Term, number=number, text=text), *rows]
