"""PostgreSQL servers that a test may suspend, stop and start again, each on a port of its own."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from tests.support.commands import wait_until
from tests.support.postgres import PACKAGE, copy_package
from tests.support.serving import free_port


class Cluster:
    """A database cluster with its server; `url` is that of its superuser."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"
        package = PACKAGE
        # PostgreSQL refuses to run as root, and other users cannot read all folders of root's.
        self.owner: dict[str, Any] = {}
        if os.geteuid() == 0:
            package = copy_package(folder)
            self.owner = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}
            for path in [folder, *folder.rglob("*")]:
                shutil.chown(path, "nobody", self.owner["group"])
        self.programs = package / "pginstall" / "bin"
        self._run(
            "initdb",
            f"--pgdata={folder}/data",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "-N",
        )

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self.programs / program, *arguments], check=True, cwd=self.folder, stdout=subprocess.DEVNULL, **self.owner
        )

    def start(self) -> None:
        """Start the server, and wait until it accepts connections."""
        options = ["-D", f"{self.folder}/data", "-p", f"{self.port}", "-k", f"{self.folder}", "-h", "127.0.0.1", "-F"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    str(self.programs / "postgres"),
                    f"--data-directory={self.folder}/data",
                    f"--port={self.port}",
                    *options,
                ],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self.owner,
            )
        wait_until(self.accepts_connections)

    def accepts_connections(self) -> bool:
        """Return whether the server accepts a connection within two seconds."""
        try:
            psycopg.connect(host="127.0.0.1", port=self.port, user="postgres", connect_timeout=2).close()
        except psycopg.Error:
            return False
        return True

    def stop(self) -> None:
        """Stop the server at once, as in a crash (PostgreSQL's immediate shutdown)."""
        if self.process.poll() is None:
            self.resume()
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(20)

    def suspend(self) -> None:
        """Stop all processes of the server from running; their connections stay open."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let the processes run again."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for pid in [self.process.pid, *map(int, children)]:
            with suppress(ProcessLookupError):  # a child process that has just ended
                os.kill(pid, number)


@contextmanager
def new_cluster() -> Iterator[Cluster]:
    """Start a new cluster; stop and remove it when the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="citypact-"))
    cluster = Cluster(folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder)
