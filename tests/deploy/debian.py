"""A new Debian in a folder, made as root: it trusts what this machine trusts, and its pip asks where this one asks."""

import os
import re
import shutil
import ssl
import subprocess
import sys
from pathlib import Path
from urllib.request import getproxies

ROOT = Path(__file__).parents[2]
AT_MOST = 600  # seconds for one step, most of which is downloading
CERTIFICATES = Path("etc/ssl/certs/ca-certificates.crt")
# The settings of pip that say where packages come from and how it gets there.
SETTINGS = ("index-url", "extra-index-url", "trusted-host", "proxy", "timeout", "default-timeout")


def output(*command: str | Path, **environment: str) -> str:
    """What a command prints; RuntimeError with the end of all it said if it fails."""
    done = subprocess.run(
        command, env=os.environ | environment, cwd=ROOT, capture_output=True, text=True, timeout=AT_MOST
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout.strip()


def mirror() -> str:
    """Where apt gets the packages of this machine's own release."""
    release = re.findall(r"^VERSION_CODENAME=(.*)$", Path("/etc/os-release").read_text(), re.MULTILINE)[0]
    only = ["Created-By: Packages", "Component: main", f"Codename: {release}"]
    return output("apt-get", "indextargets", "--format=$(REPO_URI)", *only).splitlines()[0]


def debootstrap(root: Path, release: str, packages: str, *entered: str) -> None:
    """Makes the smallest Debian of a release with these packages; `entered` enters namespaces first, if any."""
    options = ["--variant=minbase", f"--include=ca-certificates,{packages}"]
    output(*entered, "debootstrap", *options, release, root, mirror())
    shutil.copy(ssl.get_default_verify_paths().cafile or Path("/") / CERTIFICATES, root / CERTIFICATES)
    (root / "etc/pip.conf").write_text(pip_configuration())


def pip_configuration() -> str:
    """How pip is configured here, by files and by the environment, without what lies on this machine only."""
    told = output(sys.executable, "-m", "pip", "--disable-pip-version-check", "config", "list")
    found = dict(re.findall(r"^(?:global|install|:env:)\.([\w-]+)='(.*)'$", told, re.MULTILINE))
    values = {"proxy": getproxies().get("https", "")} | {name: found[name] for name in SETTINGS if name in found}
    kept = {name: " ".join(filter(elsewhere, re.split(r"\s|\\n", value))) for name, value in values.items()}
    lines = [f"{name} = {value}\n" for name, value in kept.items() if value]
    return "".join(["[global]\n", f"cert = /{CERTIFICATES}\n", *lines])


def elsewhere(word: str) -> bool:
    """Whether it names no file of this machine."""
    return not word.startswith(("/", "file:"))
