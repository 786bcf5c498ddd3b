"""The commands of the README in a new Debian, as a user without privileges: `python -m tests.deploy.bare [RELEASE]`.

That Debian has what the README asks for and nothing else, so that what it forgets is noticed.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.deploy.debian import AT_MOST, debootstrap, output
from tests.support.privileges import without_capabilities

PROGRAMS = ("debootstrap", "git", "ip", "nsenter", "unshare")
PACKAGES = "python3,python3-venv,make,git"
SERVES_WITHIN = 300  # seconds, in which all is downloaded and installed
USER, CHECKOUT = 1000, "/home/user/citypact"
UNPRIVILEGED = [
    *without_capabilities(USER),
    *("env", "-i", f"--chdir={CHECKOUT}", "PATH=/usr/bin:/bin", "HOME=/home/user"),
]
# Holds the namespaces until its input is closed, however this program ends: then the kernel ends all that runs in
# them and takes back what is mounted there, and the folder is removed. What ends within is nobody's zombie. A folder
# for temporary files may be mounted without devices.
KEEPER = """
unshare --mount --pid --fork sh -euc '
    trap "" CHLD
    mount -t proc proc /proc
    mount --bind "$1" "$1"
    mount -o remount,bind,dev,exec "$1"
    echo READY
    exec cat' init "$1"
rm -rf "$1"
"""
MOUNTS = """
mount -t proc proc "$1/proc"
mount -t tmpfs -o mode=1777 shm "$1/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666 devpts "$1/dev/pts"
"""
ALONE = ["unshare", "--net", "sh", "-euc", 'ip link set lo up; exec "$@"', "sh"]
ASK = """
import json, sys, urllib.request
with urllib.request.urlopen(sys.argv[1], timeout=10) as answer:
    print(answer.status, json.load(answer)["total"])
"""


@dataclass(frozen=True)
class Debian:
    """A Debian in namespaces of its own, with a checkout that belongs to its only user."""

    root: Path
    entered: list[str]  # what runs a command in the namespaces, as root and outside of its files

    def within(self, *command: str, network: bool = True) -> list[str]:
        """A command of the user in the checkout."""
        return [*self.entered, *([] if network else ALONE), "chroot", str(self.root), *UNPRIVILEGED, *command]

    def run(self, *command: str, network: bool = True) -> str:
        """What a command of the user prints; RuntimeError with the end of all it said if it fails."""
        done = subprocess.run(
            self.within(*command, network=network),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=AT_MOST,
        )
        if done.returncode:
            raise RuntimeError(f"`{' '.join(command)}` ended with {done.returncode}:\n{done.stdout[-5000:]}")
        return done.stdout.strip()

    def answers(self, port: int) -> bool:
        """Whether it serves the register."""
        url = f"http://127.0.0.1:{port}/agreements?country=VN"
        asked = subprocess.run(self.within("python3", "-c", ASK, url), capture_output=True, text=True, timeout=60)
        if asked.returncode == 0 and asked.stdout != "200 7\n":
            raise RuntimeError(
                f"The register of seed/ has 7 agreements with Viet Nam; status and total are {asked.stdout}"
            )
        return asked.returncode == 0

    def left(self) -> list[str]:
        """The processes of the user."""
        return output(*self.entered, "find", "/proc", "-maxdepth", "1", "-name", "[0-9]*", "-uid", str(USER)).split()


@contextmanager
def debian(release: str) -> Iterator[Debian]:
    """A new Debian with the commit that is checked out; nothing is left of it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="citypact-bare-"))
    with namespaces(folder) as entered:
        made = Debian(folder / "root", entered)
        debootstrap(made.root, release, PACKAGES, *entered)
        for name in ("hosts", "resolv.conf"):
            shutil.copy(Path("/etc") / name, made.root / "etc")
        output(*entered, "sh", "-euc", MOUNTS, "sh", made.root)
        output("chroot", made.root, "useradd", f"--uid={USER}", "--create-home", "user")
        clone(made)
        yield made


@contextmanager
def namespaces(folder: Path) -> Iterator[list[str]]:
    """What runs a command in namespaces of its own for processes and mounts; they and the folder go at the end."""
    command = ["sh", "-c", KEEPER, "keeper", str(folder)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, start_new_session=True) as keeper:
        try:
            if not (keeper.stdout and keeper.stdout.readline() == "READY\n"):
                raise RuntimeError("This machine allows no namespaces.")
            yield ["nsenter", f"--target={innermost(keeper.pid)}", "--mount", "--pid"]
        finally:
            keeper.communicate()


