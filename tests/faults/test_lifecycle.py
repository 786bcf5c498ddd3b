"""Stops, restarts, reloads and kills under load: no request that was accepted is lost."""

import os
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest

from app.seeding.loading.load import load as load_seeds
from app.settings import Settings
from tests.deploy.nginx import needs_nginx, nginx
from tests.faults.conftest import Report, in_time
from tests.faults.servers import listens, said_since_it_served, server, serving_workers, workers_of
from tests.faults.test_new_releases import variant
from tests.support.commands import run, started, wait_until
from tests.support.load_generator import ANSWERED, CLIENTS, LOST, REFUSED, LoadGenerator, generate_load
from tests.support.needs import needs_time
from tests.support.serving import SMALL_SEED, free_port, sqlite_settings

pytestmark = [needs_time, pytest.mark.slow]

PATHS = ["/cities", "/agreements?include=evidence", "/delegations?limit=1", "/observations", "/healthz"]
NEVER_KEPT = ["/healthz", "/readyz"]  # nginx asks the API each time


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    shutil.copytree(SMALL_SEED, tmp_path / "seed")
    found = sqlite_settings(tmp_path, tmp_path / "seed").model_copy(update={"port": free_port()})
    load_seeds(found)
    return found


def cells(counts: Counter[str]) -> list[int]:
    """The counts, as the table has them."""
    return [counts.total(), counts[ANSWERED], counts[REFUSED], counts[LOST]]


@pytest.mark.parametrize("workers", [1, 2])
def test_sigterm(settings: Settings, times: int, report: Report, workers: int) -> None:
    counts: Counter[str] = Counter()
    ends, slowest = Counter[tuple[int, str]](), 0.0
    for _ in range(times):
        with server(settings, workers) as process, generate_load(settings.host, settings.port, PATHS) as running:
            wait_until(lambda running=running: running.sent > 100)  # type: ignore[misc]
            processes = workers_of(process)
            slowest = max(slowest, seconds_until_ended(process))
            assert not listens(settings)
            assert [pid for pid in processes if Path(f"/proc/{pid}").exists()] == []
            ends[process.returncode, said_since_it_served(process)] += 1
        counts += running.counts
        assert set(running.statuses) == {200}
    remark = f"ended within {slowest:.1f} s; refused: nobody listened any more"
    report.add(f"SIGTERM, {workers} worker(s)", times, *cells(counts), remark)

    assert ends == {(0, ""): times}
    assert counts[LOST] == 0
    assert in_time(slowest, 10)


def seconds_until_ended(process: subprocess.Popen[str]) -> float:
    """Tell a server to stop; how long that takes it."""
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.wait(60)
    return time.monotonic() - began


def test_rolling_restart(settings: Settings, times: int, report: Report) -> None:
    with server(settings) as process, generate_load(settings.host, settings.port, PATHS) as running:
        for _ in range(times):
            before = set(workers_of(process))
            process.send_signal(signal.SIGHUP)
            wait_until(lambda before=before: not before & set(workers_of(process)), 60)  # type: ignore[misc]
    report.add("SIGHUP, 2 workers", times, *cells(running.counts), "workers replaced one after the other")

    assert cells(running.counts)[2:] == [0, 0]
    assert set(running.statuses) == {200}


def test_killed_workers(settings: Settings, times: int, report: Report) -> None:
    with server(settings) as process, generate_load(settings.host, settings.port, PATHS) as running:
        for _ in range(times):
            os.kill(workers_of(process)[0], signal.SIGKILL)
            wait_until(lambda: serving_workers(process) == 1)
            wait_until(lambda: serving_workers(process) == 2, 60)
    report.add("worker killed, of 2", times, *cells(running.counts), f"{CLIENTS} clients: so many in flight at a kill")

    assert running.counts[REFUSED] == 0
    assert running.counts[LOST] <= CLIENTS * times
    assert set(running.statuses) == {200}


def test_a_worker_killed_during_its_health_check(settings: Settings) -> None:
    with server(settings) as process:
        killed = workers_of(process)[0]
        os.kill(killed, signal.SIGSTOP)
        time.sleep(1)  # the supervisor asks every half second, and now waits for the answer
        os.kill(killed, signal.SIGKILL)
        replaced = wait_until(lambda: killed not in workers_of(process) and serving_workers(process) == 2)

    assert in_time(replaced, 15)  # half of the time that it may take to answer


