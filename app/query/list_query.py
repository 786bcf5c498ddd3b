"""A list endpoint as a declaration: a filter is one annotated field of a query model.

    country: Annotated[list[CountryCode], Where(any_party_in, "{list} with {values}")] = many("ISO 3166-1 code; …")

From that line come the validation, the where-clause, the OpenAPI parameter, the words of a caption and its tests.
"""

import urllib.parse
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache, cached_property, lru_cache
from typing import Annotated, Any, ClassVar, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict
from sqlalchemy import Integer, Select, bindparam, inspect, select, union_all
from sqlalchemy import func as sql
from sqlmodel import col

from app.query import cursors
from app.query.access_path import SCAN_AND_SORT, AccessPath
from app.query.conditions import Clause, JoinFilter, NoIndex, on_link_columns, refers_to, without_indexes
from app.query.filters import Filter, FilterCondition, ParameterConflict, single, strict_integer
from app.query.ordering import Order


@dataclass(frozen=True)
class RecordSelect:
    """A statement that finds records, and the order that they are listed in."""

    statement: Select[Any]
    order: Order


def _bind_values(name: str, sent: Any) -> dict[str, Any]:
    """The values that a filter sends, by the names of their stand-ins; SQLAlchemy makes names like `kind_1` itself."""
    return {f"asked_{name}_{index}": value for index, value in enumerate(sent if isinstance(sent, list) else [sent])}


