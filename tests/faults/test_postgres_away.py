"""PostgreSQL is frozen, restarted or gone: what is answered meanwhile, and that all is well again soon after."""

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx
import pytest
from sqlalchemy import create_engine, make_url

from app.settings import Settings
from tests.faults.conftest import Report, in_time
from tests.support.clusters import Cluster, new_cluster
from tests.support.commands import wait_until
from tests.support.problems import problem_of
from tests.support.serving import SMALL_SEED, Served, loaded, postgres_settings, serving

pytestmark = pytest.mark.slow

STALE = "citypact; hit; detail=stale"
KEPT = "/cities?sort=country"


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    with new_cluster() as started:
        yield started


@pytest.fixture
def served(server: Cluster) -> Iterator[Served]:
    with serving(loaded(postgres_settings(server.url, "away", SMALL_SEED))) as served:
        served.get(KEPT)
        yield served


@dataclass
class Timed:
    """An answer, and how many seconds it took."""

    response: httpx.Response
    seconds: float


def timed(served: Served, path: str) -> Timed:
    began = time.monotonic()
    response = served.get(path)
    return Timed(response, time.monotonic() - began)


def together(served: Served, paths: Iterable[str]) -> list[Timed]:
    """The answers of requests made at the same time."""
    with ThreadPoolExecutor(100) as threads:
        return list(threads.map(lambda path: timed(served, path), paths))


def works(served: Served) -> bool:
    """Whether what is not kept is answered."""
    return served.get(f"/agreements?since={1000 + time.monotonic_ns() % 1000}").status_code == 200


def stale(served: Served) -> bool:
    response = served.get(KEPT)
    assert response.status_code == 200
    return bool(response.headers.get("cache-status") == STALE)


def test_a_frozen_server(server: Cluster, served: Served, report: Report) -> None:
    fresh = served.get(KEPT)
    server.suspend()
    try:
        # More than there are threads, and each twice: equal ones share their wait.
        with ThreadPoolExecutor(1) as asking:
            asked = asking.submit(together, served, [f"/agreements?since={year}" for year in range(1900, 1930)] * 2)
            alive = [timed(served, "/healthz") for _ in range(20)]
            answers = asked.result()
        wait_until(lambda: stale(served))
        kept, unchanged = served.get(KEPT), served.get(KEPT, headers={"If-None-Match": fresh.headers["etag"]})
        counted = served.cache.stale_responses
        ready = timed(served, "/readyz")
    finally:
        server.resume()
    recovered = wait_until(lambda: works(served))
    unmarked = wait_until(lambda: not stale(served))
    slowest = max(answer.seconds for answer in answers)
    remark = f"503 after {slowest:.1f} s at most, {counted} kept answers served, well {recovered:.1f} s after the thaw"
    report.add("PostgreSQL frozen", 1, len(answers), len(answers), 0, 0, remark)

    assert [problem_of(answer.response, 503)["status"] for answer in answers] == [503] * 60
    assert all(int(answer.response.headers["retry-after"]) > 0 for answer in answers)
    assert in_time(slowest, 5)
    assert [answer.response.status_code for answer in alive] == [200] * 20
    assert in_time(max(answer.seconds for answer in alive), 1)
    assert (kept.content, kept.headers["etag"]) == (fresh.content, fresh.headers["etag"])
    assert (unchanged.status_code, unchanged.headers["cache-status"]) == (304, STALE)
    assert counted >= 3
    assert ready.response.status_code == 503
    assert in_time(ready.seconds, 5)
    assert in_time(recovered, 5)
    assert in_time(unmarked, 5)


def test_a_locked_table(served: Served, report: Report) -> None:
    engine = create_engine(served.settings.load_url)
    with engine.begin() as owner:
        owner.exec_driver_sql("LOCK TABLE citypact_1.agreement IN ACCESS EXCLUSIVE MODE")
        answers = together(served, [f"/agreements?since={year}" for year in range(1800, 1850)])
        alive = timed(served, "/healthz")
    engine.dispose()
    recovered = wait_until(lambda: works(served))
    slowest = max(answer.seconds for answer in answers)
    remark = f"503 after {slowest:.1f} s at most, well {recovered:.1f} s after the end of the lock"
    report.add("PostgreSQL table locked", 1, len(answers), len(answers), 0, 0, remark)

    assert {problem_of(answer.response, 503)["status"] for answer in answers} == {503}
    assert in_time(slowest, 5)
    assert alive.response.status_code == 200
    assert in_time(alive.seconds, 1)
    assert in_time(recovered, 5)


def test_a_restarted_server(server: Cluster, served: Served, report: Report) -> None:
    assert works(served)
    server.stop()
    away = timed(served, "/agreements?since=1950")
    server.start()
    recovered = wait_until(lambda: works(served))
    report.add("PostgreSQL restarted", 1, 1, 1, 0, 0, f"503 meanwhile, well {recovered:.1f} s after the start")

    assert problem_of(away.response, 503)["detail"] == "The register cannot be read at the moment; try again."
    assert in_time(away.seconds, 1)
    assert in_time(recovered, 5)


def test_pages_are_served_in_the_languages_that_were_cached(server: Cluster, served: Served) -> None:
    korean, vietnamese = ({"Accept-Language": language} for language in ("ko", "vi"))
    before, _ = served.get("/embed/agreements", headers=korean), served.get(KEPT)
    server.stop()
    try:
        wait_until(lambda: stale(served))
        after = served.get("/embed/agreements", headers=korean)
        other = served.get("/embed/agreements", headers=vietnamese)
    finally:
        server.start()

    assert (after.status_code, after.content, after.headers["cache-status"]) == (200, before.content, STALE)
    assert (other.status_code, other.headers["content-language"]) == (503, "vi")


def test_each_connection_survives_a_restart(server: Cluster, served: Served) -> None:
    together(served, (f"/agreements?since={year}" for year in range(1700, 1730)))
    server.stop()
    server.start()
    answers = together(served, (f"/agreements?until={year}" for year in range(1700, 1730)))

    assert {answer.response.status_code for answer in answers} == {200}


@pytest.mark.parametrize("fault", ["stop", "suspend"])
def test_a_second_address_in_the_url(server: Cluster, fault: str, report: Report) -> None:
    with new_cluster() as second:
        one, two = (loaded(postgres_settings(each.url, "failover", SMALL_SEED)) for each in (second, server))
        with serving(with_two_addresses(one, two)) as served:
            assert works(served)
            getattr(second, fault)()
            taken_over = wait_until(lambda: works(served))
            report.add(f"failover ({fault})", 1, 1, 1, 0, 0, f"the second address after {taken_over:.1f} s")

            assert in_time(taken_over, 5)
            assert in_time(timed(served, "/agreements?since=1951").seconds, 1)
            assert served.get("/readyz").status_code == 200


def with_two_addresses(one: Settings, two: Settings) -> Settings:
    """The settings of the first, whose URL also names the server of the second."""
    urls = [make_url(settings.database_url) for settings in (one, two)]
    hosts = [f"{url.host}:{url.port}" for url in urls]
    url = urls[0].set(host=None, port=None, query={"host": hosts})
    # SQLAlchemy writes `None` into no URL, but an empty port stays out only if it is not there.
    return one.model_copy(update={"database_url": url.render_as_string(hide_password=False)})
