"""The image of the Dockerfile, built and run without an engine: with Debian's buildah and debootstrap, as root."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.deploy.debian import ROOT, debootstrap, output
from tests.support.commands import wait_until

PROGRAMS = ("buildah", "debootstrap", "ip", "nsenter", "setpriv", "unshare")
BASE = "localhost/base"
RELEASE = "trixie"  # whose Python is that of the image


@dataclass
class Buildah:
    """buildah with a storage of its own, which needs no engine."""

    folder: Path

    def __call__(self, *arguments: str | Path) -> str:
        """What it prints."""
        storage = ["--storage-driver=vfs", f"--root={self.folder}/storage", f"--runroot={self.folder}/run"]
        return output("buildah", *storage, *arguments, BUILDAH_ISOLATION="chroot")


def make_base(buildah: Buildah) -> None:
    """A Debian with Python, in place of python:slim."""
    container = buildah("from", "scratch")
    debootstrap(Path(buildah("mount", container)), RELEASE, "python3,python3-venv")
    buildah("commit", "--rm", container, BASE)


@dataclass
class Container:
    """An image that runs on a read-only disk, in a network of its own, without privileges."""

    root: Path
    config: dict[str, Any]  # what the Dockerfile says of running it
    process: subprocess.Popen[str]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A command, run beside the service and with no more rights."""
        entered = ["nsenter", f"--target={self.process.pid}", "--mount", "--net", *self.within(*command)]
        return subprocess.run(entered, capture_output=True, text=True, timeout=60)

    def within(self, *command: str) -> list[str]:
        """A command in the image, as its user, with its environment."""
        return within(self.root, self.config, *command)

    def get(self, path: str) -> tuple[int, str]:
        """The answer to a request from within."""
        asked = self.run("python", "-c", ASK, path)
        status, _, body = asked.stdout.partition("\n")
        return (int(status), body) if asked.returncode == 0 else (0, asked.stderr)


ASK = """
import http.client, sys
connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=10)
connection.request("GET", sys.argv[1])
answer = connection.getresponse()
print(answer.status, answer.read().decode(), sep="\\n", end="")
"""
# An own network with nothing but itself, and the image's root, which nobody can write to.
START = 'ip link set lo up && mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'


def within(root: Path, config: dict[str, Any], *command: str) -> list[str]:
    """A command that runs in the image as its user, with its environment and without any privilege."""
    chroot = ["chroot", f"--userspec={config['User']}", "--groups=", str(root)]
    working = ["env", f"--chdir={config['WorkingDir']}", "-i", *config["Env"]]
    return ["setpriv", "--no-new-privs", "--bounding-set=-all,+setuid,+setgid,+sys_chroot", *chroot, *working, *command]


@contextmanager
def image() -> Iterator[tuple[Path, dict[str, Any]]]:
    """The files of the image, and what it says of running them; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="citypact-container-"))
    buildah = Buildah(folder)
    try:
        make_base(buildah)
        buildah("bud", "--format=docker", f"--build-arg=BASE={BASE}", "--tag=citypact", ROOT)
        container = buildah("from", "--pull-never", "citypact")
        config = json.loads(buildah("inspect", "--type=image", "citypact"))["Docker"]["config"]
        yield Path(buildah("mount", container)), config
    finally:
        shutil.rmtree(folder)


@contextmanager
def running(root: Path, config: dict[str, Any]) -> Iterator[Container]:
    """The image, run as it says, once it serves."""
    command = within(root, config, *config["Entrypoint"], *config["Cmd"])
    started = ["unshare", "--mount", "--net", "sh", "-euc", START, "sh", str(root), *command]
    with subprocess.Popen(started, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        container = Container(root, config, process)
        try:
            wait_until(lambda: process.poll() is not None or container.get("/healthz")[0] == 200, every=0.2)
            yield container
        finally:
            process.terminate()
