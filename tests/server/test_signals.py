"""A server that is told to stop always ends, with 0, and takes its workers along; it needs no privilege for that."""

import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.settings import Settings
from tests.faults.servers import listens, said_since_it_served, server, serving_workers, workers_of
from tests.support.commands import environment, wait_until
from tests.support.needs import needs_time
from tests.support.privileges import NOBODY, everybody_can_read, unprivileged
from tests.support.serving import ROOT, SMALL_SEED, free_port, loaded, sqlite_settings

pytestmark = pytest.mark.slow

AT_MOST = 60  # seconds, on a busy machine; `make faults` asserts how long it may take


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return loaded(sqlite_settings(tmp_path, SMALL_SEED)).model_copy(update={"port": free_port()})


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """The exit code of a server that was told to stop, and what it has said since it served."""
    process.wait(AT_MOST)
    return process.returncode, said_since_it_served(process)


def alive(pid: int) -> bool:
    """Whether there is such a process, other than one that has ended and was not waited for."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("workers", [1, 2])
def test_a_signal_ends_it(settings: Settings, workers: int, stop: signal.Signals) -> None:
    with server(settings, workers) as process:
        started = workers_of(process)
        process.send_signal(stop)

        assert ended(process) == (0, "")
        assert (len(started), [pid for pid in started if alive(pid)]) == (workers if workers > 1 else 0, [])
        assert not listens(settings)


def test_a_hangup_ends_one_process(settings: Settings) -> None:
    with server(settings, 1) as process:
        process.send_signal(signal.SIGHUP)

        assert ended(process) == (0, "")


def test_a_hangup_replaces_workers(settings: Settings) -> None:
    with server(settings, 2) as process:
        before = workers_of(process)
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: not set(before) & set(workers_of(process)) and serving_workers(process) == 2, 60)
        process.send_signal(signal.SIGTERM)

        assert ended(process) == (0, "")


def test_a_stop_signal_is_obeyed_while_workers_are_replaced(settings: Settings) -> None:
    with server(settings, 2) as process:
        before = workers_of(process)
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: len(workers_of(process)) > len(before))
        started = workers_of(process)
        process.send_signal(signal.SIGTERM)

        assert ended(process) == (0, "")
        assert [pid for pid in started if alive(pid)] == []


@contextmanager
def with_terminal(settings: Settings, workers: int) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server that was started at a terminal, and the descriptor that holds the terminal open."""
    ours, terminal = pty.openpty()
    command = [*unprivileged(), sys.executable, "-m", "app", "serve", "--workers", str(workers)]
    with subprocess.Popen(
        ["setsid", "--ctty", *command],
        cwd=ROOT,
        env=environment(settings),
        stdin=terminal,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        os.close(terminal)
        wait_until(lambda: workers == 1 or serving_workers(process) == workers, 60)
        wait_until(lambda: listens(settings), 60)
        yield process, ours


@pytest.mark.parametrize("workers", [1, 2])
def test_a_terminal_that_is_closed_ends_it(settings: Settings, workers: int) -> None:
    with with_terminal(settings, workers) as (process, terminal):
        os.close(terminal)

        assert ended(process) == (0, "")
        assert not listens(settings)


def test_nohup_keeps_it(settings: Settings) -> None:
    command = ["nohup", *unprivileged(), sys.executable, "-m", "app", "serve"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(settings), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        wait_until(lambda: listens(settings), 60)
        process.send_signal(signal.SIGHUP)
        time.sleep(0.5)  # longer than it takes to hear of a signal
        kept = listens(settings)
        process.send_signal(signal.SIGTERM)

        assert (kept, ended(process)) == (True, (0, ""))


def test_workers_end_with_a_supervisor_that_is_killed(settings: Settings) -> None:
    with server(settings, 2) as process:
        workers = workers_of(process)
        process.kill()
        wait_until(lambda: not any(map(alive, workers)))

        assert (len(workers), listens(settings)) == (2, False)


def test_workers_end_with_a_supervisor_that_fails(settings: Settings) -> None:
    with server(settings, 2) as process:
        workers = workers_of(process)
        no_more_files = ["prlimit", f"--pid={process.pid}", "--nofile=3:3"]
        subprocess.run([*unprivileged(), *no_more_files], check=True)  # it cannot start another worker
        os.kill(workers[0], signal.SIGKILL)
        code, said = ended(process)

        assert (code, "OSError: [Errno 24] Too many open files" in said) == (1, True)
        assert [pid for pid in workers if alive(pid)] == []
        assert not listens(settings)


@needs_time
def test_a_worker_that_hangs_is_killed(settings: Settings) -> None:
    with server(settings, 2) as process:
        hanging = workers_of(process)[0]
        os.kill(hanging, signal.SIGSTOP)
        process.send_signal(signal.SIGTERM)
        code, said = ended(process)

        assert (code, alive(hanging)) == (0, False)
        assert f"worker {hanging} did not end within 15 s and is killed" in said


def test_servers_of_these_tests_have_no_privilege(settings: Settings) -> None:
    with server(settings, 1) as process:
        status = Path(f"/proc/{process.pid}/status").read_text()
    said = dict(re.findall(r"^(Uid|CapEff|CapPrm|CapBnd):\s*(\S+)", status, re.MULTILINE))

    assert (said["CapEff"], said["CapPrm"]) == ("0" * 16, "0" * 16)
    if os.geteuid() == 0:
        assert said["CapBnd"] == "0" * 16
        nobody = said["Uid"] == str(NOBODY)
        assert nobody == everybody_can_read(sys.executable, __file__)
        assert nobody or "CITYPACT_TEST_ALL" not in os.environ, "Use a Python that everybody can run: PYTHON=…"
