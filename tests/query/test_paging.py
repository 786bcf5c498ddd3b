"""All lists in all orders, page by page; a cursor is refused by every other list, order and filter."""

import base64
import json
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from app.query import cursors
from tests.support.examples import EXAMPLES, LISTS, SORTS
from tests.support.problems import errors_of, refused_parameters
from tests.support.serving import Served

# The value of each sort key in an item; None sorts last.
SORT_VALUES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "id": lambda item: item["id"],
    "name": lambda item: item["name"].casefold(),
    "country": lambda item: item["country"],
    "signed": lambda item: item["signed"] and item["signed"]["earliest"],
    "date": lambda item: item["date"] and item["date"]["earliest"],
    "period": lambda item: item["period"] and item["period"]["earliest"],
    "published": lambda item: item["published"] and item["published"]["earliest"],
    "indicator": lambda item: item["indicator"]["id"],
    "value": lambda item: item["value"],
    "source": lambda item: item["source"],
}


def in_order(items: list[dict[str, Any]], sort: str) -> list[str]:
    """Return the ids of the items in the order that a value of `sort` asks for."""
    key = SORT_VALUES[sort.removeprefix("-")]
    by_id = sorted(items, key=lambda item: item["id"])
    known = sorted((i for i in by_id if key(i) is not None), key=key, reverse=False)
    if sort.startswith("-"):  # a stable sort: ties stay in the order of their ids
        known = sorted(known, key=key, reverse=True)
    return [item["id"] for item in [*known, *(i for i in by_id if key(i) is None)]]


def all_pages(served: Served, first: str) -> list[dict[str, Any]]:
    """Return the bodies of a page and of those that follow it, by their `next`."""
    pages, address = [], f"{served.settings.base_url}{first}"
    while address:
        response = served.get(address)
        assert response.status_code == 200, response.text
        pages.append(response.json())
        address = pages[-1]["next"]
        assert response.headers.get("link") == (f'<{address}>; rel="next"' if address else None)
    return pages


@pytest.mark.parametrize(("path", "sort"), SORTS)
def test_a_list_is_in_the_order_of_its_sort_key(small: Served, path: str, sort: str) -> None:
    items = small.get(f"{path}?sort={sort}&limit=200").json()["items"]

    assert [item["id"] for item in items] == in_order(items, sort)


