"""An environment is what its lock says, whatever was published since, with the pip of this Python and the newest."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from importlib.metadata import distribution
from pathlib import Path

import pytest

from tests.support.serving import ROOT

pytestmark = pytest.mark.slow

# Name, version, what it requires. The first three are locked, the others were published after that.
PUBLISHED = [
    ("alpha", "1.0", ["beta[quick]>=1"]),
    ("beta", "1.0", ["gamma; extra == 'quick'"]),
    ("gamma", "1.0", []),
    ("beta", "1.1", ["gamma; extra == 'quick'", "delta"]),
    ("gamma", "2.0", []),
]
# What a user may have set for other work; pip would install elsewhere, or something else.
ELSEWHERE = {"PIP_TARGET": "elsewhere", "PIP_PREFIX": "elsewhere", "PIP_ROOT": "elsewhere", "PIP_DRY_RUN": "1"}
CONSTRAINED = {"PIP_CONSTRAINT": "constraints.txt", "PIP_REQUIREMENT": "more.txt", "PIP_USER": "1"}


def publish(index: Path, name: str, version: str, requires: Sequence[str]) -> str:
    """Write a wheel of a package that holds nothing but what it requires, and return the line of a lock for it."""
    metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    metadata += ["Provides-Extra: quick"] * any("extra" in each for each in requires)
    metadata += [f"Requires-Dist: {each}" for each in requires]
    info, wheel = f"{name}-{version}.dist-info", index / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        packed.writestr(f"{info}/METADATA", "\n".join(metadata) + "\n")
        packed.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        packed.writestr(f"{info}/RECORD", f"{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with our Makefile, and a lock of stub packages."""
    (tmp_path / "index").mkdir()
    lines = [publish(tmp_path / "index", *package) for package in PUBLISHED]
    (tmp_path / "requirements.txt").write_text("".join(lines[:3]))
    shutil.copy(ROOT / "Makefile", tmp_path)
    return tmp_path


def set_up(project: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Install as `make run` does, from an index that holds nothing but the stub packages."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "MAKE"))}
    index = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "index"}
    command = ["make", f"PYTHON={sys.executable}", ".venv/.runtime"]
    return subprocess.run(command, cwd=project, env=kept | index | environment, capture_output=True, text=True)


def installed(project: Path) -> dict[str, str]:
    """The stub packages in the environment, with their versions."""
    python = project / ".venv/bin/python"
    command = [str(python), "-m", "pip", "--disable-pip-version-check", "list", "--format=json"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True)
    return {
        each["name"]: each["version"] for each in json.loads(listed.stdout) if each["name"] not in ("pip", "setuptools")
    }


def put_newest_pip(project: Path) -> None:
    """Make the environment with the pip that the tests' own lock has."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", project / ".venv"], check=True)
    (packages,) = project.glob(".venv/lib/python3*/site-packages")
    pip = distribution("pip")
    for folder in {Path(str(file)).parts[0] for file in pip.files or () if not str(file).startswith("..")}:
        shutil.copytree(str(pip.locate_file(folder)), packages / folder)


@pytest.mark.parametrize("pip", ["of this Python", "newest"])
def test_later_releases_change_nothing(project: Path, pip: str) -> None:
    if pip == "newest":
        put_newest_pip(project)
    done = set_up(project, **ELSEWHERE, **CONSTRAINED)

    assert (done.returncode, done.stdout.splitlines()[-2:]) == (
        0,
        ["No broken requirements found.", "touch .venv/.runtime"],
    ), done.stderr
    assert installed(project) == {"alpha": "1.0", "beta": "1.0", "gamma": "1.0"}
    assert not (project / "elsewhere").exists()


def test_nothing_of_an_older_lock_is_left(project: Path) -> None:
    put_newest_pip(project)
    set_up(project)
    lock = project / "requirements.txt"
    lock.write_text(lock.read_text().splitlines(keepends=True)[2])
    later = (project / ".venv/.runtime").stat().st_mtime + 1
    os.utime(lock, (later, later))
    done = set_up(project)

    assert (done.returncode, installed(project)) == (0, {"gamma": "1.0"}), done.stderr


def test_a_lock_that_lacks_a_package_is_told(project: Path) -> None:
    put_newest_pip(project)
    lock = project / "requirements.txt"
    lock.write_text("".join(lock.read_text().splitlines(keepends=True)[::2]))
    done = set_up(project)

    assert done.returncode == 2
    assert "alpha 1.0 requires beta, which is not installed." in done.stdout
    assert not (project / ".venv/.runtime").exists()


def test_a_package_that_is_not_the_one_that_was_locked_is_refused(project: Path) -> None:
    put_newest_pip(project)
    publish(project / "index", "gamma", "1.0", ["alpha"])
    done = set_up(project)

    assert (done.returncode, "THESE PACKAGES DO NOT MATCH THE HASHES" in done.stderr) == (2, True)


@pytest.mark.parametrize("name", ["Makefile", "Dockerfile"])
def test_every_install_takes_the_lock_as_it_is(name: str) -> None:
    commands = re.sub(r"\\\n\s*", "", (ROOT / name).read_text())
    installs = re.findall(r"^.*\bpip install .*$", commands, re.MULTILINE)

    assert len(installs) == 1
    assert re.search(r"--no-deps --require-hashes -(r|-requirement) .*", installs[0])
    assert "-m pip check" in commands


@pytest.mark.parametrize("environment", [path.name for path in ROOT.glob(".venv*") if (path / "bin/python").exists()])
def test_an_environment_lacks_nothing(environment: str) -> None:
    python = ROOT / environment / "bin/python"
    done = subprocess.run([python, "-m", "pip", "check"], capture_output=True, text=True)

    assert (done.returncode, done.stdout) == (0, "No broken requirements found.\n")
