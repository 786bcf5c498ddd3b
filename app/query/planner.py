"""Chooses the access path of a list: by which index its records are found, and whether in order.

* *Ordered scan*: scan the index of all records in the order of the list, and test each, until the page is full.
* *Driven by a filter*: scan the index of one filter, which is in the order of the list, and test the other filters.
* *Scan and sort*: find all records of one filter, test the other filters, and sort.

The first two look at about `limit × records of the index ÷ matching` records, the third at all records of the filter.
The databases choose badly: SQLite does not know how frequent a value is, PostgreSQL takes filters for independent of
each other. The planner knows all sizes, which are counted once for each filter and release, and takes the path that
looks at the fewest records. Ordered scans make cold lists 3 times as fast, measured in process. Milliseconds for the
statement of a page of 20, of 20,000 agreements that `tests/benchmark` invents, on SQLite (–: no such index):

    filters                                   matching   ordered scan   driven   scan and sort
    q=ha                                         4,198           0.27        –            4.32
    country=AF&status=signed                        35          19           0.07         0.08
    country=AF&country=AG&status=signed             39          17           6.8          0.11
"""

import math
from collections.abc import Callable, Mapping

from sqlalchemy import func as sql
from sqlalchemy import select

from app.db.register import Snapshot
from app.query.access_path import ORDERED_SCAN, SCAN_AND_SORT, AccessPath
from app.query.list_query import ListQuery
from app.query.list_select import select_numbers
from app.query.sql_elements import RowSelect


def plan_page(snapshot: Snapshot, query: ListQuery) -> tuple[int, AccessPath]:
    """Return how many records match, and the path that finds the page by looking at the fewest of them."""
    total = count_matching(snapshot, query)
    return total, _cheapest(page_costs(snapshot, query, total)) if total else SCAN_AND_SORT


def page_costs(snapshot: Snapshot, query: ListQuery, total: int) -> dict[AccessPath, float]:
    """Return the possible paths to a page, each with the expected number of records that it looks at."""
    everything = _count(snapshot, f"{query.noun}?", type(query))
    if total == everything:
        return {ORDERED_SCAN: 0}
    sizes = {name: _count_alone(snapshot, query, name) for name in query.driving_filters}
    driven = {
        AccessPath(driver=name, ordered=True): query.limit * size / total
        for name, size in sizes.items()
        if query.lists_in_order(name)
    }
    unordered = {AccessPath(driver=name): float(size) for name, size in sizes.items()} or {SCAN_AND_SORT: total}
    return {ORDERED_SCAN: query.limit * everything / total, **unordered, **driven}


def count_matching(snapshot: Snapshot, query: ListQuery) -> int:
    """Return how many records match; they are counted once for each combination of filters and release."""
    return _count(snapshot, f"{query.noun}?{query.filter_string}", lambda: query)


def _count(snapshot: Snapshot, filters: str, query_of: Callable[[], ListQuery]) -> int:
    totals = snapshot.release.totals
    if (total := totals.get(filters)) is not None:
        return total
    query = query_of()
    path = _cheapest({SCAN_AND_SORT: math.inf, **_counting_costs(snapshot, query)})
    counted = snapshot.fetch_count(
        ("count", path, *query.statement_key), lambda: _count_statement(query, path), query.parameter_values
    )
    return totals.put(filters, counted)


def _counting_costs(snapshot: Snapshot, query: ListQuery) -> dict[AccessPath, float]:
    """Return the paths of the indexed filters, with the records that each finds; a single one need not be counted."""
    if len(query.driving_filters) == 1:
        return {_counting_path(query, query.driving_filters[0]): 0}
    return {_counting_path(query, name): _count_alone(snapshot, query, name) for name in query.driving_filters}


def _counting_path(query: ListQuery, name: str) -> AccessPath:
    return AccessPath(driver=name, ordered=query.lists_in_order(name), count_only=True)


def _count_alone(snapshot: Snapshot, query: ListQuery, name: str) -> int:
    """Return how many records match this one filter of the query."""
    return _count(snapshot, f"{query.noun}?{query.encoded_parameters[name]}", lambda: query.only(name))


def _cheapest(costs: Mapping[AccessPath, float]) -> AccessPath:
    return min(costs, key=lambda path: costs[path])


def _count_statement(query: ListQuery, path: AccessPath) -> RowSelect:
    return select(sql.count()).select_from(select_numbers(query, path).statement.subquery("found"))
