"""Servers that are started, awaited, measured and stopped."""

import math
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

SETTLED_IN = 60  # seconds after which a server is not waited for
TICKS = os.sysconf("SC_CLK_TCK")
SCHEDULED = 2  # CPUCLOCK_SCHED of Linux: what all threads of a process have worked, also those that have ended


@dataclass(frozen=True)
class Server:
    """A running server."""

    name: str
    url: str
    pid: int

    def cpu(self) -> float:
        """The seconds that its processes have worked."""
        return sum(_cpu(pid) for pid in self._processes())

    def cpu_exactly(self) -> float:
        """The same to the nanosecond, by the CPU clock of each process; the other moves in steps of a tick."""
        return sum(time.clock_gettime(~pid << 3 | SCHEDULED) for pid in self._processes())

    def megabytes(self) -> float:
        """The memory of its processes, what they share counted for each by its part."""
        return sum(_proportional(pid) for pid in self._processes()) / 1024

    def settle(self) -> None:
        """Waits until it has ended what nobody waits for any more, which would slow down whoever is asked next."""
        end, before = time.monotonic() + SETTLED_IN, math.inf
        while (worked := self.cpu()) - before != 0 and time.monotonic() < end:
            before = worked
            time.sleep(0.2)

    def _processes(self) -> list[int]:
        found = [self.pid]
        for pid in found:  # grows while it is walked
            for task in Path(f"/proc/{pid}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
        return found


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _proportional(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


@contextmanager
def running(
    name: str,
    port: int,
    command: Sequence[str | Path],
    path: str,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Iterator[Server]:
    """A server that answers this path, started in this folder, until the block ends."""
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(name, url + path, process)
        yield Server(name, url, process.pid)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()


def _await(name: str, url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        with suppress(httpx.TransportError):
            if httpx.get(url, timeout=30).status_code == 200:
                return
        time.sleep(0.1)
    sys.exit(f"{name} does not answer {url}")
