"""Commands that run without privileges, whoever starts them."""

import os
import sys
from functools import cache
from pathlib import Path

NOBODY = 65534


def without_capabilities(user: int | None = None) -> list[str]:
    """What runs the command behind it without any capability, as this user if one is given; only root can say so."""
    identity = [f"--reuid={user}", f"--regid={user}", "--clear-groups"] if user else []
    return ["setpriv", *identity, "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]


def unprivileged() -> list[str]:
    """What runs the command behind it as nobody; nothing where the tests have no privileges themselves.

    Root keeps its user, but no capability, if nobody else can read its Python or this checkout.
    """
    if os.geteuid() != 0:
        return []
    return without_capabilities(NOBODY if everybody_can_read(sys.executable, __file__) else None)


@cache
def everybody_can_read(*files: str) -> bool:
    """Whether every user can reach these files and read them."""
    paths = [Path(file).resolve() for file in files] + [Path(file).absolute() for file in files]
    folders = {folder for path in paths for folder in path.parents}
    return all(path.stat().st_mode & 0o004 for path in paths) and all(each.stat().st_mode & 0o001 for each in folders)
