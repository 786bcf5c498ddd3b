"""How fast and with how much memory an invented register is loaded; a process of its own, so that its memory is known.

CITYPACT_DATABASE_URL=… python -m tests.benchmark.writing 1000
"""

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass

from app.seeding.loading.load import build_release
from app.seeding.loading.release_targets import release_target
from app.settings import Settings
from tests.benchmark.register import InventedRegister


@dataclass(frozen=True)
class Loading:
    """What a load took."""

    rate: float
    """Agreements and observations a second, without the time that it takes to invent the observations."""
    invented: float
    """The same with it."""
    megabytes: float
    """Resident memory of both processes at its most, without that of the database server."""


def measured(settings: Settings, agreements: int) -> Loading:
    """Loads an invented register in a process of its own."""
    urls = {"CITYPACT_DATABASE_URL": settings.database_url, "CITYPACT_OWNER_URL": settings.owner_url or ""}
    environment = {**os.environ, **{name: url for name, url in urls.items() if url}}
    command = [sys.executable, "-m", __name__, str(agreements)]
    output = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout
    return Loading(**json.loads(output))


def main(agreements: int) -> None:
    """Loads, and prints what it took."""
    register = InventedRegister(agreements)
    began = time.monotonic()
    for _ in register.of_kind("observation"):  # the others are invented while these are
        pass
    inventing = time.monotonic() - began
    began = time.monotonic()
    with release_target(Settings()) as connection:
        build_release(connection, register, f"benchmark {agreements}")
    took, records = time.monotonic() - began, agreements * 11
    processes = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    megabytes = sum(resource.getrusage(who).ru_maxrss for who in processes) / 1024
    print(json.dumps({"rate": records / (took - inventing), "invented": records / took, "megabytes": megabytes}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
