"""Canonical query strings (application/x-www-form-urlencoded): equal queries are equal bytes."""

import urllib.parse
from collections.abc import Mapping
from functools import lru_cache

# The same few values recur in most queries.
_quote = lru_cache(maxsize=4096)(urllib.parse.quote_plus)


def canonical_parameters(given: Mapping[str, object]) -> dict[str, object]:
    """Return parameters in their canonical form: alternatives sorted and each once, booleans in lower case."""
    return {name: _canonical_value(value) for name, value in given.items()}


def _canonical_value(value: object) -> object:
    if isinstance(value, list):
        return sorted(set(value))
    return str(value).lower() if isinstance(value, bool) else value


def encode_query(values: Mapping[str, object]) -> str:
    """Return the query string of these parameters, sorted by name; None is left out, a list repeats its parameter."""
    given = {name: value for name, value in sorted(values.items()) if value is not None}
    return "&".join(encode_parameters(given).values())


def encode_parameters(values: Mapping[str, object]) -> dict[str, str]:
    """Return the part of a query string for each parameter, which is repeated for a list."""
    return {name: _encode(name, value) for name, value in values.items()}


def _encode(name: str, value: object) -> str:
    values = value if isinstance(value, (list, tuple)) else [value]
    return "&".join(f"{name}={_quote(str(each))}" for each in values)
