"""PostgreSQL servers that tests may freeze, stop and start again, each on a port of its own."""

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
    """One server."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"
        package = PACKAGE
        # PostgreSQL refuses to run as root, and nobody else can look into every folder of root's.
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
        """Starts it, and waits until it answers."""
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
        wait_until(self.answers)

    def answers(self) -> bool:
        """Whether it answers now."""
        try:
            psycopg.connect(host="127.0.0.1", port=self.port, user="postgres", connect_timeout=2).close()
        except psycopg.Error:
            return False
        return True

    def stop(self) -> None:
        """Ends it as a crash would: at once, with whatever is under way."""
        if self.process.poll() is None:
            self.thaw()
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(20)

    def freeze(self) -> None:
        """Lets it do nothing more; its connections stay."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Lets it go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for pid in [self.process.pid, *map(int, children)]:
            with suppress(ProcessLookupError):  # a child that has just ended
                os.kill(pid, number)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A new server, gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="citypact-"))
    made = Cluster(folder)
    try:
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder)
