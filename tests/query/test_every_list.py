"""Tests of all lists and all parameters over HTTP."""

import pytest
from pydantic import BaseModel

from app.middleware.request_guard import malformed_parameters
from app.openapi.parameters import schemas_of
from app.query.list_query import ListQuery
from app.query.parsing import parse_query
from tests.support.examples import EXAMPLES, ITEMS, LISTS, NOT_FILTERS, PARAMETERS, QUERIES, SORTS
from tests.support.problems import errors_of, problem_of, refused_parameters
from tests.support.serving import Served

SEARCHES = {"q", "participant"}  # accept any words
MALFORMED = ["%00", "a%00", "%0A", "%1F", "%7F", "%C2%85", "%FF", "%C3", "%ED%A0%80", "%ED%BF%BF"]
INVALID = ["", "%20", "x" * 1001]
NUMBERS = ["9" * 30, "-1", "0x10", "1e3", "NaN", "%D9%A1%D9%A2"]
SINGLE = [(path, name) for path, name in PARAMETERS if schemas_of(LISTS[path])[name].get("type") != "array"]
REPEATABLE = [each for each in PARAMETERS if each not in SINGLE]


def test_the_examples_have_all_lists() -> None:
    def resources(model: type[BaseModel]) -> list[type[BaseModel]]:
        below = [each for subclass in model.__subclasses__() for each in [subclass, *resources(subclass)]]
        return [each for each in below if "noun" in vars(each)]

    assert set(LISTS.values()) == set(resources(ListQuery))


@pytest.mark.parametrize("path", LISTS)
def test_every_filter_has_an_example(path: str) -> None:
    assert set(EXAMPLES[path]) == set(LISTS[path].model_fields) - NOT_FILTERS


@pytest.mark.parametrize(("path", "name"), PARAMETERS)
def test_every_parameter_has_a_sentence_as_description(path: str, name: str) -> None:
    description = LISTS[path].model_fields[name].description or ""

    assert len(description) > 10
    assert description.endswith(".")


@pytest.mark.parametrize(("path", "name", "query", "ids"), QUERIES)
def test_a_filter_finds_the_records_that_match(small: Served, path: str, name: str, query: str, ids: list[str]) -> None:
    assert name in query
    assert len(ids) < small.get(path).json()["total"]
    assert small.ids(f"{path}?{query}") == ids
    assert small.get(f"{path}?{query}").json()["total"] == len(ids)


@pytest.mark.parametrize(("path", "name"), PARAMETERS)
def test_an_invalid_value_is_an_error_of_the_parser(path: str, name: str) -> None:
    errors = {value: wrong_parameters(path, f"{name}={value}") for value in INVALID}

    assert errors == {value: [name] for value in INVALID}


def wrong_parameters(path: str, query_string: str) -> list[str]:
    """The names of the parameters that the parser of this list refuses."""
    return [error.parameter for error in parse_query(LISTS[path], query_string.encode()).errors]


@pytest.mark.parametrize(("path", "name"), PARAMETERS)
def test_a_number_that_is_none_or_too_large_is_an_error_of_the_parser(path: str, name: str) -> None:
    """Names and words may look like numbers; the register is asked for the names."""
    is_text = name in SEARCHES or name in LISTS[path].reference_checks
    side = "&country=KR" if name == "partner" else ""
    errors = {number: wrong_parameters(path, f"{name}={number}{side}") for number in NUMBERS}

    assert errors == {number: [] if is_text else [name] for number in NUMBERS}


@pytest.mark.parametrize("value", MALFORMED)
def test_a_malformed_value_is_found_in_any_query_string(value: str) -> None:
    errors = list(malformed_parameters(f"limit=1&city={value}&q=x".encode()))

    assert [error.parameter for error in errors] == ["city"]


@pytest.mark.parametrize("path", LISTS)
def test_a_broken_value_is_refused_by_every_list(small: Served, path: str) -> None:
    values = [*MALFORMED, *INVALID, *NUMBERS]
    name = next(iter(LISTS[path].reference_checks), "sort")
    is_refused = {value: name in refused_parameters(small.get(f"{path}?{name}={value}")) for value in values}

    assert is_refused == dict.fromkeys(values, True)


