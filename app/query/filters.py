"""What the fields of a query model declare: what they ask, of which words, and how they are described."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError
from sqlmodel import col

from app.query.conditions import Clause, JoinFilter
from app.values.text import fold_words

MAX_REPEATS = 50


FilterCondition = Clause | JoinFilter | list[JoinFilter | Clause] | None
"""What a filter asks: a clause, a link, several of which each must be there, or nothing."""


@dataclass(frozen=True)
class Filter:
    """What a field of a query does to a statement.

    The clause is made from the query and stand-ins for the values that are sent with it (a list, if `bind` makes
    one), so that one statement serves all questions of the same shape. An enum or a boolean is part of the shape.
    `caption` says it to people, around the words so far: `"{list} with {values}"`. A message of the catalogues.
    One that is `indexed` has an index with the records of each value, in the order of the list if it takes one value.
    """

    clause: Callable[[Any, Any], FilterCondition]
    caption: str = ""
    bind: Callable[[Any], Any] = lambda value: value
    indexed: bool = False


@dataclass(frozen=True)
class ReferenceCheck:
    """The values of a field must stand in this column, but for those that are no key of ours (`unless`).

    `hints` names a column of folded names and one of the values that they stand for; `otherwise` suggests something
    for a value that is near no key.
    """

    noun: str
    column: Any
    restriction: Clause | None = None
    names: tuple[Any, Any] | None = None
    skip_if: Callable[[str], bool] = lambda value: not value
    suggest: Callable[[str], str | None] = lambda _: None


@dataclass(frozen=True)
class ParameterConflict:
    """A parameter that does not go with others, whatever else is right about them."""

    parameter: str
    reason: str
    others: tuple[str, ...]


def equals(column: Any, caption: str = "") -> Filter:
    """The column has one of the values."""
    return Filter(lambda _, values: col(column).in_(values), caption, _as_texts, indexed=True)


def _as_texts(values: list[Any]) -> list[str]:
    return [str(value) for value in values]


def repeatable(description: str, **more: Any) -> Any:
    """A parameter that may repeat; its values are alternatives."""
    return Field(default_factory=list, max_length=MAX_REPEATS, description=description, **more)


def single(description: str, default: Any = None, **more: Any) -> Any:
    """A parameter that stands at most once."""
    return Field(default, description=description, **more)


def strict_integer(value: object) -> object:
    # int() takes 1_0, spaces and digits of any script
    if isinstance(value, str) and not (value.isascii() and value.isdigit() and len(value) < 10):
        raise PydanticCustomError("whole_number", "not a whole number")
    return value


def _require_searchable(value: str) -> str:
    if not fold_words(value):
        raise PydanticCustomError("searchable", "Nothing to search for is left of it; give letters or digits.")
    return value


SearchText = Annotated[str, AfterValidator(_require_searchable)]
"""Words to search for; each must occur."""
