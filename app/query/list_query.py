"""Query models: a filter of a list is one annotated field.

    country: Annotated[list[CountryCode], Filter(involves_country, "{list} with {values}")] = repeatable("ISO 3166-1 …")

From that line come the validation, the where-clause, the OpenAPI parameter, the caption of a page, and the tests.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import Enum
from functools import cached_property
from typing import Annotated, ClassVar, Protocol, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict
from sqlalchemy import bindparam

from app.query import cursors
from app.query.conditions import Clause
from app.query.filters import (
    Filter,
    FilterParameters,
    FilterValues,
    ParameterConflict,
    ReferenceCheck,
    single,
    strict_integer,
)
from app.query.ordering import Order
from app.query.query_string import canonical_parameters, encode_parameters
from app.query.sql_elements import ModelColumn

D = TypeVar("D")


class Record(Protocol):
    """A table model whose rows are records."""

    number: int
    id: str


class NoParameters(BaseModel):
    """The query model of an operation that takes no parameters."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ListQuery(BaseModel):
    """The parameters of every list; a subclass adds the filters and the sort keys of a resource."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    noun: ClassVar[str]
    """What a record is called, in the singular."""
    record: ClassVar[type[Record]]
    """The table whose rows are listed."""
    sort_columns: ClassVar[Mapping[str, ModelColumn]]
    """The column behind each sort key."""
    filters: ClassVar[Mapping[str, Filter]]
    """The fields that filter, by name."""
    reference_checks: ClassVar[Mapping[str, ReferenceCheck]]
    """The fields whose values must be keys of the register, by name."""

    limit: Annotated[int, BeforeValidator(strict_integer)] = single(
        "How many items a page has at most.", 50, ge=1, le=200, json_schema_extra={"format": "int32"}
    )
    cursor: str | None = single("Where the page begins: the `cursor` in the `next` of the page before.")

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: object) -> None:
        """Collect the declarations of the fields."""
        super().__pydantic_init_subclass__(**kwargs)
        cls.filters, cls.reference_checks = _declarations(cls, Filter), _declarations(cls, ReferenceCheck)

    @classmethod
    def restriction(cls) -> Clause | None:
        """Return which rows of the table are listed; None: all."""
        return None

    @classmethod
    def record_filters(cls) -> Collection[str]:
        """Return the names of the filters that are about the records themselves."""
        return cls.filters

    def further_conditions(self) -> list[Clause]:
        """Return the where-clauses that come neither from the restriction nor from a filter about the records."""
        return []

    @classmethod
    def tie_breaker(cls) -> ModelColumn:
        """Return the column that breaks ties; most records are numbered in the order of their ids."""
        return cls.record.number

    def order_bounds(self, order: Order) -> list[Clause]:  # noqa: ARG002 - for subclasses
        """Return conditions on the sort key, implied by the filters, by which an ordered scan begins and ends."""
        return []

    def conflicts(self) -> Iterator[ParameterConflict]:
        """Yield the parameters that do not go with each other, such as a cursor of another list."""
        try:
            _ = self.cursor_position
        except cursors.CursorError:
            reason = "Not a cursor of this list with these filters and this order; start without one."
            yield ParameterConflict("cursor", reason, tuple(set(type(self).model_fields) - {"limit", "include"}))

    @cached_property
    def given_filters(self) -> dict[str, Filter]:
        """The filters that are given, by name."""
        return {name: each for name, each in self.filters.items() if getattr(self, name) not in (None, [])}

    @cached_property
    def driving_filters(self) -> list[str]:
        """The names of the given filters that have an index, by which an access path can be driven."""
        return [name for name, each in self.given_filters.items() if each.indexed]

    def lists_in_order(self, name: str) -> bool:
        """Return whether the index of a given filter has its records in the order that is asked for."""
        return len(self.filter_values[name]) == 1 and self.sort_name == self.default_sort

    def only(self, name: str) -> "ListQuery":
        """Return the query with no other filter than this."""
        return type(self).model_construct({name}, **{name: getattr(self, name)})

    @cached_property
    def filter_values(self) -> dict[str, FilterValues]:
        """The values that each given filter sends with a statement; an enum or a boolean sends none."""
        values = ((name, each, getattr(self, name)) for name, each in self.given_filters.items())
        return {name: each.bind(value) for name, each, value in values if not isinstance(value, (Enum, bool))}

    @cached_property
    def parameter_values(self) -> dict[str, str | float | None]:
        """The values of all bind parameters of the statements of this query, by the names of the parameters."""
        values: dict[str, str | float | None] = {"rows": self.limit + 1}
        for name, sent in self.filter_values.items():
            values |= _values_by_parameter(name, sent)
        if self.cursor_position is not None:
            values["after_key"], values["after_id"] = self.cursor_position
        return values

    def bind_parameters(self, name: str) -> FilterParameters:
        """Return the bind parameters for the values of a filter."""
        return [bindparam(parameter) for parameter in _values_by_parameter(name, self.filter_values[name])]

    @cached_property
    def statement_key(self) -> tuple[object, ...]:
        """What the where-clauses depend on: which filters are given, and with how many values."""
        counts = ((name, len(sent) if isinstance(sent, list) else 0) for name, sent in self.filter_values.items())
        constants = ((name, getattr(self, name)) for name in self.given_filters if name not in self.filter_values)
        return (type(self), *counts, *constants)

    @property
    def sort_name(self) -> str:
        """The sort key, with a `-` for descending order."""
        return str(getattr(self, "sort"))  # noqa: B009 - the field is declared by each subclass

    @property
    def default_sort(self) -> str:
        """The sort key of the default order, with a `-` for descending order."""
        return str(type(self).model_fields["sort"].default)

    @cached_property
    def order(self) -> Order:
        """The order that `sort` asks for."""
        column = self.sort_columns[self.sort_name.lstrip("-")]
        unique = column is self.record.id
        return Order(column, column if unique else self.tie_breaker(), self.sort_name.startswith("-"), unique)

    @cached_property
    def canonical(self) -> dict[str, object]:
        """The parameters that are given and differ from their defaults, in their canonical form."""
        return canonical_parameters(self.model_dump(mode="json", exclude_defaults=True))

    @cached_property
    def encoded_parameters(self) -> dict[str, str]:
        """The part of the canonical query string for each canonical parameter."""
        return encode_parameters(self.canonical)

    def query_string(self, without: Iterable[str] = (), cursor: str | None = None) -> str:
        """Return the canonical query string, sorted by name, without some parameters or with another cursor."""
        parts = {**self.encoded_parameters, "cursor": f"cursor={cursor}"} if cursor else self.encoded_parameters
        return "&".join(parts[name] for name in sorted(parts) if name not in without)

    @cached_property
    def filter_string(self) -> str:
        """The canonical query string of the filters alone, on which a total depends."""
        return self.query_string(without=("limit", "cursor", "sort", "include"))

    @cached_property
    def cursor_binding(self) -> str:
        """The list that a cursor belongs to: resource, order and filters."""
        return f"{type(self).__name__}|{self.sort_name}|{self.filter_string}"

    @cached_property
    def cursor_position(self) -> tuple[str | float, str] | None:
        """The sort key and the id behind which the page begins; raises CursorError for a cursor of another list."""
        return None if self.cursor is None else cursors.decode(self.cursor_binding, self.cursor, self.order.kind)

    def next_cursor(self, key: str | float, last_id: str) -> str:
        """Return the cursor behind the last record of this page."""
        return cursors.encode(self.cursor_binding, key, last_id)


def _declarations(model: type[BaseModel], kind: type[D]) -> dict[str, D]:
    """Return the declarations of a kind in the metadata of the fields, by name of the field."""
    fields = model.model_fields.items()
    return {name: each for name, field in fields for each in field.metadata if isinstance(each, kind)}


def _values_by_parameter(name: str, sent: FilterValues) -> dict[str, str | None]:
    """Return the values of a filter by bind parameter; SQLAlchemy's own parameters have names such as `kind_1`."""
    return {f"asked_{name}_{index}": value for index, value in enumerate(sent if isinstance(sent, list) else [sent])}
