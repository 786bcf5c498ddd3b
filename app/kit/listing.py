"""A list endpoint as a declaration: a filter is one annotated field of a query model.

    country: Annotated[list[CountryCode], Where(any_party_in)] = many("ISO 3166-1 code; any party lies in it.")

From that line come the validation, the where-clause, the OpenAPI parameter and its tests.
"""

import urllib.parse
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError
from sqlalchemy import ColumnElement, Select, and_
from sqlmodel import col

from app.kit import cursors
from app.kit.ordering import Order
from app.kit.text import fold_words

MOST_REPEATS = 50

Clause = ColumnElement[bool]


@dataclass(frozen=True)
class Where:
    """What a field of a query does to a statement: a clause made from the query and the field's value."""

    clause: Callable[[Any, Any], Clause | None]


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


def equals(column: Any) -> Where:
    """The column has the value, or one of the values."""
    return Where(lambda _, value: col(column).in_(sorted(value)) if isinstance(value, list) else col(column) == value)


def has_words(column: Any, text: str) -> Clause:
    """The folded column has each word of what somebody typed."""
    return and_(*(col(column).contains(word, autoescape=True) for word in fold_words(text)))


def contains_words(column: Any) -> Where:
    """The folded column has each word of what somebody typed."""
    return Where(lambda _, text: has_words(column, text))


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
    def declared(cls, kind: type[Any]) -> Iterator[tuple[str, Any]]:
        """The fields that carry a declaration of this kind, with it."""
        for name, field in cls.model_fields.items():
            yield from ((name, found) for found in field.metadata if isinstance(found, kind))

    def conditions(self, fields: Iterable[str] | None = None) -> list[Clause]:
        """The where-clauses of the filters that are given, of these fields or of all."""
        named = set(fields if fields is not None else type(self).model_fields)
        return [
            clause
            for name, where in self.declared(Where)
            if name in named
            and (value := getattr(self, name)) not in (None, [])
            and (clause := where.clause(self, value)) is not None
        ]

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
        sort: str = getattr(self, "sort")  # noqa: B009 - each noun declares its own
        return Order(self.orders[sort.lstrip("-")], self.record.id, sort.startswith("-"))

    @cached_property
    def canonical(self) -> dict[str, Any]:
        """The parameters that are given and not defaults, sorted, repeated ones sorted and each once."""
        given = self.model_dump(mode="json", exclude_defaults=True)
        return {name: _written(value) for name, value in sorted(given.items())}

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
        return f"{type(self).__name__}|{self.order.descending}|{self.order.column.key}|{self.filtered}"

    def page(self, statement: Select[Any]) -> Select[Any]:
        """The statement cut to this page, and one row more that tells if another follows.

        The sort key is added as column `sort_key`.
        """
        if self.position is not None:
            statement = statement.where(self.order.after(*self.position))
        return (
            statement.add_columns(self.order.key.label("sort_key"))
            .order_by(*self.order.clauses())
            .limit(self.limit + 1)
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
