"""Rows that read like the models they are rows of, but are dicts: to make a model takes longer than to write it."""

from collections.abc import Iterator
from typing import Any, TypeVar, cast

from sqlmodel import SQLModel

T = TypeVar("T", bound=SQLModel)


class Row(dict[str, Any]):
    """The columns of a row that have a value; the others are null."""

    __slots__ = ("table",)
    table: str

    def __getattr__(self, name: str) -> Any:
        return self.get(name)


Rows = Iterator[SQLModel]


def row_of(model: type[T], values: dict[str, Any] | None = None, **more: Any) -> T:
    """A row of this model, for those who read it; nothing is validated, seeds were."""
    row = Row(values or (), **more)
    row.table = str(model.__tablename__)
    return cast("T", row)


def columns_of(seed: Any, *names: str) -> dict[str, Any]:
    """The fields of a seed that are columns of the same name."""
    return {name: getattr(seed, name) for name in names}