def test_reloads(settings: Settings, tmp_path: Path, times: int, report: Report) -> None:
    releases, versions, slowest = two_releases(settings, tmp_path), set(), 0.0
    with server(settings), generate_load(settings.host, settings.port, PATHS) as running:
        for number in range(times):
            loaded = run(releases[number % 2], "load")
            assert loaded.returncode == 0, loaded.stderr
            expected = loaded.stdout.split()[2]
            slowest = max(slowest, seconds_until_served(settings, expected))
            versions.add(expected)
    report.add("reload, 2 workers", times, *cells(running.counts), f"served by all after {slowest:.1f} s at most")

    assert len(versions) == 2
    assert pages(running) == TWO_OF_EACH
    assert cells(running.counts)[2:] == [0, 0]
    assert set(running.statuses) == {200}
    assert in_time(slowest, 5)


def test_killed_loads(settings: Settings, tmp_path: Path, times: int, report: Report) -> None:
    releases, chance = two_releases(settings, tmp_path), random.Random(1)
    with server(settings), generate_load(settings.host, settings.port, PATHS) as running:
        before = version(settings)
        for number in range(times):
            with started(releases[number % 2], "load") as loading:
                time.sleep(chance.uniform(0, 2))  # anywhere between its start and its end
                loading.kill()
        seen = {before, version(settings)}
    report.add("load killed, 2 workers", times, *cells(running.counts), f"{len(seen)} version(s) served in the end")

    assert all(1 <= len(running.bodies[path]) <= most for path, most in TWO_OF_EACH.items())
    assert cells(running.counts)[2:] == [0, 0]
    assert set(running.statuses) == {200}


# As many different pages as there are releases: a third would be a mix of them.
TWO_OF_EACH = {path: 1 if path == "/healthz" else 2 for path in PATHS}


def pages(running: LoadGenerator) -> dict[str, int]:
    """How many different pages each path showed."""
    return {path: len(bodies) for path, bodies in running.bodies.items()}


def two_releases(settings: Settings, folder: Path) -> list[Settings]:
    """Settings to load the register from other seeds and back: the names of the cities differ."""
    other = variant(folder / "other", 1)
    return [settings.model_copy(update={"seed_dir": str(seed)}) for seed in (other, settings.seed_dir)]


@needs_nginx
def test_stopped_and_started_behind_nginx(settings: Settings, times: int, report: Report) -> None:
    counts, statuses = Counter[str](), Counter[int]()
    with nginx(settings) as front:
        for _ in range(times):
            with server(settings) as process, generate_load(front.host, front.port, PATHS) as running:
                wait_until(lambda running=running: running.sent > 100)  # type: ignore[misc]
                process.send_signal(signal.SIGTERM)
                process.wait(15)
            counts, statuses = counts + running.counts, statuses + running.statuses
    report.add("SIGTERM behind nginx, 2 workers", times, *cells(counts), f"answers by status: {dict(statuses)}")

    assert cells(counts)[2:] == [0, 0]
    assert set(statuses) <= {200, 503}


@needs_nginx
def test_killed_workers_behind_nginx(settings: Settings, times: int, report: Report) -> None:
    with (
        server(settings) as process,
        nginx(settings) as front,
        generate_load(front.host, front.port, NEVER_KEPT) as running,
    ):
        for _ in range(times):
            os.kill(workers_of(process)[0], signal.SIGKILL)
            wait_until(lambda: serving_workers(process) == 1)
            wait_until(lambda: serving_workers(process) == 2, 60)
    report.add("worker killed behind nginx, of 2", times, *cells(running.counts), "nginx asks again")

    assert cells(running.counts)[2:] == [0, 0]
    assert set(running.statuses) == {200}


def version(settings: Settings) -> str:
    """The version that a worker serves."""
    found: str = httpx.get(f"{settings.base_url}/readyz").json()["data_version"]
    return found


def seconds_until_served(settings: Settings, expected: str) -> float:
    """How long until ten connections in a row, which any worker takes, find this version."""
    began = time.monotonic()
    wait_until(lambda: all(version(settings) == expected for _ in range(10)))
    return time.monotonic() - began
