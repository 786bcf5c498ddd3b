"""What the fields of a query model declare: filters, checks of references, and how OpenAPI describes them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypedDict, Unpack

from pydantic import AfterValidator, Field
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError
from sqlalchemy import BindParameter
from sqlmodel import col

from app.query.conditions import Clause, JoinFilter
from app.query.sql_elements import ModelColumn
from app.values.text import fold_words

MAX_REPEATS = 50

FilterValues = str | list[str] | list[str | None]
"""What a filter sends with a statement: one value, or a list of values."""
FilterParameters = list[BindParameter[str]]
"""The bind parameters of a list of values."""
FilterCondition = Clause | JoinFilter | list[JoinFilter | Clause] | None
"""What a filter demands of a record: one condition, several that must all be met, or none."""


@dataclass(frozen=True)
class Filter:
    """How a field of a query model filters the records of a list.

    `condition` is called with the query and the bind parameters of the values (one parameter, or a list if `bind` makes
    one), so that one statement serves all queries with the same filters. For an enum or a boolean it is called with
    the value itself, which becomes part of the statement.
    """

    condition: Callable[..., FilterCondition]  # each function names its own query model and type of value
    caption: str = ""
    """The filter in words, around the caption so far: `"{list} with {values}"`; a message of the catalogues."""
    bind: Callable[[Any], FilterValues] = lambda value: value  # Any: the value of the field, of its type
    """Makes the values that are sent with a statement from the value of the field."""
    indexed: bool = False
    """Whether an index has the records of each value, for one value in the default order of the list."""


@dataclass(frozen=True)
class ReferenceCheck:
    """The check that the values of a field are keys of the register."""

    noun: str
    """What a key refers to, in messages: `"city"`."""
    column: ModelColumn
    """The column that has all keys."""
    restriction: Clause | None = None
    """Which rows of the table count; None: all."""
    names: tuple[ModelColumn, ModelColumn] | None = None
    """A column of folded names and a column of the keys that they belong to, by which a key is suggested."""
    skip_if: Callable[[str], bool] = lambda value: not value
    """Whether a value need not be a key."""
    suggest: Callable[[str], str | None] = lambda _: None
    """Suggests a value in place of one that resembles no key."""


@dataclass(frozen=True)
class ParameterConflict:
    """A parameter that does not go with others, though each of them is valid."""

    parameter: str
    reason: str
    others: tuple[str, ...]


def equals(column: ModelColumn, caption: str = "") -> Filter:
    """Return the filter for records that have one of the values in this column."""
    return Filter(lambda _, values: col(column).in_(values), caption, _as_texts, indexed=True)


def _as_texts(values: Sequence[object]) -> list[str]:
    return [str(value) for value in values]


class FieldOptions(TypedDict, total=False):
    """Further arguments of `pydantic.Field`."""

    ge: int
    le: int
    examples: list[str]
    json_schema_extra: JsonDict


def repeatable(description: str, **options: Unpack[FieldOptions]) -> Any:  # as Field, for a field of any type
    """Declare a parameter that may be given several times; its values are alternatives."""
    return Field(default_factory=list, max_length=MAX_REPEATS, description=description, **options)


def single(description: str, default: object = None, **options: Unpack[FieldOptions]) -> Any:  # as Field
    """Declare a parameter that may be given once."""
    return Field(default, description=description, **options)


def strict_integer(value: object) -> object:
    """Validate that a text is an integer of up to nine ASCII digits; for a BeforeValidator."""
    # int() also accepts 1_0, spaces and digits of any script
    if isinstance(value, str) and not (value.isascii() and value.isdigit() and len(value) < 10):
        raise PydanticCustomError("whole_number", "not a whole number")
    return value


def _require_searchable(value: str) -> str:
    if not fold_words(value):
        raise PydanticCustomError("searchable", "Nothing to search for is left of it; give letters or digits.")
    return value


SearchText = Annotated[str, AfterValidator(_require_searchable)]
"""Words to search for; each must occur."""
