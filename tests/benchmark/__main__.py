"""Compares Citypact with its limits and its peers on this machine, and prints a table: `make bench`.

SIZES="1000 100000" says how many agreements the registers have, ROUNDS and DURATION how often and for how many seconds
each question is asked. Every server is asked in turns by the same load generator; only the ratios mean something.
"""

import json
import os
import platform
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from app.settings import Settings
from tests.benchmark import data, flatness, questions, seeds
from tests.benchmark.loading import GENERATOR, Result, ask
from tests.benchmark.processes import Server, running
from tests.deploy import nginx
from tests.support import postgres
from tests.support.serving import SMALL_SEED, free_port, postgres_settings

SIZES = [int(size) for size in os.environ.get("SIZES", "1000 100000").split()]
YAML = 100  # agreements that are loaded from YAML, with ten times as many observations
ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = float(os.environ.get("DURATION", "3"))
PEERS = Path(os.environ.get("PEERS", ".venv-bench"))  # where `make bench` has put them
HEAD = """
| question | server | answers/s | ratio | p99 ms | CPU µs/answer |
| --- | --- | --- | --- | --- | --- |"""
UNCACHED = ("Citypact, SQLite, no cache", "Citypact, PostgreSQL, no cache")
FIRST: dict[str, dict[str, flatness.Times]] = {}  # what each server took at the first size
HOT = questions.citypact("VN", "2000-01-01", 20)


@dataclass
class Contest:
    """A question and who is asked it, with which paths; and what came out."""

    question: str
    entries: dict[str, tuple[Server, Sequence[str]]]
    etag: str = ""
    rates: dict[str, list[float]] = field(default_factory=dict)
    slowest: dict[str, list[float]] = field(default_factory=dict)
    cost: dict[str, list[float]] = field(default_factory=dict)
    failed: Counter[str] = field(default_factory=Counter)

    def round(self, number: int) -> None:
        """Asks everybody once; paths that are many are not asked twice."""
        for name, (server, paths) in self.entries.items():
            share = paths[number::ROUNDS] if len(paths) > 1000 else paths
            before = server.cpu()
            result = ask(server.url, share, SECONDS, self.etag)
            self._note(name, result, server.cpu() - before)
            server.settle()

    def _note(self, name: str, result: Result, worked: float) -> None:
        self.failed[name] += result.failed
        self.rates.setdefault(name, []).append(result.rate - result.failed / SECONDS)
        self.slowest.setdefault(name, []).append(result.p99)
        self.cost.setdefault(name, []).append(worked / max(result.rate * SECONDS, 1) * 1e6)

    def lines(self) -> Iterator[str]:
        """The medians, and the ratios to the first that was asked."""
        first = statistics.median(next(iter(self.rates.values())))
        for name, rates in self.rates.items():
            rate, p99 = statistics.median(rates), statistics.median(self.slowest[name])
            cost = statistics.median(self.cost[name])
            told = f"{name}, {self.failed[name]} failed" if self.failed[name] else name
            yield f"| {self.question} | {told} | {rate:,.0f} | {rate / first:.2f} | {p99:.1f} | {cost:,.0f} |"


def main() -> None:
    """Prints what was measured."""
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; asked by {GENERATOR}")
    with tempfile.TemporaryDirectory() as folder:
        rate = seeds.yaml_rate(YAML, Path(folder))
        print(f"from YAML, read and checked, into SQLite: {rate:,.0f} agreements and observations a second")
    with postgres.server() as superuser:
        for size in SIZES:
            with tempfile.TemporaryDirectory() as folder:
                _measure(size, Path(folder), postgres_settings(superuser, f"benchmark_{size}", SMALL_SEED))


def _measure(size: int, folder: Path, postgresql: Settings) -> None:
    made = data.made(size, folder, postgresql)
    print(f"\n{size:,} agreements, {size * 10:,} observations\n")
    for name, loading in made.loadings.items():
        print(
            f"loaded into {name}: {loading.rate:,.0f} agreements and observations a second "
            f"({loading.invented:,.0f} with the time to invent them), {loading.megabytes:.0f} MB"
        )
    with ExitStack() as stack:
        servers = {server.name: server for server in _servers(made, folder, stack.enter_context)}
        contests = list(_contests(servers))
        for number in range(ROUNDS):
            for contest in contests:
                contest.round(number)
        print(HEAD)
        for contest in contests:
            print("\n".join(contest.lines()), flush=True)
        measured = (server for server in servers.values() if server.pid != os.getpid())
        print("\nMemory (MB): " + ", ".join(f"{server.name} {server.megabytes():.0f}" for server in measured))
        for server in (servers[name] for name in UNCACHED):
            print("\n".join(_flat(size, server)))
        failed = sum((contest.failed for contest in contests), Counter[str]())
        if ours := [name for name in failed if name.startswith("Citypact")]:  # a peer may fail; it is told above
            sys.exit(f"failed answers of {', '.join(ours)}")


def _flat(size: int, server: Server) -> Iterator[str]:
    """How the times of all filters and orders compare with those at the first size."""
    times = flatness.measured(server.url)
    before = FIRST.setdefault(server.name, times)
    ratios = {query: found.later / before[query].later for query, found in times.items()}
    first_page, last_page = flatness.ends(server.url)
    cold = questions.cold(questions.citypact)[:3000]
    counted, known = (flatness.slowest(server.url, cold) for _ in range(2))
    yield f"\n{server.name}, one client: last page {last_page / first_page:.2f} x first"
    yield f"p99 of cold lists {known:.1f} ms; {counted:.1f} ms with the first counts of their filters"
    yield f"first answer of a filter, with its count: {max(found.first for found in times.values()):,.0f} ms at most"
    if size != SIZES[0]:
        slower = {query: ratio for query, ratio in ratios.items() if ratio > 2}
        yield f"filters and orders against {SIZES[0]:,} agreements: median {statistics.median(ratios.values()):.2f} x"
        yield from (f"  {ratio:.1f} x ({times[query].later:.1f} ms) {query}" for query, ratio in slower.items())


