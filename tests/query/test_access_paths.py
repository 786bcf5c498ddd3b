"""A page is the same on every way to it: whether the list is walked, led by a filter, or what matches is gathered."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import parse_qs

import pytest

from app.api.records import page_statement
from app.db.register import Snapshot
from app.query.access_path import AccessPath
from app.query.list_query import ListQuery
from app.query.parsing import parse_query
from app.query.planner import count_matching, page_costs
from tests.support.examples import EXAMPLES, LISTS, QUERIES, SORTS
from tests.support.serving import Served

pytestmark = pytest.mark.slow

SORTED = [(path, query, sort) for path, _, query, _ in QUERIES for other, sort in SORTS if path == other]


@pytest.mark.parametrize(("path", "query", "sort"), SORTED)
def test_a_walk_finds_what_is_gathered(small: Served, path: str, query: str, sort: str) -> None:
    address = f"{path}?{query}&sort={sort}"
    whole = small.ids(f"{address}&limit=200")

    assert small.ids(f"{address}&limit=1") == whole[:1]


@pytest.mark.parametrize(("path", "sort"), [(path, sort) for path, sort in SORTS if "country" in EXAMPLES[path]])
def test_all_ways_find_the_same_pages(small: Served, path: str, sort: str) -> None:
    """Of each filter, with a country that could lead instead."""
    for filters in with_country(path):
        asked = f"{filters}&sort={sort}"
        found = small.register.run(partial(ids_by_way, path, asked))

        assert found == dict.fromkeys(found, small.ids(f"{path}?{asked}&limit=200")), asked


def with_country(path: str) -> Iterator[str]:
    """Each filter of a list with a country, but for those that ask for a country themselves; words, one and several."""
    country = next(iter(EXAMPLES[path]["country"]))
    for name, examples in EXAMPLES[path].items():
        asked = list(examples) if name in ("q", "participant") else list(examples)[:1]
        yield from (f"{country}&{other}" for other in asked if "country" not in parse_qs(other))


def ids_by_way(path: str, asked: str, snapshot: Snapshot) -> dict[AccessPath, list[str]]:
    """What is found on each way that there is, page after page."""
    query = query_of(path, asked)
    ways = page_costs(snapshot, query, count_matching(snapshot, query) or 1)
    return {access_path: list(followed(snapshot, path, asked, access_path)) for access_path in ways}


def followed(snapshot: Snapshot, path: str, asked: str, access_path: AccessPath) -> Iterator[str]:
    """The ids of all pages of two items."""
    query = query_of(path, f"{asked}&limit=2")
    while rows := snapshot.fetch(
        shape_of(query, access_path), partial(page_statement, query, access_path), query.values
    ):
        yield from (row.id for row in rows[:2])
        if len(rows) < 3:
            return
        cursor = query.next_cursor(rows[1].sort_key, rows[1].id)
        query = query_of(path, f"{asked}&limit=2&cursor={cursor}")


def shape_of(query: ListQuery, access_path: AccessPath) -> tuple[Any, ...]:
    """What the statement for a page depends on."""
    return ("walked", access_path, *query.statement_key, query.sort_name, query.cursor is None)


def query_of(path: str, asked: str) -> ListQuery:
    """The query that this text asks."""
    query = parse_query(LISTS[path], asked.encode()).query
    assert query, asked
    return query
