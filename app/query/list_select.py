"""Builds the SELECT of a list for an access path that `app.query.planner` has chosen."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import BindParameter, FromClause, Integer, bindparam, select, union_all
from sqlalchemy import func as sql
from sqlmodel import col

from app.query.access_path import SCAN_AND_SORT, AccessPath
from app.query.conditions import Clause, JoinFilter, on_link_columns, refers_to, without_indexes
from app.query.list_query import ListQuery
from app.query.ordering import Order, Range
from app.query.sql_elements import Expression, NoIndex, RowSelect, expression_of, table_column


@dataclass(frozen=True)
class NumberSelect:
    """A SELECT of the numbers and sort keys of records, and the order that they are to be listed in."""

    statement: RowSelect
    order: Order


def page_select(query: ListQuery, path: AccessPath) -> RowSelect:
    """Select the numbers and sort keys of a page, and of one more record, which tells that another page follows."""
    selected = select_numbers(query, path)
    statement, order = selected.statement, selected.order
    if path.ordered:
        statement = statement.where(*query.order_bounds(order))
    if query.cursor is None:
        return _limited(statement, order.order_by())
    return _select_ranges(statement, order, order.ranges_after(bindparam("after_key"), _last_tie_breaker(query)))


def _select_ranges(statement: RowSelect, order: Order, ranges: Sequence[Range]) -> RowSelect:
    """Select from each range as many records as a page needs, and the first of them all."""
    if len(ranges) == 1:
        ((condition, order_by),) = ranges
        return _limited(statement.where(condition), order_by)
    statement = statement.add_columns(col(order.tie_breaker).label("tie_breaker"))
    parts = (_limited(statement.where(condition), order_by) for condition, order_by in ranges)
    columns = union_all(*(select(*part.subquery().c) for part in parts)).subquery("ranges").c
    key = columns.sort_key.desc() if order.descending else columns.sort_key
    return _limited(select(columns.number, columns.sort_key), (key, columns.tie_breaker))


def _limited(statement: RowSelect, order_by: Sequence[Expression]) -> RowSelect:
    return statement.order_by(*order_by).limit(bindparam("rows", type_=Integer))


def _last_tie_breaker(query: ListQuery) -> Expression:
    """Return the tie breaker of the last record of the page before, which a later release may not have."""
    last_id: BindParameter[str] = bindparam("after_id")
    record = query.record
    if query.tie_breaker() is record.id:
        return last_id
    number = select(col(record.number)).where(col(record.id) <= last_id).order_by(col(record.id).desc()).limit(1)
    return sql.coalesce(number.scalar_subquery(), 0)


def select_numbers(query: ListQuery, path: AccessPath) -> NumberSelect:
    """Select the numbers and sort keys of all records that match."""
    conditions = _conditions(query, path)
    order = replace(query.order, uses_index=path.ordered)
    if link := _driving_link(query, path):
        return _select_from_links(query, link, conditions, order.on_copy(link.sort_key, link.link))
    number = col(query.record.number)
    return NumberSelect(select(number, order.key.label("sort_key")).where(*conditions), order)


def _select_from_links(query: ListQuery, join: JoinFilter, conditions: list[Clause], order: Order) -> NumberSelect:
    """Select from the links alone, if they have copies of all columns of the records that the conditions need."""
    statement: RowSelect = select(col(join.link).label("number"), order.key.label("sort_key")).where(join.condition)
    conditions = [on_link_columns(join, condition) for condition in conditions]
    if any(refers_to(condition, _table(query)) for condition in conditions):
        # NoIndex, so that SQLite goes from the links to the records.
        of_record = col(query.record.number) == NoIndex(expression_of(join.link))
        statement = statement.join(query.record, of_record)
    statement = statement.where(*conditions)
    if not join.is_unique:
        # An index of the links in the order of the list groups them, too.
        statement = statement.group_by(col(join.sort_key), col(join.link))
    return NumberSelect(statement, order)


def _conditions(query: ListQuery, path: AccessPath) -> list[Clause]:
    """Return the where-clauses of a query, without the links that are selected from."""
    restriction = query.restriction()
    restrictions = [] if restriction is None else [restriction]
    return [*restrictions, *filter_conditions(query, query.record_filters(), path), *query.further_conditions()]


def filter_conditions(query: ListQuery, names: Collection[str], path: AccessPath = SCAN_AND_SORT) -> list[Clause]:
    """Return the where-clauses of the given filters with these names, without the links that are selected from."""
    return [
        _as_clause(query, name, part, path)
        for name in query.given_filters
        if name in names
        for part in _tested_parts(query, name, path)
    ]


def _tested_parts(query: ListQuery, name: str, path: AccessPath) -> list[JoinFilter | Clause]:
    parts = _parts(query, name)
    return parts[1:] if name == path.driver and _has_sort_key(query, parts[0]) else parts


def _driving_link(query: ListQuery, path: AccessPath) -> JoinFilter | None:
    """Return the links of the filter that drives the path, if the list can be sorted by them."""
    part = None if path.driver is None else _parts(query, path.driver)[0]
    return part if isinstance(part, JoinFilter) and _has_sort_key(query, part) else None


def _has_sort_key(query: ListQuery, part: JoinFilter | Clause) -> bool:
    has_copy = isinstance(part, JoinFilter) and part.sort_key is not None
    return has_copy and query.sort_name.lstrip("-") == query.default_sort.lstrip("-")


def _parts(query: ListQuery, name: str) -> list[JoinFilter | Clause]:
    condition = query.given_filters[name].condition(query, _condition_argument(query, name))
    return [] if condition is None else condition if isinstance(condition, list) else [condition]


def _condition_argument(query: ListQuery, name: str) -> object:
    """Return the bind parameters of a filter, or its value if that is part of the statement."""
    values = query.filter_values.get(name)
    if values is None:
        return getattr(query, name)
    parameters = query.bind_parameters(name)
    return parameters if isinstance(values, list) else parameters[0]


def _as_clause(query: ListQuery, name: str, part: JoinFilter | Clause, path: AccessPath) -> Clause:
    """Return a condition as one by which records are found, or else as one that is tested on each record."""
    finds = name == path.driver or path == SCAN_AND_SORT
    if isinstance(part, JoinFilter):
        return part.as_in() if finds else part.as_exists(count_only=path.count_only)
    return part if finds else without_indexes(part, _table(query))


def _table(query: ListQuery) -> FromClause:
    return table_column(query.record.number).table
