"""The questions of the benchmark, as Citypact and its peers are asked them; every path of a question is another."""

import itertools
import random
from collections.abc import Callable, Iterator

import httpx

COUNTRIES = ("VN", "KR", "AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO")
SYLLABLES = ("ha", "noi", "dae", "gu", "bac", "ninh", "sa", "pa", "lu", "vo", "ra", "mi", "te", "ko", "ja", "ne")

Path = Callable[[str, str, int], str]
"""A list of one country, signed since a day, of so many items."""


def citypact(country: str, since: str, limit: int) -> str:
    """As Citypact is asked."""
    return f"/agreements?country={country}&since={since}&limit={limit}"


def datasette(country: str, since: str, limit: int) -> str:
    """As Datasette is asked."""
    return (
        f"/peers/agreements.json?country={country}&signed__gte={since}&_sort_desc=signed&_size={limit}&_shape=objects"
    )


def roapi(country: str, since: str, limit: int) -> str:
    """As ROAPI is asked; it gives no total."""
    return (
        f"/api/tables/agreements?filter%5Bcountry%5D=%27{country}%27&filter%5Bsigned%5Dgte=%27{since}%27"
        f"&sort=-signed&limit={limit}"
    )


def soul(country: str, since: str, limit: int) -> str:
    """As Soul is asked."""
    return (
        f"/api/tables/agreements/rows?_filters=country:{country},signed__gte:{since}&_ordering=-signed&_limit={limit}"
    )


PATHS: dict[str, Path] = {"Datasette": datasette, "ROAPI": roapi, "Soul": soul}


def hot(path: Path) -> list[str]:
    """One path, again and again."""
    return [path("VN", "2000-01-01", 20)]


def cold(path: Path) -> list[str]:
    """Pages of some filters, every one another: totals can be known, answers cannot."""
    pages = itertools.product(range(1, 101), COUNTRIES, range(1990, 2020))
    return _shuffled(path(country, f"{year}-01-01", limit) for limit, country, year in pages)


def counted(path: Path) -> list[str]:
    """First pages, each of another filter: its total must be counted."""
    days = itertools.product(COUNTRIES, range(1990, 2025), range(1, 13), range(1, 29))
    return _shuffled(path(country, f"{year}-{month:02}-{day:02}", 20) for country, year, month, day in days)


def searched(form: str) -> list[str]:
    """Two parts of words, in a form that has `{}` for them."""
    words = itertools.product(SYLLABLES, SYLLABLES, SYLLABLES)
    return _shuffled(form.format(f"{one}{two} {three}".replace(" ", "%20")) for one, two, three in words)


def deep(base_url: str) -> list[str]:
    """Pages from the middle of the list on, by their cursors."""
    with httpx.Client(timeout=30) as client:
        page = client.get(f"{base_url}/agreements?limit=200").json()
        for _ in range(min(page["total"] // 400, 500)):
            page = client.get(page["next"]).json()
    return [f"/agreements?limit={limit}&cursor={_cursor(page)}" for limit in range(15, 26)]


def middle(base_url: str) -> list[str]:
    """Pages from the middle of the list on, of all lengths and by many cursors."""
    with httpx.Client(base_url=base_url, timeout=30) as client:
        total = client.get("/agreements?limit=1").json()["total"]
        page = client.get(f"/agreements?limit={(step := min(total // 10, 200))}").json()
        for _ in range(total // 2 // step - 1):
            page = client.get(page["next"]).json()
        cursors = [_cursor(page)]
        for _ in range(min(total // 4, 50)):
            cursors.append(_cursor(client.get(f"/agreements?limit=1&cursor={cursors[-1]}").json()))
    pages = itertools.product(range(1, 101), cursors)
    return _shuffled(f"/agreements?limit={limit}&cursor={cursor}" for limit, cursor in pages)


def items(agreements: int) -> list[str]:
    """Single agreements, of so many that there are."""
    return _shuffled(f"/agreements/agreement-{number:08}" for number in range(min(agreements, 10_000)))


def _cursor(page: dict[str, str]) -> str:
    return page["next"].partition("cursor=")[2].partition("&")[0]


def _shuffled(paths: Iterator[str]) -> list[str]:
    found = list(paths)
    random.Random(1).shuffle(found)
    return found
