"""A PostgreSQL standby that replicates a primary and can be read."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from tests.support.postgres import PACKAGE
from tests.support.serving import ROOT


@dataclass(frozen=True)
class PrimaryAndStandby:
    """The folders of the two servers; each has the socket of its server."""

    primary: Path
    standby: Path

    def run(self, program: str, *arguments: str | Path) -> None:
        """Run one of PostgreSQL's programs as the user that the primary runs as."""
        self._as_owner(self.programs / program, *arguments)

    @property
    def programs(self) -> Path:
        """The folder of PostgreSQL's programs that this user can run."""
        return next(self.primary.glob("*/pginstall/bin"), None) or PACKAGE / "pginstall" / "bin"

    def _as_owner(self, *command: str | Path) -> None:
        owner = self.primary.owner() if os.geteuid() == 0 else None
        groups: list[str] | None = [] if owner else None
        subprocess.run(
            command, cwd=self.standby, user=owner, extra_groups=groups, check=True, stdout=subprocess.DEVNULL
        )

    def admit_standby(self) -> None:
        """Let the primary accept a standby, by the script of the deployment."""
        script = shutil.copy(ROOT / ".deploy/postgres/standby.sh", self.standby)
        environment = {"PGHOST": self.primary, "PGDATA": self.primary / "data", "POSTGRES_USER": "postgres"}
        settings = [f"{name}={value}" for name, value in environment.items()]
        path = f"PATH={self.programs}:{os.environ['PATH']}"
        self._as_owner("env", *settings, "CITYPACT_STANDBY_PASSWORD=it's", path, "sh", script)
        self.run("pg_ctl", "reload", f"--pgdata={self.primary / 'data'}")

    def stop_primary(self) -> None:
        """Stop the primary at once, as in a loss of power."""
        self.run("pg_ctl", "stop", "--mode=immediate", f"--pgdata={self.primary / 'data'}")


@contextmanager
def standby(primary_url: str) -> Iterator[PrimaryAndStandby]:
    """Run a standby of a server until the block ends; `primary_url` is that of a superuser."""
    primary = Path(str(make_url(primary_url).query["host"]))
    folder = Path(tempfile.mkdtemp(prefix="citypact-"))
    if os.geteuid() == 0:
        shutil.chown(folder, primary.owner())
    servers = PrimaryAndStandby(primary, folder)
    data, options = folder / "data", f"-k {folder} -c listen_addresses='' -c fsync=off"
    try:
        servers.admit_standby()
        servers.run(
            *("pg_basebackup", f"--host={primary}", "--username=citypact_standby", f"--pgdata={data}"),
            *("--write-recovery-conf", "--checkpoint=fast"),
        )
        servers.run("pg_ctl", "start", "--wait", f"--pgdata={data}", f"--log={folder / 'log'}", f"--options={options}")
        yield servers
        servers.run("pg_ctl", "stop", "--mode=immediate", f"--pgdata={data}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
