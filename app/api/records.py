"""Finds records as JSON: a page of those that match a query, or one by its id."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import col

from app.api.prerendered import Row, RowSelect, rendering_of
from app.db.register import Snapshot
from app.enums import Include
from app.query.access_path import AccessPath
from app.query.filters import ReferenceCheck
from app.query.list_query import ListQuery
from app.query.list_select import page_select
from app.query.planner import plan_page
from app.query.reference_checks import record_not_found

CompleteItems = Callable[[Snapshot, Any, list[str], list[str]], list[str]]  # Any: the query model of one resource
"""Completes the JSON of records with what depends on the query: `(snapshot, query, ids, items)` returns the items.

The query is None for a single record.
"""


def unchanged_items(_snapshot: Snapshot, _query: object, _ids: list[str], items: list[str]) -> list[str]:
    """Return the items as they are; for resources whose records do not depend on the query."""
    return items


@dataclass(frozen=True)
class ResultPage:
    """One page of the records that match a query."""

    items: list[str]
    """The JSON of each record."""
    total: int
    """How many records match, on all pages."""
    next_cursor: str | None
    """The cursor of the next page; None on the last."""


def find_page(snapshot: Snapshot, query: ListQuery, complete: CompleteItems = unchanged_items) -> ResultPage:
    """Return the page of records that match a query, from its cursor on."""
    total, path = plan_page(snapshot, query)
    key = ("page", path, *query.statement_key, query.sort_name, query.cursor is None, _includes_evidence(query))
    rows = snapshot.fetch(key, lambda: page_statement(query, path), query.parameter_values) if total else []
    page = rows[: query.limit]
    items = complete(snapshot, query, [row.id for row in page], list(map(rendering_of(query.record).to_json, page)))
    next_cursor = query.next_cursor(page[-1].sort_key, page[-1].id) if len(rows) > query.limit else None
    return ResultPage(items, total, next_cursor)


def page_statement(query: ListQuery, access_path: AccessPath) -> RowSelect:
    """Return the select of a page on an access path: what the JSON is made of, the sort keys, and one record more.

    The additional record tells that another page follows.
    """
    page, rendering = page_select(query, access_path).subquery("page"), rendering_of(query.record)
    sort_key = page.c.sort_key
    statement = rendering.select(sort_key, with_evidence=_includes_evidence(query)).join_from(
        page, rendering.table, page.c.number == rendering.table.number
    )
    return statement.order_by(sort_key.desc() if query.order.descending else sort_key, col(rendering.table.id))


def _includes_evidence(query: ListQuery) -> bool:
    return Include.evidence in getattr(query, "include", ())


def find_row(snapshot: Snapshot, model: type[ListQuery], record_id: str) -> Row:
    """Return the row of a record for `rendering_of(model.record)`; a 404 that names the nearest id if there is none."""
    rows = snapshot.fetch(("item", model), lambda: _item_statement(model), {"record": record_id})
    if not rows:
        raise record_not_found(
            snapshot, ReferenceCheck(model.noun, model.record.id, restriction=model.restriction()), record_id
        )
    return rows[0]


def _item_statement(model: type[ListQuery]) -> RowSelect:
    return rendering_of(model.record).select_all(model.record).where(col(model.record.id) == bindparam("record"))
