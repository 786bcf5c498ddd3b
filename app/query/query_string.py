"""Canonical query strings (application/x-www-form-urlencoded): equal queries are equal bytes."""

import urllib.parse
from collections.abc import Mapping
from functools import lru_cache

# The same few values recur in most queries.
_quote = lru_cache(maxsize=4096)(urllib.parse.quote_plus)


def canonical_value(value: object) -> object:
    """Return the canonical form of a value: alternatives sorted and each once, booleans in lower case."""
    if isinstance(value, list):
        return sorted(set(value))
    return str(value).lower() if isinstance(value, bool) else value


def encode_query(values: Mapping[str, object]) -> str:
    """Return the query string of these parameters, sorted by name; None is left out, a list repeats its parameter."""
    return "&".join(encode_parameter(name, value) for name, value in sorted(values.items()) if value is not None)


def encode_parameter(name: str, value: object) -> str:
    """Return the part of a query string for one parameter, which is repeated for a list."""
    values = value if isinstance(value, (list, tuple)) else [value]
    return "&".join(f"{name}={_quote(str(each))}" for each in values)
