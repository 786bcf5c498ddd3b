"""A list endpoint as a declaration: a filter is one annotated field of a query model.

    country: Annotated[list[CountryCode], Where(any_party_in, "{list} with {values}")] = many("ISO 3166-1 code; …")

From that line come the validation, the where-clause, the OpenAPI parameter, the words of a caption and its tests.
"""

import re
import urllib.parse
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache, cached_property
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError
from sqlalchemy import Integer, Select, and_, bindparam, inspect
from sqlmodel import col

from app.kit import cursors
from app.kit.linked import Clause, Linked, unindexed
from app.kit.ordering import Order
from app.kit.text import fold_words

MOST_REPEATS = 50


@dataclass(frozen=True)
class Where:
    """What a field of a query does to a statement.

    The clause is made from the query and stand-ins for the values that are sent with it (a list, if `sent` makes
    one), so that one statement serves all questions of the same shape. An enum or a boolean is part of the shape.
    `words` says it to people, around the words so far: `"{list} with {values}"`. They are a message of the catalogues.
    """

    clause: Callable[[Any, Any], Clause | Linked | None]
    words: str = ""
    sent: Callable[[Any], Any] = lambda value: value


@dataclass(frozen=True)
class Known:
    """The values of a field must stand in this column, but for those that are no key of ours (`unless`).

    `hints` names a column of folded names and one of the values that they stand for; `otherwise` suggests something
    for a value that is near no key.
    """

    what: str
    column: Any
    among: Clause | None = None
    hints: tuple[Any, Any] | None = None
    unless: Callable[[str], bool] = lambda value: not value
    otherwise: Callable[[str], str | None] = lambda _: None


@dataclass(frozen=True)
class Misfit:
    """A parameter that does not go with others, whatever else is right about them."""

    parameter: str
    reason: str
    others: tuple[str, ...]


def equals(column: Any, words: str = "") -> Where:
    """The column has one of the values."""
    return Where(lambda _, values: col(column).in_(values), words, lambda values: [str(value) for value in values])


def has_words(column: Any, patterns: list[Any]) -> Clause:
    """The folded column has each of these words, as `sent_words` sends them."""
    return and_(*(col(column).like(pattern, escape="/") for pattern in patterns))


def sent_words(text: str) -> list[str]:
    """A pattern for each folded word of what somebody typed."""
    escaped = (re.sub("([/%_])", r"/\1", word) for word in fold_words(text))
    return [f"%{word}%" for word in escaped]


def contains_words(column: Any) -> Where:
    """The folded column has each word of what somebody typed."""
    return Where(lambda _, patterns: has_words(column, patterns), "{list}, matching {values}", sent_words)


def many(description: str, **more: Any) -> Any:
    """A parameter that may repeat; its values are alternatives."""
    return Field(default_factory=list, max_length=MOST_REPEATS, description=description, **more)


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


def _stand_ins(name: str, sent: Any) -> dict[str, Any]:
    """The values that a filter sends, by the names of their stand-ins; SQLAlchemy makes names like `kind_1` itself."""
    return {f"asked_{name}_{index}": value for index, value in enumerate(sent if isinstance(sent, list) else [sent])}


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

    def conditions(self, fields: Iterable[str] | None = None, *, walking: bool = False) -> list[Clause]:
        """The where-clauses of the filters that are given, of these fields or of all: for a walk, or to gather."""
        found = (self._clause(name, where) for name, where in self._given if fields is None or name in fields)
        clauses = [clause for clause in found if clause is not None]
        if not walking:
            return [clause.gathered() if isinstance(clause, Linked) else clause for clause in clauses]
        table = inspect(self.record).local_table
        return [clause.probed() if isinstance(clause, Linked) else unindexed(clause, table) for clause in clauses]

    def stand_ins(self, name: str) -> list[Any]:
        """Stand-ins for the values that a filter of many values sends."""
        return [bindparam(stand_in) for stand_in in _stand_ins(name, self.sent[name])]

    def _clause(self, name: str, where: Where) -> Clause | Linked | None:
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
        return Order(self.orders[self.sort_key.lstrip("-")], self.record.id, self.sort_key.startswith("-"))

    @cached_property
    def canonical(self) -> dict[str, Any]:
        """The parameters that are given and not defaults, repeated ones sorted and each once."""
        given = self.model_dump(mode="json", exclude_defaults=True)
        return {name: _written(value) for name, value in given.items()}

    @cached_property
    def _encoded(self) -> dict[str, str]:
        return {name: query_string({name: value}) for name, value in self.canonical.items()}

    def encoded(self, without: Iterable[str] = (), cursor: str | None = None) -> str:
        """The canonical query string, without some parameters or with another cursor; sorted by name."""
        parts = {**self._encoded, "cursor": query_string({"cursor": cursor})} if cursor else self._encoded
        return "&".join(parts[name] for name in sorted(parts) if name not in without)

    @cached_property
    def filtered(self) -> str:
        """The canonical filters alone: what a total depends on."""
        return self.encoded(without=("limit", "cursor", "sort", "include"))

    @cached_property
    def binding(self) -> str:
        """The list that a cursor belongs to."""
        return f"{type(self).__name__}|{self.sort_key}|{self.filtered}"

    def page(self, statement: Select[Any], *, walking: bool) -> Select[Any]:
        """The statement cut to this page, and one row more that tells if another follows.

        The sort key is added as column `sort_key`.
        """
        order = replace(self.order, walked=walking)
        if self.cursor is not None:
            statement = statement.where(order.after(bindparam("after_key"), bindparam("after_id")))
        return (
            statement.add_columns(self.order.key.label("sort_key"))
            .order_by(*order.clauses())
            .limit(bindparam("rows", type_=Integer))
        )

    @cached_property
    def position(self) -> tuple[str | float, str] | None:
        """The key and the id behind which the page begins; CursorError if the cursor is not of this list."""
        return None if self.cursor is None else cursors.decode(self.binding, self.cursor, self.order.kind)

    def next_cursor(self, key: str | float, last_id: str) -> str:
        """The cursor behind the last record of this page."""
        return cursors.encode(self.binding, key, last_id)


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
    given = {name: value for name, value in values.items() if value is not None}
    return urllib.parse.urlencode(sorted(given.items()), doseq=True)
