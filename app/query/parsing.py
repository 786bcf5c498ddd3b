"""Reads a query string into a query model, strictly: what is not understood is refused, all of it at once."""

import unicodedata
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.errors import ParameterError, bad_request
from app.openapi.parameters import max_length, schemas_of
from app.query.list_query import ListQuery, NoParameters
from app.values.text import nearest

Q = TypeVar("Q", bound=BaseModel)
Parameters = list[tuple[str, str]]
"""Names and values, as a query string has them."""


@dataclass(frozen=True)
class ParsedQuery(Generic[Q]):
    """A query as it was read: the model or None, the values that may be looked up, and all that is wrong."""

    query: Q | None
    values: Mapping[str, list[str]]
    errors: list[ParameterError]


def parse_query(model: type[Q], query_string: bytes) -> ParsedQuery[Q]:
    """The query string as a query of this model; never raises, the errors say what is wrong."""
    return parse_parameters(model, split_query(query_string, errors="strict"))


def split_query(query_string: bytes, errors: str = "replace") -> Parameters:
    """The parameters of a query string in their order (application/x-www-form-urlencoded)."""
    return urllib.parse.parse_qsl(query_string.decode(errors=errors), keep_blank_values=True, errors=errors)


def parse_parameters(model: type[Q], parameters: Parameters) -> ParsedQuery[Q]:
    """The parameters as a query of this model; never raises, the errors say what is wrong.

    Text is compared in NFC, so it does not matter how an accented letter was typed.
    """
    given = _group_values(parameters)
    errors = [error for name, values in given.items() for error in _usage_errors(model, name, values)]
    misused = {error.parameter for error in errors}
    values = {name: found for name, found in given.items() if name not in misused}
    query, refused = _validate(model, values)
    wrong = misused | {error.parameter for error in refused}
    errors += [*refused, *_conflict_errors(query, values, wrong)]
    return ParsedQuery(None if errors else query, values, errors)


def refuse_parameters(query_string: bytes) -> None:
    """A 400 for an operation that takes no parameter and was given one."""
    if errors := parse_query(NoParameters, query_string).errors:
        raise bad_request(errors)


def _validate(model: type[Q], given: Mapping[str, list[str]]) -> tuple[Q, list[ParameterError]]:
    """The query that the right values make, and what is wrong with the others."""
    values = {name: found if _is_list(model, name) else found[0] for name, found in given.items()}
    try:
        return model.model_validate(values), []
    except ValidationError as invalid:
        errors = [_value_error(model, given, error) for error in invalid.errors()]
        wrong = {error.parameter for error in errors}
        right = {name: value for name, value in values.items() if name not in wrong}
        return model.model_validate(right), errors


def _conflict_errors(query: BaseModel, given: Mapping[str, list[str]], wrong: set[str]) -> Iterator[ParameterError]:
    """The parameters that are right but do not go with each other."""
    for misfit in query.conflicts() if isinstance(query, ListQuery) else ():
        if wrong.isdisjoint((misfit.parameter, *misfit.others)):
            yield ParameterError(parameter=misfit.parameter, value=given[misfit.parameter][0], reason=misfit.reason)


def _group_values(parameters: Parameters) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in parameters:
        grouped.setdefault(unicodedata.normalize("NFC", name), []).append(unicodedata.normalize("NFC", value))
    return grouped


def _is_list(model: type[BaseModel], name: str) -> bool:
    return schemas_of(model)[name].get("type") == "array"


def _usage_errors(model: type[BaseModel], name: str, values: list[str]) -> Iterator[ParameterError]:
    """What can be wrong with a parameter before its value is looked at."""
    known = list(model.model_fields)
    if name not in known:
        reason = "No such parameter." if known else "No such parameter; this address takes none."
        yield ParameterError(
            parameter=name,
            value=values[0],
            reason=reason,
            allowed=known or None,
            suggestion=nearest(name, known),
        )
        return
    if len(values) > 1 and not _is_list(model, name):
        yield ParameterError(parameter=name, value=values[1], reason=f"Given {len(values)} times; give it once.")
    for value in values:
        if not value.strip():
            yield ParameterError(parameter=name, value=value, reason="Empty; give a value or leave the parameter out.")
        elif len(value) > max_length(name):
            yield ParameterError(parameter=name, value=value, reason=f"Longer than {max_length(name)} characters.")


def _value_error(model: type[BaseModel], values: Mapping[str, list[str]], error: ErrorDetails) -> ParameterError:
    """A validation error of pydantic in our words, made from the schema of the parameter."""
    name, *place = map(str, error["loc"])
    given = values[name]
    value = given[int(place[0])] if place else given[0]
    allowed, reason = (
        _expectation(schemas_of(model)[name], len(given)) if not _is_own_message(error) else (None, error["msg"])
    )
    suggestion = nearest(value, allowed) if allowed else error.get("ctx", {}).get("suggestion")
    return ParameterError(parameter=name, value=value, reason=reason, allowed=allowed, suggestion=suggestion)


_TYPE_NAMES = {"integer": "a whole number", "boolean": "`true` or `false`"}


def _is_own_message(error: ErrorDetails) -> bool:
    return error["msg"].endswith(".")  # our sentences do, pydantic's messages do not


def _expectation(schema: Mapping[str, Any], times: int) -> tuple[list[str] | None, str]:
    """The allowed values, if they are few, and a sentence that says what would be right."""
    if times > schema.get("maxItems", times):
        return None, f"Given {times} times; at most {schema['maxItems']} are allowed."
    inner = schema.get("items", schema)
    if allowed := inner.get("enum"):
        return list(allowed), "Not one of the allowed values."
    bounds = f" from {inner['minimum']} to {inner['maximum']}" if "minimum" in inner else ""
    return None, f"Not {_TYPE_NAMES.get(inner['type'], 'a text')}{bounds}."