def _citypact(name: str, settings: Settings, enter: Callable[..., Server], **more: str) -> Server:
    port = free_port()
    environment = {"CITYPACT_DATABASE_URL": settings.database_url, **more}
    command = [sys.executable, "-m", "app", "serve", "--port", str(port)]
    return enter(running(name, port, command, "/agreements", environment))


def _servers(made: data.Data, folder: Path, enter: Callable[..., Server]) -> Iterator[Server]:
    first = _citypact("Citypact, SQLite", made.sqlite, enter)
    yield first
    yield _citypact("Citypact, PostgreSQL", made.postgresql, enter)
    yield _citypact("Citypact, SQLite, 2 workers", made.sqlite, enter, CITYPACT_WORKERS="2")
    for name, settings in zip(UNCACHED, (made.sqlite, made.postgresql), strict=True):
        yield _citypact(name, settings, enter, CITYPACT_CACHE_BYTES="0")
    yield from _behind_nginx(first, enter)
    answer = folder / "answer"
    _keep_answer(f"{first.url}{HOT}", answer)
    for name, application in (("bare uvicorn", "bare"), ("FastAPI without work", "framework")):
        command = [sys.executable, "-m", "uvicorn", f"tests.benchmark.limits:{application}", "--no-access-log"]
        port = free_port()
        options = ["--port", str(port), "--no-server-header", "--log-level", "warning"]
        yield enter(running(name, port, [*command, *options], HOT, {"ANSWER": str(answer)}))
    for name, start in STARTS.items():
        port = free_port()
        path = questions.PATHS[name]("VN", "2000-01-01", 20)
        yield enter(running(name, port, start(made, str(port)), path))


def _behind_nginx(server: Server, enter: Callable[..., Any]) -> Iterator[Server]:
    """The same server behind the nginx of a deployment, where there is one, whose work is not measured."""
    if nginx.NGINX:
        settings = Settings(host="127.0.0.1", port=int(server.url.rpartition(":")[2]))
        front = enter(nginx.nginx(settings))
        yield Server("Citypact behind nginx", f"http://127.0.0.1:{front.port}", os.getpid())


def _keep_answer(url: str, file: Path) -> None:
    answer = httpx.get(url, headers={"Accept-Encoding": "identity"})
    headers = {name: value for name, value in answer.headers.items() if name != "date"}
    file.write_bytes(json.dumps(headers).encode() + b"\n" + answer.content)


STARTS: dict[str, Callable[[data.Data, str], list[str | Path]]] = {
    "Datasette": lambda made, port: [PEERS / "bin/datasette", "serve", "-i", made.table, "-p", port],
    "ROAPI": lambda made, port: [PEERS / "bin/roapi", "-a", f"127.0.0.1:{port}", "-t", f"agreements={made.csv}"],
    "Soul": lambda made, port: [PEERS / "node_modules/.bin/soul", "-d", made.table, "-p", port],
}


def _contests(servers: dict[str, Server]) -> Iterator[Contest]:
    sqlite, postgresql = servers["Citypact, SQLite"], servers["Citypact, PostgreSQL"]
    ours = {server.name: server for server in (sqlite, postgresql)}
    several = {**ours, "Citypact, SQLite, 2 workers": servers["Citypact, SQLite, 2 workers"]}
    limits = {name: servers[name] for name in ("bare uvicorn", "FastAPI without work")}
    behind = {name: server for name, server in servers.items() if name == "Citypact behind nginx"}

    def contest(question: str, make: Callable[[questions.Path], list[str]], own: dict[str, Server]) -> Contest:
        paths = make(questions.citypact)
        peers = {name: (servers[name], make(path)) for name, path in questions.PATHS.items()}
        return Contest(question, {**{name: (server, paths) for name, server in own.items()}, **peers})

    asked = contest("hot", questions.hot, {**limits, **several, **behind})
    yield asked
    etag = httpx.get(f"{sqlite.url}{HOT}", headers={"Accept-Encoding": "identity"}).headers["etag"]
    yield Contest(
        "304", {name: (server, [HOT]) for name, server in {**limits, "Citypact, SQLite": sqlite}.items()}, etag
    )
    yield contest("cold", questions.cold, {**several, **limits})
    yield contest("first page with total", questions.counted, ours)
    uncached = {name: servers[name] for name in UNCACHED}
    yield Contest("first page", {name: (server, ["/agreements?limit=20"]) for name, server in uncached.items()})
    yield Contest("deep cursor", {name: (server, questions.deep(server.url)) for name, server in uncached.items()})
    yield _search(servers, uncached)


def _search(servers: dict[str, Server], uncached: dict[str, Server]) -> Contest:
    own = questions.searched("/agreements?q={}&limit=20")
    others = questions.searched("/peers/agreements.json?search__contains={}&_size=20&_shape=objects")
    entries = {name: (server, own) for name, server in uncached.items()}
    return Contest("search", {**entries, "Datasette": (servers["Datasette"], others)})


if __name__ == "__main__":
    main()
