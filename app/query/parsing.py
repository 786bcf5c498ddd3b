"""Parses a query string into a query model, strictly; the errors are about all of its parameters at once."""

import unicodedata
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.errors import ParameterError, bad_request
from app.openapi.parameters import DEFAULT_MAX_LENGTH, MAX_LENGTHS, schemas_of
from app.query.list_query import ListQuery, NoParameters
from app.values.text import nearest

Q = TypeVar("Q", bound=BaseModel)
JsonSchema = Mapping[str, Any]  # Any: as JSON has values
Parameters = list[tuple[str, str]]
"""Names and values, in the order of the query string."""


@dataclass(frozen=True)
class ParsedQuery(Generic[Q]):
    """A query model, or what is wrong with the query."""

    query: Q | None
    """None if there are errors."""
    values: Mapping[str, list[str]]
    """The values of each parameter that is known and used correctly."""
    errors: list[ParameterError]


def parse_query(model: type[Q], query_string: bytes) -> ParsedQuery[Q]:
    """Parse a query string as a query of this model; an invalid one gives errors and raises nothing."""
    return parse_parameters(model, split_query(query_string, errors="strict"))


def split_query(query_string: bytes, errors: str = "replace") -> Parameters:
    """Return the parameters of a query string in their order (application/x-www-form-urlencoded).

    `errors` says how bytes that are not UTF-8 are decoded, as in `bytes.decode`.
    """
    return urllib.parse.parse_qsl(query_string.decode(errors=errors), keep_blank_values=True, errors=errors)


def parse_parameters(model: type[Q], parameters: Parameters) -> ParsedQuery[Q]:
    """Parse parameters as a query of this model; invalid ones give errors and raise nothing.

    Names and values are normalized to NFC (Unicode Standard Annex 15), so that accented letters may be decomposed.
    """
    given = _group_values(parameters)
    errors = [error for name, values in given.items() for error in _usage_errors(model, name, values)]
    misused = {error.parameter for error in errors}
    used = {name: values for name, values in given.items() if name not in misused}
    query, invalid = _validate(model, used)
    wrong = misused | {error.parameter for error in invalid}
    errors += [*invalid, *_conflict_errors(query, used, wrong)]
    return ParsedQuery(None if errors else query, used, errors)


def refuse_parameters(query_string: bytes) -> None:
    """Raise a 400 if there is any parameter, for an operation that takes none."""
    if errors := parse_query(NoParameters, query_string).errors:
        raise bad_request(errors)


def _validate(model: type[Q], given: Mapping[str, list[str]]) -> tuple[Q, list[ParameterError]]:
    """Return the query of the valid values, and the errors of the others."""
    values = {name: texts if _is_list(model, name) else texts[0] for name, texts in given.items()}
    try:
        return model.model_validate(values), []
    except ValidationError as invalid:
        errors = [_value_error(model, given, error) for error in invalid.errors()]
        wrong = {error.parameter for error in errors}
        valid = {name: value for name, value in values.items() if name not in wrong}
        return model.model_validate(valid), errors


def _conflict_errors(query: BaseModel, given: Mapping[str, list[str]], wrong: set[str]) -> Iterator[ParameterError]:
    """Yield an error for each valid parameter that does not go with other valid parameters."""
    for conflict in query.conflicts() if isinstance(query, ListQuery) else ():
        name = conflict.parameter
        if wrong.isdisjoint((name, *conflict.others)):
            yield ParameterError(parameter=name, value=given[name][0], reason=conflict.reason)


def _group_values(parameters: Parameters) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in parameters:
        grouped.setdefault(unicodedata.normalize("NFC", name), []).append(unicodedata.normalize("NFC", value))
    return grouped


def _is_list(model: type[BaseModel], name: str) -> bool:
    return schemas_of(model)[name].get("type") == "array"


def _usage_errors(model: type[BaseModel], name: str, values: list[str]) -> Iterator[ParameterError]:
    """Yield the errors of a parameter that do not depend on its type: unknown, repeated, empty or too long."""
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
        elif len(value) > (most := MAX_LENGTHS.get(name, DEFAULT_MAX_LENGTH)):
            yield ParameterError(parameter=name, value=value, reason=f"Longer than {most} characters.")


def _value_error(model: type[BaseModel], values: Mapping[str, list[str]], error: ErrorDetails) -> ParameterError:
    """Return a validation error of pydantic with a reason made from the schema of the parameter."""
    name, *index = map(str, error["loc"])
    given = values[name]
    value = given[int(index[0])] if index else given[0]
    if _is_own_message(error):
        allowed, reason = None, error["msg"]
    else:
        allowed, reason = _expectation(schemas_of(model)[name], len(given))
    suggestion = nearest(value, allowed) if allowed else error.get("ctx", {}).get("suggestion")
    return ParameterError(parameter=name, value=value, reason=reason, allowed=allowed, suggestion=suggestion)


_TYPE_NAMES = {"integer": "a whole number", "boolean": "`true` or `false`"}


def _is_own_message(error: ErrorDetails) -> bool:
    return error["msg"].endswith(".")  # those of our validators do, those of pydantic do not


def _expectation(schema: JsonSchema, times: int) -> tuple[list[str] | None, str]:
    """Return the allowed values if the schema lists them, and the reason why a value is refused."""
    if times > schema.get("maxItems", times):
        return None, f"Given {times} times; at most {schema['maxItems']} are allowed."
    of_value = schema.get("items", schema)
    if allowed := of_value.get("enum"):
        return list(allowed), "Not one of the allowed values."
    bounds = f" from {of_value['minimum']} to {of_value['maximum']}" if "minimum" in of_value else ""
    return None, f"Not {_TYPE_NAMES.get(of_value['type'], 'a text')}{bounds}."