@pytest.mark.parametrize(("path", "sort"), SORTS)
def test_pages_of_any_size_are_together_the_list(small: Served, path: str, sort: str) -> None:
    one_page = small.get(f"{path}?sort={sort}&limit=200").json()
    total = len(one_page["items"])
    for limit in (1, 2, 3, total - 1, total, total + 1):
        pages = all_pages(small, f"{path}?sort={sort}&limit={limit}")

        assert [item for page in pages for item in page["items"]] == one_page["items"]
        assert [page["total"] for page in pages] == [total] * -(-total // limit)


@pytest.mark.parametrize("path", LISTS)
def test_the_next_page_has_the_same_filter(small: Served, path: str) -> None:
    for queries in EXAMPLES[path].values():
        for query, ids in queries.items():
            pages = all_pages(small, f"{path}?{query}&limit=1")

            assert [item["id"] for page in pages for item in page["items"]] == ids
            assert {page["total"] for page in pages} == {len(ids)}


def test_the_next_page_includes_the_evidence(small: Served) -> None:
    pages = all_pages(small, "/agreements?include=evidence&limit=1")

    assert all(item["evidence"] for page in pages for item in page["items"])


def test_the_default_order_is_the_first_of_the_documented_ones(small: Served) -> None:
    defaults = {path: small.ids(path) == small.ids(f"{path}?sort={sort}") for path, sort in reversed(SORTS)}
    first = dict(reversed(SORTS))

    assert defaults == dict.fromkeys(LISTS, True)
    assert first == {
        "/cities": "name",
        "/agreements": "-signed",
        "/delegations": "-date",
        "/indicators": "id",
        "/observations": "-period",
        "/sources": "-published",
        "/evidence": "id",
    }


def cursor_of(served: Served, path: str, query: str = "") -> str:
    """Return the cursor behind the first item of a list."""
    next_page = served.get(f"{path}?limit=1&{query}").json()["next"]
    return str(re.findall(r"cursor=([^&]*)", next_page)[0])


@pytest.mark.parametrize("path", LISTS)
def test_a_cursor_is_valid_with_any_limit(small: Served, path: str) -> None:
    cursor, ids = cursor_of(small, path), small.ids(path)

    assert small.ids(f"{path}?cursor={cursor}&limit=200") == ids[1:]
    assert small.ids(f"{path}?cursor={cursor}&limit=1") == ids[1:2]


@pytest.mark.parametrize("path", LISTS)
def test_a_cursor_of_another_list_is_refused(small: Served, path: str) -> None:
    others = [cursor_of(small, other) for other in LISTS if other != path]

    assert [refused_parameters(small.get(f"{path}?cursor={cursor}")) for cursor in others] == [["cursor"]] * len(others)


@pytest.mark.parametrize("path", LISTS)
def test_a_cursor_of_another_order_is_refused(small: Served, path: str) -> None:
    sorts = [sort for other, sort in SORTS if other == path]
    for sort, other in [*pairwise(sorts), *pairwise(reversed(sorts))]:
        cursor = cursor_of(small, path, f"sort={sort}")

        assert refused_parameters(small.get(f"{path}?sort={other}&cursor={cursor}")) == ["cursor"]


@pytest.mark.parametrize("path", LISTS)
def test_a_cursor_of_another_filter_is_refused(small: Served, path: str) -> None:
    cursor = cursor_of(small, path)
    for name, queries in EXAMPLES[path].items():
        query = next(iter(queries))

        assert refused_parameters(small.get(f"{path}?{query}&cursor={cursor}")) == ["cursor"], name


@pytest.mark.parametrize("path", LISTS)
def test_an_altered_cursor_is_refused(small: Served, path: str) -> None:
    cursor = cursor_of(small, path)
    truncated = [cursor[:end] for end in range(1, len(cursor), 3)]
    changed = [f"{cursor[:at]}{'A' if cursor[at] != 'A' else 'B'}{cursor[at + 1 :]}" for at in range(0, len(cursor), 3)]
    reencoded = [f"{cursor}=", f"{cursor}==", f"{cursor}A", f" {cursor}", f"{cursor}%0A", cursor.swapcase(), "é", "*"]
    altered = [*truncated, *changed, *reencoded]

    assert {cursor: refused_parameters(small.get(f"{path}?cursor={cursor}")) for cursor in altered} == {
        cursor: ["cursor"] for cursor in altered
    }


def forged(path: str, sort: str, payload: str) -> str:
    """Return a cursor with a valid checksum around any payload; anybody can compute it."""
    binding = LISTS[path].model_validate({"sort": sort}).cursor_binding
    raw = payload.encode()
    return base64.urlsafe_b64encode(cursors._checksum(binding, raw) + raw).decode().rstrip("=")


PAYLOADS = [
    "null",
    "1",
    "[]",
    '["a"]',
    '["a","b","c"]',
    '{"a":1,"b":2}',
    '[null,"a"]',
    '[["a"],"a"]',
    '[{},"a"]',
    '[true,"a"]',
    '["a",1]',
    '["a",null]',
    r'["\u0000","a"]',
    r'["a","\u0000"]',
    r'["\ud800","a"]',
    r'["a","\ud800"]',
    f'[{"9" * 30},"a"]',
    '[1e999,"a"]',
    '[NaN,"a"]',
    '[-Infinity,"a"]',
    "[" * 400,
]


@pytest.mark.parametrize(
    ("path", "sort"), [("/agreements", "-signed"), ("/cities", "name"), ("/observations", "value")]
)
def test_a_forged_cursor_is_refused(small: Served, path: str, sort: str) -> None:
    of_the_wrong_type = '["a","a"]' if "value" in sort else '[1.5,"a"]'
    for payload in [*PAYLOADS, of_the_wrong_type]:
        assert refused_parameters(small.get(f"{path}?sort={sort}&cursor={forged(path, sort, payload)}")) == [
            "cursor"
        ], payload


@pytest.mark.parametrize(("path", "sort"), SORTS)
def test_a_cursor_behind_a_record_that_does_not_exist_is_valid(small: Served, path: str, sort: str) -> None:
    key: str | float = 0.0 if "value" in sort else "m"
    cursor = forged(path, sort, json.dumps([key, "no such id"], separators=(",", ":")))

    assert set(small.ids(f"{path}?sort={sort}&cursor={cursor}")) <= set(small.ids(path))


def test_the_error_of_a_cursor_says_what_to_do(small: Served) -> None:
    expected = {
        "parameter": "cursor",
        "value": "abc",
        "reason": "Not a cursor of this list with these filters and this order; start without one.",
    }

    assert errors_of(small.get("/agreements?cursor=abc")) == [expected]
