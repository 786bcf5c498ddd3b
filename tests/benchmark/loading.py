"""Asks a server for paths as fast as it answers: with wrk where there is one, else with httpx."""

import asyncio
import itertools
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

CONNECTIONS = 16
TIMEOUT = 5  # seconds; a little more than Citypact works on an answer
SCRIPT = str(Path(__file__).parent / "paths.lua")
GENERATOR = "wrk, 1 thread" if shutil.which("wrk") else "httpx"


@dataclass(frozen=True)
class Result:
    """What a server did for a while."""

    rate: float
    """Answers a second, failed ones too."""
    p99: float
    """Milliseconds."""
    failed: int


def ask(base_url: str, paths: Sequence[str], seconds: float, etag: str = "") -> Result:
    """The rate at which these paths are answered, one after another, over some connections."""
    if shutil.which("wrk"):
        return _by_wrk(base_url, paths, seconds, etag)
    return asyncio.run(_by_httpx(base_url, paths, seconds, etag))


def _by_wrk(base_url: str, paths: Sequence[str], seconds: float, etag: str) -> Result:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(paths))
        file.flush()
        command: list[str] = [
            "wrk",
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{seconds:g}s",
            f"--timeout={TIMEOUT}s",
            "-s",
            SCRIPT,
            base_url,
        ]
        environment = {**os.environ, "PATHS": file.name, "ETAG": etag}
        output = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    _, rate, p99, failed = output.rpartition("RESULT")[2].join(("RESULT", "")).split()
    return Result(float(rate), float(p99), int(failed))


async def _by_httpx(base_url: str, paths: Sequence[str], seconds: float, etag: str) -> Result:
    following, end = itertools.cycle(paths), time.monotonic() + seconds
    took: list[float] = []
    failed = 0

    async def client() -> None:
        nonlocal failed
        async with httpx.AsyncClient(
            base_url=base_url, timeout=TIMEOUT, headers={"If-None-Match": etag} if etag else {}
        ) as http:
            while time.monotonic() < end:
                began = time.monotonic()
                answer = await http.get(next(following))
                took.append(time.monotonic() - began)
                failed += answer.status_code >= 400

    await asyncio.gather(*(client() for _ in range(CONNECTIONS)))
    took.sort()
    return Result(len(took) / seconds, took[int(len(took) * 0.99)] * 1000, failed)
