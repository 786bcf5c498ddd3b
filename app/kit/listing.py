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

from app.kit import cursors
from app.kit.declaring import Asked, Misfit, Where, _whole, one
from app.kit.linked import GATHER, Clause, Linked, Unindexed, Way, asks, told_by, unindexed
from app.kit.ordering import Order


@dataclass(frozen=True)
class Found:
    """A statement that finds records, and the order that they are listed in."""

    statement: Select[Any]
    order: Order


def _stand_ins(name: str, sent: Any) -> dict[str, Any]:
    """The values that a filter sends, by the names of their stand-ins; SQLAlchemy makes names like `kind_1` itself."""
    return {f"asked_{name}_{index}": value for index, value in enumerate(sent if isinstance(sent, list) else [sent])}


class ListQuery(BaseModel):
    """What every list can be asked; a noun adds its filters and its sort keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    noun: ClassVar[str]
    """What one item is called."""
    record: ClassVar[Any]
    """The table whose rows are listed."""
    orders: ClassVar[Mapping[str, Any]]
    """The column behind each sort key."""

    limit: Annotated[int, BeforeValidator(_whole)] = one(
        "How many items a page has at most.", 50, ge=1, le=200, json_schema_extra={"format": "int32"}
    )
    cursor: str | None = one("Where the page begins: the `cursor` in the `next` of the page before.")

    @classmethod
    @cache
    def declared(cls, kind: type[Any]) -> tuple[tuple[str, Any], ...]:
        """The fields that carry a declaration of this kind, with it."""
        fields = cls.model_fields.items()
        return tuple((name, found) for name, field in fields for found in field.metadata if isinstance(found, kind))

    def conditions(self, fields: Iterable[str] | None = None, *, way: Way = GATHER) -> list[Clause]:
        """The where-clauses of the filters that are given, of these fields or of all, but for a link that leads."""
        given = ((name, where) for name, where in self._given if fields is None or name in fields)
        return [self._as_asked(name, part, way) for name, where in given for part in self._following(name, where, way)]

    def _following(self, name: str, where: Where, way: Way) -> list[Linked | Clause]:
        parts = self._parts(name, where)
        return parts[1:] if name == way.leader and self._lists(parts[0]) else parts

    def _parts(self, name: str, where: Where) -> list[Linked | Clause]:
        asked = self._clause(name, where)
        return [] if asked is None else asked if isinstance(asked, list) else [asked]

    def _lists(self, part: Linked | Clause) -> bool:
        """Whether links tell all that the list is sorted by: they have a copy of the default key, if they have one."""
        has_copy = isinstance(part, Linked) and part.sort_key is not None
        return has_copy and self.sort_key.lstrip("-") == self._default.lstrip("-")

    def _as_asked(self, name: str, clause: Any, way: Way) -> Clause:
        follows = name != way.leader and way != GATHER
        if isinstance(clause, Linked):
            return clause.probed(counts=way.counts) if follows else clause.gathered()
        return unindexed(clause, inspect(self.record).local_table) if follows else cast("Clause", clause)

    def stand_ins(self, name: str) -> list[Any]:
        """Stand-ins for the values that a filter of many values sends."""
        return [bindparam(stand_in) for stand_in in _stand_ins(name, self.sent[name])]

    def _clause(self, name: str, where: Where) -> Asked:
        sent = self.sent.get(name)
        if sent is None:
            return where.clause(self, getattr(self, name))
        return where.clause(self, self.stand_ins(name) if isinstance(sent, list) else self.stand_ins(name)[0])

    @cached_property
    def _given(self) -> list[tuple[str, Where]]:
        return [(name, where) for name, where in self.declared(Where) if getattr(self, name) not in (None, [])]

    @cached_property
    def sent(self) -> dict[str, Any]:
        """What each filter that is given sends with the statement; nothing for an enum or a boolean."""
        values = ((name, where, getattr(self, name)) for name, where in self._given)
        return {name: where.sent(value) for name, where, value in values if not isinstance(value, (Enum, bool))}

    @cached_property
    def values(self) -> dict[str, Any]:
        """The values of the statements, by the names of their stand-ins."""
        given: dict[str, Any] = {"rows": self.limit + 1}
        for name, sent in self.sent.items():
            given |= _stand_ins(name, sent)
        if self.position is not None:
            given["after_key"], given["after_id"] = self.position
        return given

    @cached_property
    def shape(self) -> tuple[Any, ...]:
        """What the where-clauses depend on: which filters are given, and with how many values."""
        counts = ((name, len(sent) if isinstance(sent, list) else 0) for name, sent in self.sent.items())
        return (type(self), *counts, *((name, getattr(self, name)) for name, _ in self._given if name not in self.sent))

    @property
    def sort_key(self) -> str:
        """The sort key, with a `-` for descending; each noun declares its own."""
        return str(getattr(self, "sort"))  # noqa: B009

    def misfits(self) -> Iterator[Misfit]:
        """The parameters that do not go with each other, such as a cursor of another list."""
        try:
            _ = self.position
        except cursors.CursorError:
            reason = "Not a cursor of this list with these filters and this order; start without one."
            yield Misfit("cursor", reason, tuple(set(type(self).model_fields) - {"limit", "include"}))

    @cached_property
    def order(self) -> Order:
        """The order that `sort` asks for."""
        column = self.orders[self.sort_key.lstrip("-")]
        unique = column is self.record.id
        return Order(column, column if unique else self.tie(), self.sort_key.startswith("-"), unique)

    @classmethod
    def tie(cls) -> Any:
        """The column that breaks ties; records are numbered in the order of their ids."""
        return cls.record.number

    @cached_property
    def leaders(self) -> list[str]:
        """The filters that are given and have an index that could lead."""
        return [name for name, where in self._given if where.leads]

    def alone(self, name: str) -> "ListQuery":
        """The query with only this filter."""
        return type(self).model_construct({name}, **{name: getattr(self, name)})

    def in_order(self, name: str) -> bool:
        """Whether this filter lists its records in the order that is asked for."""
        return len(self.sent[name]) == 1 and self.sort_key == self._default

    @property
    def _default(self) -> str:
        return str(type(self).model_fields["sort"].default)

    def found(self, way: Way) -> Found:
        """What is found on this way: the numbers of all that match and their sort keys, and the order of the list."""
        leading = next((where for name, where in self._given if name == way.leader), None)
        led = self._parts(str(way.leader), leading)[0] if leading else None
        conditions = self.conditions(way=way)
        order = replace(self.order, walked=way.walks)
        if isinstance(led, Linked) and self._lists(led):
            return self._linked(led, conditions, order.by_copy(led.sort_key, led.link))
        return Found(select(self.record.number, order.key.label("sort_key")).where(*conditions), order)

    def _linked(self, led: Linked, conditions: list[Clause], order: Order) -> Found:
        statement = select(led.link.label("number"), order.key.label("sort_key")).where(led.condition)
        conditions = [told_by(led, condition) for condition in conditions]
        if any(asks(condition, inspect(self.record).local_table) for condition in conditions):
            # Led there, and not the other way round.
            same = self.record.number == Unindexed(inspect(led.link).expression)
            statement = statement.join(self.record, same)
        statement = statement.where(*conditions)
        # Where the index of the links is in the order of the list, it groups them.
        return Found(statement if led.once else statement.group_by(led.sort_key, led.link), order)

    @cached_property
    def canonical(self) -> dict[str, Any]:
        """The parameters that are given and not defaults, repeated ones sorted and each once."""
        given = self.model_dump(mode="json", exclude_defaults=True)
        return {name: _written(value) for name, value in given.items()}

    @cached_property
    def written(self) -> dict[str, str]:
        """Each canonical parameter as a query string has it."""
        return {name: _encoded(name, value) for name, value in self.canonical.items()}

    def encoded(self, without: Iterable[str] = (), cursor: str | None = None) -> str:
        """The canonical query string, without some parameters or with another cursor; sorted by name."""
        parts = {**self.written, "cursor": f"cursor={cursor}"} if cursor else self.written
        return "&".join(parts[name] for name in sorted(parts) if name not in without)

    @cached_property
    def filtered(self) -> str:
        """The canonical filters alone: what a total depends on."""
        return self.encoded(without=("limit", "cursor", "sort", "include"))

    @cached_property
    def binding(self) -> str:
        """The list that a cursor belongs to."""
        return f"{type(self).__name__}|{self.sort_key}|{self.filtered}"

    def page(self, way: Way) -> Select[Any]:
        """Number and sort key of the records of this page, and of one more that tells if another follows."""
        found = self.found(way)
        statement = found.statement.where(*self.bounds(found.order)) if way.walks else found.statement
        if self.cursor is None:
            return _first(statement, found.order.clauses())
        ranges = found.order.after(bindparam("after_key"), self._last())
        if len(ranges) == 1:
            return _first(statement.where(ranges[0][0]), ranges[0][1])
        statement = statement.add_columns(col(found.order.tie).label("tie"))
        parts = (_first(statement.where(part), order) for part, order in ranges)
        every = union_all(*(select(*part.subquery().c) for part in parts)).subquery("ranges").c
        key = every.sort_key.desc() if self.order.descending else every.sort_key
        return _first(select(every.number, every.sort_key), (key, every.tie))

    @classmethod
    def among(cls) -> Clause | None:
        """Which of the rows of the table are listed; None: all."""
        return None

    def bounds(self, order: Order) -> list[Clause]:  # noqa: ARG002 - for those who have some
        """Where in its order the list begins and ends, where a filter tells."""
        return []

    def _last(self) -> Any:
        """What broke the tie of the last record before this page, which may be gone."""
        given: Any = bindparam("after_id")
        record = self.record
        if self.tie() is record.id:
            return given
        before = select(record.number).where(record.id <= given).order_by(record.id.desc()).limit(1)
        return sql.coalesce(before.scalar_subquery(), 0)

    @cached_property
    def position(self) -> tuple[str | float, str] | None:
        """The key and the id behind which the page begins; CursorError if the cursor is not of this list."""
        return None if self.cursor is None else cursors.decode(self.binding, self.cursor, self.order.kind)

    def next_cursor(self, key: str | float, last_id: str) -> str:
        """The cursor behind the last record of this page."""
        return cursors.encode(self.binding, key, last_id)


def _first(statement: Select[Any], order: Iterable[Any]) -> Select[Any]:
    """The first of them in an order, as many as a page needs."""
    return statement.order_by(*order).limit(bindparam("rows", type_=Integer))


def _written(value: Any) -> Any:
    """A value as a query string has it; alternatives sorted and each once."""
    if isinstance(value, list):
        return sorted(set(value))
    return str(value).lower() if isinstance(value, bool) else value


class NoParameters(BaseModel):
    """An operation that takes no parameter."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def query_string(values: Mapping[str, Any]) -> str:
    """A query string of these parameters; None is left out, a list repeats its parameter."""
    return "&".join(_encoded(name, value) for name, value in sorted(values.items()) if value is not None)


def _encoded(name: str, value: Any) -> str:
    values = value if isinstance(value, (list, tuple)) else [value]
    return "&".join(f"{name}={_quoted(str(one))}" for one in values)


# Most values are asked again and again.
_quoted = lru_cache(maxsize=4096)(urllib.parse.quote_plus)
