"""How long the filters and orders take, one by one and in the pairs that people use, when no answer is kept."""

import math
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import httpx

from app.api.resources.agreements import AgreementQuery

TIMES = 7
QUERIES = [
    "/agreements?limit=50",
    "/agreements?country=VN",
    "/agreements?country=AD",
    "/agreements?city=city-0",
    "/agreements?country=VN&partner=KR",
    "/agreements?city=city-0&partner=KR",
    "/agreements?kind=memorandum",
    "/agreements?status=ended",
    "/agreements?since=2025",
    "/agreements?until=1975",
    "/agreements?undated=only",
    "/agreements?basis=stated",
    "/agreements?topic=music",
    "/agreements?source=source-1",
    "/agreements?sort=id",
    "/agreements?country=VN&since=2020",
    "/agreements?country=AD&sort=signed",
    "/agreements?country=VN&kind=memorandum",
    "/delegations?country=KR",
    "/delegations?city=city-1",
    "/delegations?agreement=agreement-00000007",
    "/delegations?kind=visit",
    "/delegations?country=VN&until=1980",
    "/delegations?topic=sport",
    "/delegations?sort=date",
    "/observations?country=VN",
    "/observations?country=AD",
    "/observations?city=city-0",
    "/observations?area=city-0",
    "/observations?counterpart=city-0",
    "/observations?indicator=trade",
    "/observations?status=missing",
    "/observations?since=2026",
    "/observations?until=1970",
    "/observations?source=source-1",
    "/observations?sort=-value",
    "/observations?country=VN&indicator=trade",
    "/observations?country=AD&sort=value",
    "/observations?sort=indicator",
    "/evidence?country=VN",
    "/evidence?country=AD",
    "/evidence?source=source-1",
    "/evidence?agreement=agreement-00000007",
    "/evidence?field=record",
    "/cities?country=VN",
    "/cities?partner=KR",
    "/sources?since=2020",
    "/agreements?q=noi",
    "/agreements?q=danang&country=KR",
    "/delegations?participant=nguyen",
    "/cities?q=noi",
]


@dataclass(frozen=True)
class Times:
    """Milliseconds that an answer took."""

    first: float
    """The first, for which the total was counted; infinite where that took longer than the service waits."""
    later: float
    """The median of those after it."""


def measured(base_url: str) -> dict[str, Times]:
    """What each query takes one client after the other."""
    with httpx.Client(base_url=base_url, timeout=60) as client:
        client.get("/agreements")
        return {query: _times(client, query) for query in QUERIES}


def slowest(base_url: str, paths: Sequence[str]) -> float:
    """The milliseconds in which 99 of 100 of these are answered to one client."""
    with httpx.Client(base_url=base_url, timeout=60) as client:
        taken = sorted(_took(client, path) for path in paths)
    return taken[int(len(taken) * 0.99)]


def ends(base_url: str) -> list[float]:
    """The milliseconds of the first page of all agreements and of the last, by its cursor."""
    with httpx.Client(base_url=base_url, timeout=60) as client:
        undated = list(_followed(client, "/agreements?undated=only&limit=200"))
        cursor = AgreementQuery().next_cursor("", undated[-51:][0])
        return [_times(client, f"/agreements?limit=50{end}").later for end in ("", f"&cursor={cursor}")]


def _followed(client: httpx.Client, address: str | None) -> Iterator[str]:
    """The ids of a list, page after page."""
    while address:
        page = client.get(address).json()
        yield from (item["id"] for item in page["items"])
        address = page["next"]


def _times(client: httpx.Client, query: str) -> Times:
    first = _took(client, query)
    for _ in range(20):
        if first != math.inf:
            break
        _took(client, query)
    return Times(first, statistics.median(_took(client, query) for _ in range(TIMES)))


def _took(client: httpx.Client, query: str) -> float:
    began = time.perf_counter()
    answer = client.get(query)
    assert answer.status_code in (200, 503), answer.text
    return (time.perf_counter() - began) * 1000 if answer.status_code == 200 else math.inf
