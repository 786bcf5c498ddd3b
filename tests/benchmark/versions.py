"""Compares the working tree with another commit, and prints a table: `make bench BASE=<commit>`.

Either loads a register of its own from the same invented seeds and serves it; both are asked the same in turns. What
counts is the CPU time of the servers, so it hardly matters what else the machine does. SIZES="1000 100000" says how
many agreements the registers have, ROUNDS how often each question is asked, SECONDS for how much CPU time of a server.

The commit is used as an operator uses it, `python -m app load` and `serve`; its modules may have other names. A
register of more than YAML_MOST agreements takes too long to read from YAML: there both versions run their own
tests.benchmark.writing, and a commit that has none cannot be compared.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import httpx

from tests.benchmark import questions, seeds
from tests.benchmark.comparing import HEAD, Comparison
from tests.benchmark.loading import ask_each
from tests.benchmark.processes import Server, running
from tests.benchmark.register import InventedRegister
from tests.support.serving import ROOT, free_port

SIZES = [int(size) for size in os.environ.get("SIZES", "1000").split()]
ROUNDS = int(os.environ.get("ROUNDS", "10"))
SECONDS = float(os.environ.get("SECONDS", "0.5"))
YAML_MOST = 5000  # agreements
TURNS = 5  # of either version in a round
WARM_UP = 100  # answers
LISTS = ("agreements", "delegations", "observations", "cities")
HOT = questions.citypact("VN", "2000-01-01", 20)


@dataclass(frozen=True)
class Version:
    """The files of a version, and the register that it has loaded."""

    name: str
    files: Path
    register: Path

    def load(self, size: int, seed: Path) -> None:
        """Loads the register by the code of this version."""
        module, *arguments = ["app", "load"] if size <= YAML_MOST else ["tests.benchmark.writing", str(size)]
        command = [sys.executable, "-m", module, *arguments]
        environment = {**os.environ, **self._settings, "CITYPACT_SEED_DIR": str(seed)}
        loading = subprocess.run(command, cwd=self.files, env=environment, stdout=subprocess.DEVNULL)
        if loading.returncode:
            sys.exit(f"{self.name} cannot be compared with {size:,} agreements: its `{module}` does not load them.")

    def serve(self, **more: str) -> AbstractContextManager[Server]:
        """Serves the register."""
        port = free_port()
        command = [sys.executable, "-m", "app", "serve", "--port", str(port)]
        return running(self.name, port, command, "/agreements", self._settings | more, self.files)

    @property
    def _settings(self) -> dict[str, str]:
        return {"CITYPACT_DATABASE_URL": f"sqlite:///{self.register}", "CITYPACT_OWNER_URL": ""}


@dataclass(frozen=True)
class Question:
    """What is asked, and of which servers: those that keep answers in memory, or those that keep none."""

    name: str
    paths: Callable[[Server], Sequence[str]]
    """The paths, those with cursors as this server gives them."""
    cached: bool = False
    repeats: bool = True
    """Whether a path may be asked for again; no answer may come from memory then, or all of them."""
    conditional: bool = False
    """Whether the client says that it has the answer already."""


def _questions(size: int) -> Iterator[Question]:
    cold, counted = questions.cold(questions.citypact), questions.counted(questions.citypact)
    searched, items = questions.searched("/agreements?q={}&limit=20"), questions.items(size)
    yield Question("hot", lambda _: [HOT], cached=True)
    yield Question("304", lambda _: [HOT], cached=True, conditional=True)
    yield Question("cold list", lambda _: cold, cached=True, repeats=False)
    yield Question("first page with total", lambda _: counted, cached=True, repeats=False)
    yield Question("page from the middle", lambda server: questions.middle(server.url))
    yield Question("search", lambda _: searched)
    yield Question("embed", lambda _: [f"/embed{path}" for path in cold])
    yield Question("item", lambda _: items)


@dataclass(frozen=True)
class Side:
    """A server that is asked a question, and how."""

    server: Server
    paths: Sequence[str]
    headers: Mapping[str, str]

    def work(self, paths: Sequence[str]) -> float:
        """The CPU seconds that the server works on these answers."""
        before = self.server.cpu_exactly()
        failed = ask_each(self.server.url, paths, self.headers, 304 if self.headers else 200)
        if failed:
            sys.exit(f"{self.server.name} failed {failed} of {len(paths)} answers such as {paths[0]}")
        return self.server.cpu_exactly() - before


class Contest:
    """A question as both versions are asked it."""

    def __init__(self, question: Question, base: Server, this: Server) -> None:
        self.comparison = Comparison(question.name)
        self._repeats = question.repeats
        self._sides = (_side(question, base), _side(question, this))
        self._answers = self._calibrated()

    def round(self, number: int) -> None:
        """Asks both so many times in turns, each first every other time, that what slows the machine slows both."""
        worked = [0.0, 0.0]
        for turn in range(number * TURNS, (number + 1) * TURNS):
            for which in (0, 1) if turn % 2 else (1, 0):
                worked[which] += self._sides[which].work(self._share(self._sides[which].paths, turn))
        base, this = (seconds / self._answers / TURNS * 1e6 for seconds in worked)
        self.comparison.base.append(base)
        self.comparison.this.append(this)

    def _calibrated(self) -> int:
        """How many answers a turn takes; both are warmed up by what is measured for it."""
        worked = [side.work(list(islice(cycle(side.paths[-WARM_UP:]), WARM_UP))) for side in self._sides * 2][2:]
        wanted = max(int(SECONDS / TURNS / min(worked) * WARM_UP), 1)
        most = (len(self._sides[0].paths) - WARM_UP) // (ROUNDS * TURNS)
        return wanted if self._repeats else min(wanted, most)

    def _share(self, paths: Sequence[str], turn: int) -> Sequence[str]:
        if self._repeats:
            return list(islice(cycle(paths), self._answers))
        return paths[turn * self._answers :][: self._answers]


def _side(question: Question, server: Server) -> Side:
    etag = httpx.get(server.url + HOT, headers={"Accept-Encoding": "identity"}).headers["etag"]
    return Side(server, question.paths(server), {"If-None-Match": etag} if question.conditional else {})


def main(commit: str) -> None:
    """Compares at every size; exits with 1 if this version is slower at any."""
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder) / "base"
        _check_out(commit, files)
        slower = [name for size in SIZES for name in _slower(size, files, commit)]
    if slower:
        sys.exit(f"slower than {commit}: {', '.join(slower)}")


def _check_out(commit: str, folder: Path) -> None:
    """The files of a commit, which no change of the working tree or of its branch touches."""
    git = ["git", "-c", "safe.directory=*", "archive", "--prefix", f"{folder.name}/", commit]
    archive = subprocess.run(git, cwd=ROOT, stdout=subprocess.PIPE)
    if archive.returncode:
        sys.exit(f"git has no commit {commit}")
    subprocess.run(["tar", "-x", "-C", folder.parent], input=archive.stdout, check=True)


def _slower(size: int, files: Path, commit: str) -> list[str]:
    """Measures and prints; the questions that this version answers more slowly."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        base, this = Version(commit, files, folder / "base.db"), Version("this version", ROOT, folder / "this.db")
        if size <= YAML_MOST:
            seeds.write(InventedRegister(size), folder / "seed")
        for version in (base, this):
            version.load(size, folder / "seed")
        kept = [stack.enter_context(version.serve()) for version in (base, this)]
        made = [stack.enter_context(version.serve(CITYPACT_CACHE_BYTES="0")) for version in (base, this)]
        _require_equal(*kept)
        contests = [Contest(question, *(kept if question.cached else made)) for question in _questions(size)]
        for number in range(ROUNDS):
            for contest in contests:
                contest.round(number)
        comparisons = [contest.comparison for contest in contests]
    print(f"\n{size:,} agreements, this against {commit}, {ROUNDS} rounds\n{HEAD}")
    print("\n".join(comparison.row() for comparison in comparisons), flush=True)
    return [f"{found.question} ({size:,})" for found in comparisons if found.slower]


def _require_equal(base: Server, this: Server) -> None:
    """Both must have loaded the same; an invented register may be another in another version."""
    for noun in LISTS:
        had, has = (httpx.get(f"{server.url}/{noun}?limit=1").json()["total"] for server in (base, this))
        if had != has:
            sys.exit(f"{base.name} has {had} {noun}, this version {has}: they cannot be compared.")


if __name__ == "__main__":
    main(sys.argv[1])
