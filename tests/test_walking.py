"""A page is the same whether the list is walked for it or what matches is gathered: a limit decides which."""

import pytest

from tests.examples import QUERIES, SORTS
from tests.serving import Served

SORTED = [(path, query, sort) for path, _, query, _ in QUERIES for other, sort in SORTS if path == other]


@pytest.mark.parametrize(("path", "query", "sort"), SORTED)
def test_a_walk_finds_what_is_gathered(small: Served, path: str, query: str, sort: str) -> None:
    address = f"{path}?{query}&sort={sort}"
    whole = small.ids(f"{address}&limit=200")

    assert small.ids(f"{address}&limit=1") == whole[:1]
