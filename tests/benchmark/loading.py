"""Asks a server for paths as fast as it answers: with wrk where there is one, else with httpx.

`ask_each` asks exactly the given paths instead, so that two servers do exactly the same work.
"""

import asyncio
import itertools
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

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


def ask_each(base_url: str, paths: Sequence[str], headers: Mapping[str, str], expected: int) -> int:
    """Asks for each of the paths once, over some connections; how many answers had another status than expected."""
    host, port = base_url.removeprefix("http://").split(":")
    sent = "".join(f"{name}: {value}\r\n" for name, value in {"Host": host, **headers}.items())
    failed = 0
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_connection((host, int(port)))) for _ in range(CONNECTIONS)]
        answers = [stack.enter_context(connection.makefile("rb")) for connection in sockets]
        for start in range(0, len(paths), CONNECTIONS):
            asked = paths[start : start + CONNECTIONS]
            for connection, path in zip(sockets, asked, strict=False):
                connection.sendall(f"GET {path} HTTP/1.1\r\n{sent}\r\n".encode())
            failed += sum(_status(answer) != expected for answer, _ in zip(answers, asked, strict=False))
    return failed


def _status(answer: BinaryIO) -> int:
    """Reads an answer to its end."""
    status, length = int(answer.readline().split()[1]), 0
    while (line := answer.readline()).strip():
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    answer.read(0 if status == 304 else length)
    return status
