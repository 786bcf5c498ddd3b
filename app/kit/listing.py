"""A list endpoint as a declaration: a filter is one annotated field of a query model.

    country: Annotated[list[CountryCode], Where(any_party_in)] = many("ISO 3166-1 code; any party lies in it.")

From that line come the validation, the where-clause, the OpenAPI parameter and its tests.
"""

import re
import urllib.parse
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache, cached_property
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError
from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, or_
from sqlmodel import col

from app.errors import ParameterError
from app.kit import cursors
from app.kit.ordering import Order
from app.kit.text import fold_words

MOST_REPEATS = 50

Clause = ColumnElement[bool]


@dataclass(frozen=True)
class Where:
    """What a field of a query does to a statement.

    The clause is made from the query and stand-ins for the values that are sent with it (a list, if `sent` makes
    one), so that one statement serves all questions of the same shape. An enum or a boolean is part of the shape.
    """

    clause: Callable[[Any, Any], Clause | None]
    sent: Callable[[Any], Any] = lambda value: value


@dataclass(frozen=True)
class Known:
    """The values of a field must stand in this column, but for those that are no key of ours (`unless`).

    `hints` names a column of folded names and one of the values that they stand for.
    """

    what: str
    column: Any
    among: Clause | None = None
    hints: tuple[Any, Any] | None = None
    unless: Callable[[str], bool] = lambda value: not value


def equals(column: Any) -> Where:
    """The column has one of the values."""
    return Where(lambda _, values: col(column).in_(values), sent=lambda values: [str(value) for value in values])


def has_words(column: Any, patterns: list[Any]) -> Clause:
    """The folded column has each of these words, as `sent_words` sends them."""
    return and_(*(col(column).like(pattern, escape="/") for pattern in patterns))


def sent_words(text: str) -> list[str]:
    """A pattern for each folded word of what somebody typed."""
    escaped = (re.sub("([/%_])", r"/\1", word) for word in fold_words(text))
    return [f"%{word}%" for word in escaped]


def contains_words(column: Any) -> Where:
    """The folded column has each word of what somebody typed."""
    return Where(lambda _, patterns: has_words(column, patterns), sent=sent_words)


def many(description: str, **more: Any) -> Any:
    """A parameter that may repeat; its values are alternatives."""
    return Field([], max_length=MOST_REPEATS, description=description, **more)


def one(description: str, default: Any = None, **more: Any) -> Any:
    """A parameter that stands at most once."""
    return Field(default, description=description, **more)


def _whole(value: object) -> object:
    # int() takes 1_0, spaces and digits of any script
    if isinstance(value, str) and not (value.isascii() and value.isdigit() and len(value) < 10):
        raise PydanticCustomError("whole_number", "not a whole number")
    return value


def _searchable(value: str) -> str:
    if not fold_words(value):
        raise PydanticCustomError("searchable", "Nothing to search for is left of it; give letters or digits.")
    return value


Words = Annotated[str, AfterValidator(_searchable)]
"""Words to search for; each must occur."""


class ListQuery(BaseModel):
    """What every list can be asked; a noun adds its filters and its sort keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    noun: ClassVar[str]
    """What one item is called; its renditions are kept under this name."""
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

    def conditions(self, fields: Iterable[str] | None = None) -> list[Clause]:
        """The where-clauses of the filters that are given, of these fields or of all."""
        clauses = (self._clause(name, where) for name, where in self._given if fields is None or name in fields)
        return [clause for clause in clauses if clause is not None]

    def stand_ins(self, name: str) -> list[Any]:
        """Stand-ins for the values that a filter of many values sends."""
        return [bindparam(f"{name}_{index}") for index in range(len(self.sent[name]))]

    def _clause(self, name: str, where: Where) -> Clause | None:
        sent = self.sent.get(name)
        if isinstance(sent, list):
            return where.clause(self, self.stand_ins(name))
        return where.clause(self, getattr(self, name) if sent is None else bindparam(name))

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
            given |= (
                {f"{name}_{index}": value for index, value in enumerate(sent)}
                if isinstance(sent, list)
                else {name: sent}
            )
        if self.cursor is not None:
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

    @cached_property
    def order(self) -> Order:
        """The order that `sort` asks for."""
        return Order(self.orders[self.sort_key.lstrip("-")], self.record.id, self.sort_key.startswith("-"))

    @cached_property
    def canonical(self) -> dict[str, Any]:
        """The parameters that are given and not defaults, sorted, repeated ones sorted and each once."""
        given = self.model_dump(mode="json", exclude_defaults=True)
        return {name: sorted(set(value)) if isinstance(value, list) else value for name, value in sorted(given.items())}

    def encoded(self, **changed: str | None) -> str:
        """The canonical query string, with some parameters changed (None: left out)."""
        return query_string({**self.canonical, **changed})

    @cached_property
    def filtered(self) -> str:
        """The canonical filters alone: what a total depends on."""
        return self.encoded(limit=None, cursor=None, sort=None, include=None)

    @cached_property
    def binding(self) -> str:
        """The list that a cursor belongs to."""
        return f"{type(self).__name__}|{self.sort_key}|{self.filtered}"

    def page(self, statement: Select[Any]) -> Select[Any]:
        """The statement cut to this page, and one row more that tells if another follows.

        The sort key is added as column `sort_key`.
        """
        if self.cursor is not None:
            statement = statement.where(self.order.after(bindparam("after_key"), bindparam("after_id")))
        return (
            statement.add_columns(self.order.key.label("sort_key"))
            .order_by(*self.order.clauses())
            .limit(bindparam("rows", type_=Integer))
        )

    @cached_property
    def position(self) -> tuple[str | float, str]:
        """The key and the id that the cursor holds; CursorError if it is not one of this list."""
        return cursors.decode(self.binding, self.cursor or "")

    def misplaced(self) -> list[ParameterError]:
        """What is wrong with the cursor."""
        try:
            _ = self.cursor is None or self.position
            return []
        except cursors.CursorError:
            reason = "Not a cursor of this list with these filters and this order; start without one."
            return [ParameterError(parameter="cursor", value=self.cursor or "", reason=reason)]

    def next_cursor(self, key: str | float, last_id: str) -> str:
        """The cursor behind the last record of this page."""
        return cursors.encode(self.binding, key, last_id)


def misfit(parameter: str, reason: str) -> PydanticCustomError:
    """What a validator raises for a parameter that does not go with the others."""
    return PydanticCustomError("misfit", "{reason}", {"parameter": parameter, "reason": reason})


class NoParameters(BaseModel):
    """An operation that takes no parameter."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def either(*clauses: Clause) -> Clause:
    """One of the clauses holds."""
    return or_(*clauses)


def query_string(values: Mapping[str, Any]) -> str:
    """A query string of these parameters; None is left out, a list repeats its parameter."""
    given = {name: value for name, value in values.items() if value is not None}
    return urllib.parse.urlencode(sorted(given.items()), doseq=True)
