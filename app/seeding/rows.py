"""Rows that read like the models they are rows of, but are not: to make a model takes longer than to write it."""

from collections.abc import Callable, Iterator
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, cast

from sqlmodel import SQLModel

T = TypeVar("T", bound=SQLModel)


class Row:
    """The columns of a row that have a value, as attributes; the others are null."""

    __slots__ = ("__dict__", "table")

    def __init__(self, table: str, values: dict[str, Any]) -> None:
        self.table, self.__dict__ = table, values

    def __getattr__(self, name: str) -> Any:
        return None


Rows = Iterator[SQLModel]


@cache
def _table(model: type[SQLModel]) -> str:
    return str(model.__tablename__)


def row_of(model: type[T], values: dict[str, Any] | None = None, **more: Any) -> T:
    """A row of this model, for those who read it; nothing is validated, seeds were."""
    return cast("T", Row(_table(model), {**values, **more} if values else more))


def columns_of(seed: Any, *names: str) -> dict[str, Any]:
    """The fields of a seed that are columns of the same name."""
    return dict(zip(names, _getter(names)(seed), strict=True))


@cache
def _getter(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    return attrgetter(*names)
