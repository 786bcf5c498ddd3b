"""How long the filters and orders take, one by one and in the pairs that people use, when nothing is in a cache."""

import statistics
import time
from collections.abc import Iterator

import httpx

TIMES = 7
QUERIES = [
    *("/agreements?limit=50", "/agreements?country=VN", "/agreements?country=AD", "/agreements?city=city-0"),
    *("/agreements?country=VN&partner=KR", "/agreements?city=city-0&partner=KR", "/agreements?kind=memorandum"),
    *("/agreements?status=ended", "/agreements?since=2025", "/agreements?until=1975", "/agreements?undated=only"),
    *("/agreements?basis=stated", "/agreements?topic=music", "/agreements?source=source-1", "/agreements?sort=id"),
    *(
        "/agreements?country=VN&since=2020",
        "/agreements?country=AD&sort=signed",
        "/agreements?country=VN&kind=memorandum",
    ),
    *(
        "/delegations?country=KR",
        "/delegations?city=city-1",
        "/delegations?agreement=agreement-7",
        "/delegations?kind=visit",
    ),
    *("/delegations?country=VN&until=1980", "/delegations?topic=sport", "/delegations?sort=date"),
    *("/observations?country=VN", "/observations?country=AD", "/observations?city=city-0", "/observations?area=city-0"),
    *("/observations?counterpart=city-0", "/observations?indicator=trade", "/observations?status=missing"),
    *(
        "/observations?since=2026",
        "/observations?until=1970",
        "/observations?source=source-1",
        "/observations?sort=-value",
    ),
    *(
        "/observations?country=VN&indicator=trade",
        "/observations?country=AD&sort=value",
        "/observations?sort=indicator",
    ),
    *("/evidence?country=VN", "/evidence?country=AD", "/evidence?source=source-1", "/evidence?agreement=agreement-7"),
    *("/evidence?field=value", "/cities?country=VN", "/cities?partner=KR", "/sources?since=2020"),
    *("/agreements?q=noi", "/agreements?q=danang&country=KR", "/delegations?participant=nguyen", "/cities?q=noi"),
]


def measured(base_url: str) -> Iterator[tuple[str, float, float]]:
    """Each query, the milliseconds of its first answer, which counts the total, and the median of those after it."""
    with httpx.Client(base_url=base_url, timeout=60) as client:
        client.get("/agreements")
        for query in QUERIES:
            first = _took(client, query)
            yield query, first, statistics.median(_took(client, query) for _ in range(TIMES))


def _took(client: httpx.Client, query: str) -> float:
    began = time.perf_counter()
    answer = client.get(query)
    assert answer.status_code in (200, 503), answer.text
    return (time.perf_counter() - began) * 1000 if answer.status_code == 200 else float("nan")
