"""Every access path finds the same pages: ordered scan, driven by a filter, and scan and sort."""

from collections.abc import Iterator
from functools import partial
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


@pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")  # the next test has both
@pytest.mark.parametrize(("path", "query", "sort"), SORTED)
def test_a_small_page_is_the_beginning_of_a_large_one(small: Served, path: str, query: str, sort: str) -> None:
    """An ordered scan costs less for the small page, scan and sort for the large one."""
    address = f"{path}?{query}&sort={sort}"
    large = small.ids(f"{address}&limit=200")

    assert small.ids(f"{address}&limit=1") == large[:1]


@pytest.mark.parametrize(("path", "sort"), [(path, sort) for path, sort in SORTS if "country" in EXAMPLES[path]])
def test_all_access_paths_find_the_same_pages(small: Served, path: str, sort: str) -> None:
    """Each filter is combined with a country, so that either can drive the path."""
    for filters in with_country(path):
        query_string = f"{filters}&sort={sort}"
        ids = small.register.run(partial(ids_by_access_path, path, query_string))

        assert ids == dict.fromkeys(ids, small.ids(f"{path}?{query_string}&limit=200")), query_string


def with_country(path: str) -> Iterator[str]:
    """Yield an example of each filter without a country, combined with one; all examples of filters by words."""
    country = next(iter(EXAMPLES[path]["country"]))
    for name, examples in EXAMPLES[path].items():
        chosen = list(examples) if name in ("q", "participant") else list(examples)[:1]
        yield from (f"{country}&{example}" for example in chosen if "country" not in parse_qs(example))


def ids_by_access_path(path: str, query_string: str, snapshot: Snapshot) -> dict[AccessPath, list[str]]:
    """Return the ids of all pages of a list for each possible access path."""
    query = query_of(path, query_string)
    access_paths = page_costs(snapshot, query, count_matching(snapshot, query) or 1)
    return {access_path: list(all_ids(snapshot, path, query_string, access_path)) for access_path in access_paths}


def all_ids(snapshot: Snapshot, path: str, query_string: str, access_path: AccessPath) -> Iterator[str]:
    """Yield the ids of a list, page by page of two items."""
    query = query_of(path, f"{query_string}&limit=2")
    while rows := snapshot.fetch(
        statement_key(query, access_path), partial(page_statement, query, access_path), query.parameter_values
    ):
        yield from (row.id for row in rows[:2])
        if len(rows) < 3:
            return
        cursor = query.next_cursor(rows[1].sort_key, rows[1].id)
        query = query_of(path, f"{query_string}&limit=2&cursor={cursor}")


def statement_key(query: ListQuery, access_path: AccessPath) -> tuple[object, ...]:
    """Return what the statement of a page depends on."""
    return ("all access paths", access_path, *query.statement_key, query.sort_name, query.cursor is None)


def query_of(path: str, query_string: str) -> ListQuery:
    """Return the query of a valid query string."""
    query = parse_query(LISTS[path], query_string.encode()).query
    assert query, query_string
    return query