def innermost(process: int) -> int:
    """The last of processes that each started one other."""
    while children := Path(f"/proc/{process}/task/{process}/children").read_text().split():
        process = int(children[0])
    return process


def clone(debian: Debian) -> None:
    """Gives the user a clone of the commit that is checked out, by a file: the repository itself is out of reach."""
    git = ["git", "-c", "safe.directory=*"]
    if changed := output(*git, "status", "--porcelain").splitlines():
        print(f"{len(changed)} files are not as committed; what is tried is the last commit.")
    output(*git, "bundle", "create", "--quiet", debian.root / "tmp/bundle", "HEAD")
    checkout = debian.root / CHECKOUT[1:]
    checkout.mkdir()
    os.chown(checkout, USER, USER)
    debian.run("git", "-c", "advice.detachedHead=false", "clone", "--quiet", "/tmp/bundle", ".")  # noqa: S108


@contextmanager
def started(debian: Debian, *command: str) -> Iterator[subprocess.Popen[str]]:
    """A command of the user while it runs; if something fails meanwhile, the end of all it said is added."""
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            debian.within(*command), stdin=subprocess.DEVNULL, stdout=said, stderr=said, text=True
        )
        try:
            yield process
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            said.seek(0)
            raise RuntimeError(f"{error} `{' '.join(command)}` said:\n{said.read()[-5000:]}") from error
        finally:
            process.kill()
            process.wait()


def has_no_privileges(debian: Debian) -> None:
    """The user has no capability and can get none."""
    sets = re.findall(r"^(CapEff|CapBnd):\s*(\w+)$", debian.run("cat", "/proc/self/status"), re.MULTILINE)
    if sets != [("CapEff", "0" * 16), ("CapBnd", "0" * 16)]:
        raise RuntimeError(f"The user has privileges: {sets}.")
    print("The user has no capabilities.", flush=True)


def serves(debian: Debian) -> None:
    """`make run` serves the register until SIGTERM, which ends it well and all of it."""
    port = free_port()
    with started(debian, "env", f"CITYPACT_PORT={port}", "make", "run") as process:
        took = seconds_until_answer(debian, port, process)
        os.kill(innermost(process.pid), signal.SIGTERM)
        if code := process.wait(30):
            raise RuntimeError(f"After SIGTERM to the server `make run` ended with {code}.")
        if left := debian.left():
            raise RuntimeError(f"After SIGTERM to the server these are left: {', '.join(left)}.")
    print(f"make run: all 7 agreements after {took:.0f} s; SIGTERM ended it with code 0 and left nothing.", flush=True)


def seconds_until_answer(debian: Debian, port: int, process: subprocess.Popen[str]) -> float:
    """How long the register takes to be there."""
    began = time.monotonic()
    while not debian.answers(port):
        if process.poll() is not None or time.monotonic() - began > SERVES_WITHIN:
            raise RuntimeError(f"Nothing is served after {time.monotonic() - began:.0f} s.")
        time.sleep(0.1)
    return time.monotonic() - began


def free_port() -> int:
    """The port of whoever sets none; another if somebody has it."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", 8000))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tests_pass(debian: Debian) -> None:
    """`make test-quick` passes, without a network once all is installed."""
    began = time.monotonic()
    debian.run("make", ".venv/.dev")
    installed = time.monotonic()
    said = debian.run("make", "test-quick", network=False)
    ended = time.monotonic()
    print(f"make test-quick: set up in {installed - began:.0f} s, then without a network {ended - installed:.0f} s:")
    print(said.splitlines()[-1], flush=True)


def main(release: str = "bookworm") -> None:
    """Prints what was tried; SystemExit with a sentence, and code 1, if something fails."""
    if os.geteuid():
        sys.exit("This needs root: it makes a Debian in a folder of its own, and enters it.")
    if missing := [program for program in PROGRAMS if not shutil.which(program)]:
        sys.exit(f"This needs {', '.join(missing)}.")
    os.umask(0o022)  # the user reads what root makes
    began = time.monotonic()
    try:
        with debian(release) as made:
            print(
                f"A Debian with {made.run('python3', '--version')}: made in {time.monotonic() - began:.0f} s.",
                flush=True,
            )
            has_no_privileges(made)
            serves(made)
            tests_pass(made)
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        sys.exit(f"{error}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main(*sys.argv[1:])
