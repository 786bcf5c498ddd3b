"""A query string is parsed strictly, and all of its errors are returned at once."""

from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from app.query.filters import MAX_REPEATS, SearchText, repeatable, single
from app.query.list_query import NoParameters
from app.query.parsing import parse_query
from app.values.countries import CountryCode
from app.values.dates import PartialDate


class Colour(StrEnum):
    red = "red"
    blue = "blue"


class Query(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    colour: list[Colour] = repeatable("Colours.")
    country: list[CountryCode] = repeatable("Countries.")
    since: PartialDate | None = single("From.")
    q: SearchText | None = single("Words.")
    latest: bool = single("Latest.", False)
    limit: Annotated[int, Field(ge=1, le=200)] = single("Limit.", 50)


def errors(query_string: str) -> list[dict[str, Any]]:
    """Return the errors of a query string as JSON objects."""
    return [error.model_dump(exclude_none=True) for error in parse_query(Query, query_string.encode()).errors]


def error(parameter: str, value: str, reason: str, **more: Any) -> dict[str, Any]:
    return {"parameter": parameter, "value": value, "reason": reason, **more}


NAMES = list(Query.model_fields)


@pytest.mark.parametrize(
    ("query_string", "expected"),
    [
        ("", {}),
        ("colour=red&colour=blue", {"colour": [Colour.red, Colour.blue]}),
        ("country=vn&country=KR", {"country": ["VN", "KR"]}),
        ("since=2004-06&limit=7&latest=true", {"since": "2004-06", "limit": 7, "latest": True}),
        (f"q={quote('Đà Nẵng')}", {"q": "Đà Nẵng"}),
        ("q=a+b%20c", {"q": "a b c"}),
        ("%71=a", {"q": "a"}),
    ],
)
def test_valid_query_strings(query_string: str, expected: dict[str, Any]) -> None:
    query = parse_query(Query, query_string.encode()).query

    assert query is not None
    assert query.model_dump(exclude_unset=True) == expected


def test_text_is_normalized_to_nfc() -> None:
    query = parse_query(Query, b"q=" + quote("a\u0301").encode()).query

    assert query == Query(q="á")


@pytest.mark.parametrize(
    ("query_string", "expected"),
    [
        ("cuontry=VN", [error("cuontry", "VN", "No such parameter.", allowed=NAMES, suggestion="country")]),
        ("zzz=1", [error("zzz", "1", "No such parameter.", allowed=NAMES)]),
        ("=1", [error("", "1", "No such parameter.", allowed=NAMES)]),
        (
            "colour=rde",
            [error("colour", "rde", "Not one of the allowed values.", allowed=["red", "blue"], suggestion="red")],
        ),
        (
            "colour=red,blue",
            [error("colour", "red,blue", "Not one of the allowed values.", allowed=["red", "blue"], suggestion="blue")],
        ),
        (
            "country=Vietnam",
            [error("country", "Vietnam", "Not a country code of ISO 3166-1 alpha-2, such as VN.", suggestion="VN")],
        ),
        ("since=2019-02-30", [error("since", "2019-02-30", "Not a date of the form YYYY, YYYY-MM or YYYY-MM-DD.")]),
        ("since=2004&since=2005", [error("since", "2005", "Given 2 times; give it once.")]),
        ("since=", [error("since", "", "Empty; give a value or leave the parameter out.")]),
        ("q=+", [error("q", " ", "Empty; give a value or leave the parameter out.")]),
        ("q=!", [error("q", "!", "Nothing to search for is left of it; give letters or digits.")]),
        (f"q={'x' * 201}", [error("q", "x" * 201, "Longer than 200 characters.")]),
        ("limit=0", [error("limit", "0", "Not a whole number from 1 to 200.")]),
        ("limit=201", [error("limit", "201", "Not a whole number from 1 to 200.")]),
        ("latest=maybe", [error("latest", "maybe", "Not `true` or `false`.")]),
        (
            "&".join(["colour=red"] * (MAX_REPEATS + 1)),
            [error("colour", "red", f"Given {MAX_REPEATS + 1} times; at most {MAX_REPEATS} are allowed.")],
        ),
        (
            "colour=red&limit=x&zzz=1&since=2004&since=2005",
            [
                error("zzz", "1", "No such parameter.", allowed=NAMES),
                error("since", "2005", "Given 2 times; give it once."),
                error("limit", "x", "Not a whole number from 1 to 200."),
            ],
        ),
    ],
)
def test_errors(query_string: str, expected: list[dict[str, Any]]) -> None:
    assert errors(query_string) == expected


def test_an_operation_without_parameters_refuses_all() -> None:
    (only,) = parse_query(NoParameters, b"a=1").errors

    assert only.reason == "No such parameter; this address takes none."


@given(st.lists(st.tuples(st.sampled_from([*NAMES, "zzz", "é"]), st.text(st.characters(exclude_categories=["Cs"])))))
def test_any_query_string_gives_a_query_or_errors(pairs: list[tuple[str, str]]) -> None:
    parsed = parse_query(Query, urlencode(pairs).encode())

    assert (parsed.query is None) == bool(parsed.errors)