class ListQuery(BaseModel):
    """What every list can be asked; a noun adds its filters and its sort keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    noun: ClassVar[str]
    """What one item is called."""
    record: ClassVar[Any]
    """The table whose rows are listed."""
    sort_columns: ClassVar[Mapping[str, Any]]
    """The column behind each sort key."""

    limit: Annotated[int, BeforeValidator(strict_integer)] = single(
        "How many items a page has at most.", 50, ge=1, le=200, json_schema_extra={"format": "int32"}
    )
    cursor: str | None = single("Where the page begins: the `cursor` in the `next` of the page before.")

    @classmethod
    @cache
    def declarations(cls, kind: type[Any]) -> tuple[tuple[str, Any], ...]:
        """The fields that carry a declaration of this kind, with it."""
        fields = cls.model_fields.items()
        return tuple((name, found) for name, field in fields for found in field.metadata if isinstance(found, kind))

    def conditions(
        self, fields: Iterable[str] | None = None, *, access_path: AccessPath = SCAN_AND_SORT
    ) -> list[Clause]:
        """The where-clauses of the filters that are given, of these fields or of all, but for a link that leads."""
        given = ((name, where) for name, where in self._given_filters if fields is None or name in fields)
        return [
            self._as_condition(name, part, access_path)
            for name, where in given
            for part in self._other_parts(name, where, access_path)
        ]

    def _other_parts(self, name: str, where: Filter, access_path: AccessPath) -> list[JoinFilter | Clause]:
        parts = self._condition_parts(name, where)
        return parts[1:] if name == access_path.driver and self._has_sort_key(parts[0]) else parts

    def _condition_parts(self, name: str, where: Filter) -> list[JoinFilter | Clause]:
        asked = self._condition(name, where)
        return [] if asked is None else asked if isinstance(asked, list) else [asked]

    def _has_sort_key(self, part: JoinFilter | Clause) -> bool:
        """Whether links tell all that the list is sorted by: they have a copy of the default key, if they have one."""
        has_copy = isinstance(part, JoinFilter) and part.sort_key is not None
        return has_copy and self.sort_name.lstrip("-") == self._default_sort.lstrip("-")

    def _as_condition(self, name: str, clause: Any, access_path: AccessPath) -> Clause:
        follows = name != access_path.driver and access_path != SCAN_AND_SORT
        if isinstance(clause, JoinFilter):
            return clause.as_exists(count_only=access_path.count_only) if follows else clause.as_in()
        return without_indexes(clause, inspect(self.record).local_table) if follows else cast("Clause", clause)

    def bind_parameters(self, name: str) -> list[Any]:
        """Stand-ins for the values that a filter of many values sends."""
        return [bindparam(stand_in) for stand_in in _bind_values(name, self.bound_values[name])]

    def _condition(self, name: str, where: Filter) -> FilterCondition:
        sent = self.bound_values.get(name)
        if sent is None:
            return where.clause(self, getattr(self, name))
        return where.clause(
            self, self.bind_parameters(name) if isinstance(sent, list) else self.bind_parameters(name)[0]
        )

    @cached_property
    def _given_filters(self) -> list[tuple[str, Filter]]:
        return [(name, where) for name, where in self.declarations(Filter) if getattr(self, name) not in (None, [])]

    @cached_property
    def bound_values(self) -> dict[str, Any]:
        """What each filter that is given sends with the statement; nothing for an enum or a boolean."""
        values = ((name, where, getattr(self, name)) for name, where in self._given_filters)
        return {name: where.bind(value) for name, where, value in values if not isinstance(value, (Enum, bool))}

    @cached_property
    def values(self) -> dict[str, Any]:
        """The values of the statements, by the names of their stand-ins."""
        given: dict[str, Any] = {"rows": self.limit + 1}
        for name, sent in self.bound_values.items():
            given |= _bind_values(name, sent)
        if self.cursor_position is not None:
            given["after_key"], given["after_id"] = self.cursor_position
        return given

    @cached_property
    def statement_key(self) -> tuple[Any, ...]:
        """What the where-clauses depend on: which filters are given, and with how many values."""
        count_only = ((name, len(sent) if isinstance(sent, list) else 0) for name, sent in self.bound_values.items())
        return (
            type(self),
            *count_only,
            *((name, getattr(self, name)) for name, _ in self._given_filters if name not in self.bound_values),
        )

    @property
    def sort_name(self) -> str:
        """The sort key, with a `-` for descending; each noun declares its own."""
        return str(getattr(self, "sort"))  # noqa: B009

    def conflicts(self) -> Iterator[ParameterConflict]:
        """The parameters that do not go with each other, such as a cursor of another list."""
        try:
            _ = self.cursor_position
        except cursors.CursorError:
            reason = "Not a cursor of this list with these filters and this order; start without one."
            yield ParameterConflict("cursor", reason, tuple(set(type(self).model_fields) - {"limit", "include"}))

    @cached_property
    def order(self) -> Order:
        """The order that `sort` asks for."""
        column = self.sort_columns[self.sort_name.lstrip("-")]
        unique = column is self.record.id
        return Order(column, column if unique else self.tie_breaker(), self.sort_name.startswith("-"), unique)

    @classmethod
    def tie_breaker(cls) -> Any:
        """The column that breaks ties; records are numbered in the order of their ids."""
        return cls.record.number

    @cached_property
    def driving_filters(self) -> list[str]:
        """The filters that are given and have an index that could lead."""
        return [name for name, where in self._given_filters if where.indexed]

    def only(self, name: str) -> "ListQuery":
        """The query with only this filter."""
        return type(self).model_construct({name}, **{name: getattr(self, name)})

    def lists_in_order(self, name: str) -> bool:
        """Whether this filter lists its records in the order that is asked for."""
        return len(self.bound_values[name]) == 1 and self.sort_name == self._default_sort

    @property
    def _default_sort(self) -> str:
        return str(type(self).model_fields["sort"].default)

    def select_numbers(self, access_path: AccessPath) -> RecordSelect:
        """What is found on this way: the numbers of all that match and their sort keys, and the order of the list."""
        leading = next((where for name, where in self._given_filters if name == access_path.driver), None)
        led = self._condition_parts(str(access_path.driver), leading)[0] if leading else None
        conditions = self.conditions(access_path=access_path)
        order = replace(self.order, uses_index=access_path.ordered)
        if isinstance(led, JoinFilter) and self._has_sort_key(led):
            return self._select_from_links(led, conditions, order.on_copy(led.sort_key, led.link))
        return RecordSelect(select(self.record.number, order.key.label("sort_key")).where(*conditions), order)

    def _select_from_links(self, led: JoinFilter, conditions: list[Clause], order: Order) -> RecordSelect:
        statement = select(led.link.label("number"), order.key.label("sort_key")).where(led.condition)
        conditions = [on_link_columns(led, condition) for condition in conditions]
        if any(refers_to(condition, inspect(self.record).local_table) for condition in conditions):
            # Led there, and not the other way round.
            same = self.record.number == NoIndex(inspect(led.link).expression)
            statement = statement.join(self.record, same)
        statement = statement.where(*conditions)
        # Where the index of the links is in the order of the list, it groups them.
        return RecordSelect(statement if led.is_unique else statement.group_by(led.sort_key, led.link), order)

    @cached_property
    def canonical(self) -> dict[str, Any]:
        """The parameters that are given and not defaults, repeated ones sorted and each once."""
        given = self.model_dump(mode="json", exclude_defaults=True)
        return {name: _canonical_value(value) for name, value in given.items()}

    @cached_property
    def encoded_parameters(self) -> dict[str, str]:
        """Each canonical parameter as a query string has it."""
        return {name: _encode_parameter(name, value) for name, value in self.canonical.items()}

    def query_string(self, without: Iterable[str] = (), cursor: str | None = None) -> str:
        """The canonical query string, without some parameters or with another cursor; sorted by name."""
        parts = {**self.encoded_parameters, "cursor": f"cursor={cursor}"} if cursor else self.encoded_parameters
        return "&".join(parts[name] for name in sorted(parts) if name not in without)

    @cached_property
    def filter_string(self) -> str:
        """The canonical filters alone: what a total depends on."""
        return self.query_string(without=("limit", "cursor", "sort", "include"))

    @cached_property
    def cursor_binding(self) -> str:
        """The list that a cursor belongs to."""
        return f"{type(self).__name__}|{self.sort_name}|{self.filter_string}"

    def page_select(self, access_path: AccessPath) -> Select[Any]:
        """Number and sort key of the records of this page, and of one more that tells if another follows."""
        found = self.select_numbers(access_path)
        statement = found.statement.where(*self.order_bounds(found.order)) if access_path.ordered else found.statement
        if self.cursor is None:
            return _limited(statement, found.order.order_by())
        ranges = found.order.ranges_after(bindparam("after_key"), self._last_tie())
        if len(ranges) == 1:
            return _limited(statement.where(ranges[0][0]), ranges[0][1])
        statement = statement.add_columns(col(found.order.tie_breaker).label("tie_breaker"))
        parts = (_limited(statement.where(part), order) for part, order in ranges)
        every = union_all(*(select(*part.subquery().c) for part in parts)).subquery("ranges").c
        key = every.sort_key.desc() if self.order.descending else every.sort_key
        return _limited(select(every.number, every.sort_key), (key, every.tie_breaker))

    @classmethod
    def restriction(cls) -> Clause | None:
        """Which of the rows of the table are listed; None: all."""
        return None

    def order_bounds(self, order: Order) -> list[Clause]:  # noqa: ARG002 - for those who have some
        """Where in its order the list begins and ends, where a filter tells."""
        return []

    def _last_tie(self) -> Any:
        """What broke the tie of the last record before this page, which may be gone."""
        given: Any = bindparam("after_id")
        record = self.record
        if self.tie_breaker() is record.id:
            return given
        before = select(record.number).where(record.id <= given).order_by(record.id.desc()).limit(1)
        return sql.coalesce(before.scalar_subquery(), 0)

    @cached_property
    def cursor_position(self) -> tuple[str | float, str] | None:
        """The key and the id behind which the page begins; CursorError if the cursor is not of this list."""
        return None if self.cursor is None else cursors.decode(self.cursor_binding, self.cursor, self.order.kind)

    def next_cursor(self, key: str | float, last_id: str) -> str:
        """The cursor behind the last record of this page."""
        return cursors.encode(self.cursor_binding, key, last_id)


def _limited(statement: Select[Any], order: Iterable[Any]) -> Select[Any]:
    """The first of them in an order, as many as a page needs."""
    return statement.order_by(*order).limit(bindparam("rows", type_=Integer))


def _canonical_value(value: Any) -> Any:
    """A value as a query string has it; alternatives sorted and each once."""
    if isinstance(value, list):
        return sorted(set(value))
    return str(value).lower() if isinstance(value, bool) else value


class NoParameters(BaseModel):
    """An operation that takes no parameter."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def encode_query(values: Mapping[str, Any]) -> str:
    """A query string of these parameters; None is left out, a list repeats its parameter."""
    return "&".join(_encode_parameter(name, value) for name, value in sorted(values.items()) if value is not None)


def _encode_parameter(name: str, value: Any) -> str:
    values = value if isinstance(value, (list, tuple)) else [value]
    return "&".join(f"{name}={_quote(str(one))}" for one in values)


# Most values are asked again and again.
_quote = lru_cache(maxsize=4096)(urllib.parse.quote_plus)
