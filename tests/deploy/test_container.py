"""The Dockerfile makes an image that serves, as nobody, on a disk that it cannot write to."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.container import PROGRAMS, Container, image, running
from tests.support.needs import needs

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built() -> Iterator[tuple[Path, dict[str, Any]]]:
    needs(*PROGRAMS)
    with image() as made:
        yield made


@pytest.fixture(scope="module")
def container(built: tuple[Path, dict[str, Any]]) -> Iterator[Container]:
    with running(*built) as started:
        yield started


def test_it_serves_the_register_that_was_built_in(container: Container) -> None:
    status, body = container.get("/agreements?country=VN&limit=1")

    assert (status, json.loads(body)["total"]) == (200, 7)
    assert container.get("/readyz")[0] == 200


def test_it_runs_without_privileges(container: Container) -> None:
    status = Path(f"/proc/{container.process.pid}/status").read_text()
    said = dict(re.findall(r"^(Uid|Gid|Groups|CapEff|CapPrm|NoNewPrivs):[ \t]*(.*?)[ \t]*$", status, re.MULTILINE))

    assert said == {
        "Uid": "\t".join(["10001"] * 4),
        "Gid": "\t".join(["10001"] * 4),
        "Groups": "",
        "CapPrm": "0" * 16,
        "CapEff": "0" * 16,
        "NoNewPrivs": "1",
    }


READ_ONLY, ANOTHERS = "[Errno 30] Read-only file system", "[Errno 13] Permission denied"
REFUSED = {
    "/tmp/mine": READ_ONLY,  # noqa: S108
    "/citypact/mine": READ_ONLY,
    "/venv/mine": READ_ONLY,
    "/citypact/app/main.py": ANOTHERS,
    "/citypact/.citypact/register.db": ANOTHERS,
}


@pytest.mark.parametrize("path", REFUSED)
def test_it_can_write_nothing(container: Container, path: str) -> None:
    tried = container.run("python", "-c", f"open({path!r}, 'a')")
    last = tried.stderr.splitlines()[-1]

    assert (tried.returncode, last.partition(": ")[2]) == (1, f"{REFUSED[path]}: '{path}'")


def test_all_of_it_belongs_to_root(built: tuple[Path, dict[str, Any]]) -> None:
    root, _ = built
    found = [path for top in ("citypact", "venv") for path in (root / top).rglob("*")]

    assert len(found) > 1000
    assert [
        path for path in found if path.lstat().st_uid or (not path.is_symlink() and path.stat().st_mode & 0o022)
    ] == []


def test_its_health_check_tells_the_truth(container: Container) -> None:
    kind, *check = container.config["Healthcheck"]["Test"]
    serving = container.run(*check)
    nobody_serves = subprocess.run(["unshare", "--net", *container.within(*check)], capture_output=True)

    assert (kind, serving.returncode, nobody_serves.returncode) == ("CMD", 0, 1)