@pytest.mark.parametrize(("path", "name"), PARAMETERS)
def test_an_unknown_value_is_refused(small: Served, path: str, name: str) -> None:
    if name in SEARCHES:
        assert small.ids(f"{path}?{name}=no-such-value") == []
    else:
        assert name in refused_parameters(small.get(f"{path}?{name}=no-such-value"))


@pytest.mark.parametrize(("path", "name"), SINGLE)
def test_a_parameter_that_does_not_repeat_is_refused_when_given_twice(path: str, name: str) -> None:
    (error,) = parse_query(LISTS[path], f"{name}=2004&{name}=2004".encode()).errors

    assert (error.parameter, error.reason) == (name, "Given 2 times; give it once.")


@pytest.mark.parametrize(("path", "name"), REPEATABLE)
def test_a_parameter_may_be_given_fifty_times(small: Served, path: str, name: str) -> None:
    query = "include=evidence" if name == "include" else next(iter(EXAMPLES[path][name]))
    repeated = "&".join([query.split("&")[-1]] * (50 - query.count(f"{name}=")))
    once, fifty = small.get(f"{path}?{query}"), small.get(f"{path}?{query}&{repeated}")

    assert (fifty.status_code, fifty.headers["etag"]) == (200, once.headers["etag"])


@pytest.mark.parametrize(("path", "name"), REPEATABLE)
def test_a_parameter_given_more_than_fifty_times_is_refused(path: str, name: str) -> None:
    for times in (51, 200):
        errors = parse_query(LISTS[path], "&".join([f"{name}=xx"] * times).encode()).errors

        assert f"Given {times} times; at most 50 are allowed." in [error.reason for error in errors]


@pytest.mark.parametrize("path", LISTS)
def test_an_unknown_parameter_is_refused(small: Served, path: str) -> None:
    (error,) = errors_of(small.get(f"{path}?sorted=id"))

    assert (error["parameter"], error["suggestion"]) == ("sorted", "sort")
    assert error["allowed"] == list(LISTS[path].model_fields)


@pytest.mark.parametrize(("path", "key"), ITEMS.items())
@pytest.mark.parametrize("query", ["sort=id", "include=evidence", "x", "=x", "%C3%A9=1"])
def test_an_item_refuses_parameters(small: Served, path: str, key: str, query: str) -> None:
    (error,) = errors_of(small.get(f"{path}/{key}?{query}"))

    assert error["reason"] == "No such parameter; this address takes none."


@pytest.mark.parametrize("path", [*LISTS, "/agreements/isvik--portavela", "/healthz", "/readyz", "/nowhere"])
def test_a_query_of_10_kb_is_too_long(small: Served, path: str) -> None:
    problem_of(small.get(f"{path}?q={'x' * 10_000}"), 414)


@pytest.mark.parametrize(("path", "sort"), SORTS)
@pytest.mark.parametrize("include", ["", "&include=evidence"])
def test_a_page_of_any_size_costs_the_same_statements(small: Served, path: str, sort: str, include: str) -> None:
    if include and "include" not in LISTS[path].model_fields:
        include = ""
    small.get(path)  # counts the total, which is cached
    counts = []
    for limit in (1, 2, 200):
        with small.statements() as statements:
            small.get(f"{path}?sort={sort}&limit={limit}{include}")
        counts.append(len(statements))

    assert counts == ([3, 3, 3] if path == "/indicators" else [1, 1, 1])


@pytest.mark.parametrize("path", LISTS)
def test_the_total_of_a_filter_is_counted_once(small: Served, path: str) -> None:
    new_filter = "since=1999" if path == "/sources" else "country=BV"
    with small.statements() as first:
        small.get(f"{path}?{new_filter}&limit=1")
    with small.statements() as second:
        small.get(f"{path}?{new_filter}&limit=2")

    assert len(first) == len(second) + 1


@pytest.mark.parametrize(("path", "key"), ITEMS.items())
def test_an_item_costs_one_statement(small: Served, path: str, key: str) -> None:
    with small.statements() as statements:
        small.get(f"{path}/{key}")

    assert len(statements) == (3 if path == "/indicators" else 1)
