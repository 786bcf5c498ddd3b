"""A server that is running serves a new release within seconds, and no request notices the swap."""

import json
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest

from app.seeding.loading.load import load
from app.settings import Settings
from tests.conftest import settings_for
from tests.faults.conftest import Report, in_time
from tests.support.commands import started, wait_until
from tests.support.serving import SMALL_SEED, free_port, serving

pytestmark = pytest.mark.slow

SUFFIXES = ("", " One", " Two")
NOTICED_WITHIN = 5  # seconds


@pytest.fixture
def releases(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> list[Settings]:
    """Settings of one register with three versions of its seeds: names of cities end differently in each."""
    own = settings_for(request, database, "small_swapping")
    return [own.model_copy(update={"seed_dir": str(variant(tmp_path / f"seed{n}", n))}) for n in range(len(SUFFIXES))]


def variant(folder: Path, number: int) -> Path:
    shutil.copytree(SMALL_SEED, folder)
    places = (folder / "places.yaml").read_text()
    for name in ("Alta Serra", "Isvik", "Portavela", "Tarahui"):
        places = places.replace(f"{{en: {name}", f"{{en: {name}{SUFFIXES[number]}")
    (folder / "places.yaml").write_text(places)
    return folder


class Asking:
    """Asks for the same page again and again, and notes what is wrong with any answer."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.stop = threading.Event()
        self.answered = 0
        self.faults: list[str] = []
        self.bodies: dict[str, set[bytes]] = {}

    def __call__(self) -> None:
        with httpx.Client(base_url=self.base_url, timeout=10) as client:
            while not self.stop.wait(0.02):  # so that the load is not starved
                self._ask(client)

    def _ask(self, client: httpx.Client) -> None:
        answer = client.get("/cities?limit=200")
        if answer.status_code != 200:
            self.faults.append(f"{answer.status_code}: {answer.text}")
            return
        suffixes = {city["name"].removeprefix(city["id"].replace("-", " ").title()) for city in answer.json()["items"]}
        if len(suffixes) != 1 or answer.json()["total"] != 4:
            self.faults.append(f"mixed: {answer.text}")
        self.bodies.setdefault(answer.headers["ETag"], set()).add(answer.content)
        self.answered += 1


@contextmanager
def asking(base_url: str, threads: int = 2) -> Iterator[Asking]:
    ask = Asking(base_url)
    running = [threading.Thread(target=ask) for _ in range(threads)]
    for thread in running:
        thread.start()
    try:
        yield ask
    finally:
        ask.stop.set()
        for thread in running:
            thread.join(15)


def swap_under(base_url: str, releases: list[Settings]) -> tuple[Asking, list[float]]:
    """Loads each release while requests are answered; how long it took until every worker served it."""
    noticed = []
    with asking(base_url) as ask:
        for settings in releases[1:]:
            version = load(settings).version
            noticed.append(wait_until(lambda version=version: everywhere(base_url, version), seconds=60))  # type: ignore[misc]
            wait_until(lambda: len(ask.bodies) > len(noticed), seconds=60)  # who asks has seen it, too
    return ask, noticed


def everywhere(base_url: str, version: str) -> bool:
    """Whether each of many new connections, and so each worker, sees this version."""
    return all(_version(base_url) == version for _ in range(12))


def _version(base_url: str) -> str | None:
    with closing(HTTPConnection(base_url.removeprefix("http://"), timeout=10)) as connection:
        connection.request("GET", "/readyz")
        found: str | None = json.loads(connection.getresponse().read()).get("data_version")
    return found


def test_a_new_release_is_served_within_seconds(releases: list[Settings]) -> None:
    load(releases[0])
    with serving(releases[0]) as served:
        ask, noticed = swap_under(served.settings.base_url, releases)

    assert ask.faults == []
    assert in_time(max(noticed), NOTICED_WITHIN)
    assert (len(ask.bodies), {len(bodies) for bodies in ask.bodies.values()}) == (3, {1})


def test_every_worker_serves_a_new_release_within_seconds(releases: list[Settings]) -> None:
    load(releases[0])
    settings = releases[0].model_copy(update={"port": free_port(), "workers": 2})
    with started(settings, "serve"):
        wait_until(lambda: answers(settings.base_url), seconds=60)
        ask, noticed = swap_under(settings.base_url, releases)

    assert ask.faults == []
    assert in_time(max(noticed), NOTICED_WITHIN)
    assert (len(ask.bodies), {len(bodies) for bodies in ask.bodies.values()}) == (3, {1})


def test_no_request_fails_however_fast_releases_follow_each_other(releases: list[Settings]) -> None:
    load(releases[0])
    with serving(releases[0]) as served, asking(served.settings.base_url) as ask:
        for settings in releases * 2:
            load(settings)

    assert ask.faults == []
    assert ask.answered > 5


def answers(base_url: str) -> bool:
    try:
        return httpx.get(f"{base_url}/readyz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_first_answer_comes_soon_and_a_worker_needs_little_memory(releases: list[Settings], report: Report) -> None:
    load(releases[0])
    settings = releases[0].model_copy(update={"port": free_port()})
    began = time.monotonic()
    with started(settings, "serve") as process:
        wait_until(lambda: answers(settings.base_url), seconds=60)
        first_answer, busy = time.monotonic() - began, busy_seconds(process.pid)
        for _ in range(50):
            httpx.get(f"{settings.base_url}/agreements?country=PT&include=evidence")
        resident = resident_megabytes(process.pid)

    remark = f"first answer after {first_answer:.2f} s, {busy:.2f} s of them at work; {resident} MB resident"
    report.add("start", 1, 51, 51, 0, 0, remark)

    assert in_time(busy, 2)
    assert resident <= 150


def busy_seconds(pid: int) -> float:
    """The processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_megabytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) // 1024
