"""What the fields of a query model declare: what they ask, of which words, and how they are described."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError
from sqlmodel import col

from app.kit.linked import Clause, Linked
from app.kit.text import fold_words

MOST_REPEATS = 50


Asked = Clause | Linked | list[Linked | Clause] | None
"""What a filter asks: a clause, a link, several of which each must be there, or nothing."""


@dataclass(frozen=True)
class Where:
    """What a field of a query does to a statement.

    The clause is made from the query and stand-ins for the values that are sent with it (a list, if `sent` makes
    one), so that one statement serves all questions of the same shape. An enum or a boolean is part of the shape.
    `words` says it to people, around the words so far: `"{list} with {values}"`. They are a message of the catalogues.
    One that `leads` has an index with the records of each value, in the order of the list if it takes one value.
    """

    clause: Callable[[Any, Any], Asked]
    words: str = ""
    sent: Callable[[Any], Any] = lambda value: value
    leads: bool = False


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
    sent: Callable[[Any], Any] = lambda values: [str(value) for value in values]  # noqa: E731 - typed
    return Where(lambda _, values: col(column).in_(values), words, sent, leads=True)


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
