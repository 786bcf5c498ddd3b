"""Prefixes of commands that are to run without privileges, whoever starts them."""

import os
import sys
from functools import cache
from pathlib import Path

NOBODY = 65534


def without_capabilities(user: int | None = None) -> list[str]:
    """Return a prefix that runs a command without any capability, as this user id if one is given; only for root."""
    identity = [f"--reuid={user}", f"--regid={user}", "--clear-groups"] if user else []
    return ["setpriv", *identity, "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]


def unprivileged() -> list[str]:
    """Return a prefix that runs a command as the user nobody; it is empty if the tests do not run as root.

    The command stays root, without capabilities, if other users cannot read the interpreter or this checkout.
    """
    if os.geteuid() != 0:
        return []
    return without_capabilities(NOBODY if everybody_can_read(sys.executable, __file__) else None)


@cache
def everybody_can_read(*files: str) -> bool:
    """Return whether every user can read these files and enter their folders."""
    paths = [Path(file).resolve() for file in files] + [Path(file).absolute() for file in files]
    folders = {folder for path in paths for folder in path.parents}
    return all(path.stat().st_mode & 0o004 for path in paths) and all(
        folder.stat().st_mode & 0o001 for folder in folders
    )
