"""Every list in every order, page by page, and what a cursor is worth elsewhere."""

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

# What each sort key looks at in an item; None sorts last.
KEYS: dict[str, Callable[[dict[str, Any]], Any]] = {
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
    """The ids of the items as this sort must list them."""
    key = KEYS[sort.removeprefix("-")]
    by_id = sorted(items, key=lambda item: item["id"])
    known = sorted((i for i in by_id if key(i) is not None), key=key, reverse=False)
    if sort.startswith("-"):  # ties stay in the order of their ids
        known = sorted(known, key=key, reverse=True)
    return [item["id"] for item in [*known, *(i for i in by_id if key(i) is None)]]


def walk(served: Served, first: str) -> list[dict[str, Any]]:
    """The bodies of a page and of all that follow it, by their `next`."""
    pages, address = [], f"{served.settings.base_url}{first}"
    while address:
        response = served.get(address)
        assert response.status_code == 200, response.text
        pages.append(response.json())
        address = pages[-1]["next"]
        assert response.headers.get("link") == (f'<{address}>; rel="next"' if address else None)
    return pages


@pytest.mark.parametrize(("path", "sort"), SORTS)
def test_a_list_is_in_the_order_that_was_asked_for(small: Served, path: str, sort: str) -> None:
    items = small.get(f"{path}?sort={sort}&limit=200").json()["items"]

    assert [item["id"] for item in items] == in_order(items, sort)


@pytest.mark.parametrize(("path", "sort"), SORTS)
def test_pages_of_any_size_make_up_the_list(small: Served, path: str, sort: str) -> None:
    whole = small.get(f"{path}?sort={sort}&limit=200").json()
    total = len(whole["items"])
    for limit in (1, 2, 3, total - 1, total, total + 1):
        pages = walk(small, f"{path}?sort={sort}&limit={limit}")

        assert [item for page in pages for item in page["items"]] == whole["items"]
        assert [page["total"] for page in pages] == [total] * -(-total // limit)


@pytest.mark.parametrize("path", LISTS)
def test_pages_keep_the_filter(small: Served, path: str) -> None:
    for queries in EXAMPLES[path].values():
        for query, ids in queries.items():
            pages = walk(small, f"{path}?{query}&limit=1")

            assert [item["id"] for page in pages for item in page["items"]] == ids
            assert {page["total"] for page in pages} == {len(ids)}


def test_pages_keep_the_evidence(small: Served) -> None:
    pages = walk(small, "/agreements?include=evidence&limit=1")

    assert all(item["evidence"] for page in pages for item in page["items"])


def test_the_default_order_is_the_one_documented(small: Served) -> None:
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
    """The cursor behind the first item of a list."""
    following = served.get(f"{path}?limit=1&{query}").json()["next"]
    return str(re.findall(r"cursor=([^&]*)", following)[0])


@pytest.mark.parametrize("path", LISTS)
def test_a_cursor_goes_with_any_limit(small: Served, path: str) -> None:
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
    shortened = [cursor[:end] for end in range(1, len(cursor), 3)]
    changed = [f"{cursor[:at]}{'A' if cursor[at] != 'A' else 'B'}{cursor[at + 1 :]}" for at in range(0, len(cursor), 3)]
    spelt = [f"{cursor}=", f"{cursor}==", f"{cursor}A", f" {cursor}", f"{cursor}%0A", cursor.swapcase(), "é", "*"]
    altered = [*shortened, *changed, *spelt]

    assert {cursor: refused_parameters(small.get(f"{path}?cursor={cursor}")) for cursor in altered} == {
        cursor: ["cursor"] for cursor in altered
    }


def forged(path: str, sort: str, payload: str) -> str:
    """A cursor with a right checksum around any payload; anybody can compute it."""
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
def test_a_well_made_cursor_may_point_anywhere(small: Served, path: str, sort: str) -> None:
    key: str | float = 0.0 if "value" in sort else "m"
    cursor = forged(path, sort, json.dumps([key, "no such id"], separators=(",", ":")))

    assert set(small.ids(f"{path}?sort={sort}&cursor={cursor}")) <= set(small.ids(path))


def test_a_refused_cursor_says_what_to_do(small: Served) -> None:
    expected = {
        "parameter": "cursor",
        "value": "abc",
        "reason": "Not a cursor of this list with these filters and this order; start without one.",
    }

    assert errors_of(small.get("/agreements?cursor=abc")) == [expected]
