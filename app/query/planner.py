"""Chooses the access path of a list: in which order its records are looked at, and by which index.

A page can be found on three paths, and each is the best for some queries:

* *Ordered scan*: walk the index that has all records in the order of the list, test every filter on each record, and
  stop when the page is full. It looks at about `limit × all ÷ matching` records: best where much matches.
* *Driven by a filter*: walk the index of one filter, which has its records in the order of the list, and test the
  other filters. It looks at about `limit × records of that filter ÷ matching`.
* *Scan and sort*: read all records that one filter finds, test the others, sort, and cut the page. It looks at all
  records of that filter: best where little matches, and the only path to a page in another order.

The databases cannot choose well: SQLite does not know how frequent a value is, and PostgreSQL multiplies the
selectivities of filters as if they were independent. Here every size is known, because totals are counted once for
each filter and release. The planner adds up what each path looks at and takes the least.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy import func as sql

from app.db.register import Snapshot
from app.query.access_path import ORDERED_SCAN, SCAN_AND_SORT, AccessPath, driven_and_sorted, driven_by
from app.query.list_query import ListQuery


def page_path(snapshot: Snapshot, query: ListQuery, total: int) -> AccessPath:
    """The path on which a page of this query is found by looking at the fewest records; `total` is how many match."""
    return _cheapest(page_costs(snapshot, query, total)) if total else SCAN_AND_SORT


def page_costs(snapshot: Snapshot, query: ListQuery, total: int) -> dict[AccessPath, float]:
    """The paths to a page, each with the number of records that it is expected to look at."""
    everything = _count(snapshot, f"{query.noun}?", type(query))
    if total == everything:
        return {ORDERED_SCAN: 0}
    sizes = {name: _count_alone(snapshot, query, name) for name in query.driving_filters}
    driven = {driven_by(name): query.limit * size / total for name, size in sizes.items() if query.lists_in_order(name)}
    gathered = {driven_and_sorted(name): float(size) for name, size in sizes.items()} or {SCAN_AND_SORT: total}
    return {ORDERED_SCAN: query.limit * everything / total, **gathered, **driven}


def count_matching(snapshot: Snapshot, query: ListQuery) -> int:
    """How many records match; counted once for each combination of filters and release."""
    return _count(snapshot, f"{query.noun}?{query.filter_string}", lambda: query)


def _count(snapshot: Snapshot, filters: str, query_of: Callable[[], ListQuery]) -> int:
    totals = snapshot.release.totals
    if (total := totals.get(filters)) is not None:
        return total
    query = query_of()
    path = _cheapest({SCAN_AND_SORT: math.inf, **_counting_costs(snapshot, query)})
    counted = snapshot.fetch_count(
        ("count", path, *query.statement_key), lambda: _count_statement(query, path), query.values
    )
    return totals.put(filters, counted)


def _counting_costs(snapshot: Snapshot, query: ListQuery) -> dict[AccessPath, float]:
    """The paths of the indexed filters, with the records that each lists; a single one need not be counted."""
    if len(query.driving_filters) == 1:
        return {_counting_path(query, query.driving_filters[0]): 0}
    return {_counting_path(query, name): _count_alone(snapshot, query, name) for name in query.driving_filters}


def _counting_path(query: ListQuery, name: str) -> AccessPath:
    return replace(driven_by(name) if query.lists_in_order(name) else driven_and_sorted(name), count_only=True)


def _count_alone(snapshot: Snapshot, query: ListQuery, name: str) -> int:
    """How many records match this one filter of the query."""
    return _count(snapshot, f"{query.noun}?{query.encoded_parameters[name]}", lambda: query.only(name))


def _cheapest(costs: Mapping[AccessPath, float]) -> AccessPath:
    return min(costs, key=lambda path: costs[path])


def _count_statement(query: ListQuery, path: AccessPath) -> Select[Any]:
    return select(sql.count()).select_from(query.select_numbers(path).statement.subquery("found"))
