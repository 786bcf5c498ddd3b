"""Requests made from the OpenAPI document: each is answered as documented, and none with a fault."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.serving import Served

pytestmark = pytest.mark.slow

CONFIG = Path(__file__).parent / "schemathesis.toml"
# How many requests each operation gets in a phase, and how many there are at least in all. `make test-all` has the time
# for more, and for a few on PostgreSQL: what both databases answer is the same, which other tests see to.
QUICK, FULL = ("10", 1000), ("200", 5000)
CASES = [("sqlite", *FULL), ("postgresql", *QUICK)] if os.environ.get("CITYPACT_TEST_ALL") else [("sqlite", *QUICK)]


@pytest.mark.parametrize(("database", "examples", "least"), CASES, indirect=["database"], scope="session")
def test_nothing_is_answered_that_is_not_documented(real: Served, examples: str, least: int, tmp_path: Path) -> None:
    address = real.settings.base_url
    options = [
        f"--config-file={CONFIG}",
        "run",
        f"{address}/openapi.json",
        "--checks=all",
        f"--max-examples={examples}",
    ]
    steady = ["--seed=1", "--generation-database=none", "--no-color"]
    schemathesis = Path(sys.executable).parent / "schemathesis"
    run = subprocess.run([schemathesis, *options, *steady], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stdout
    assert int(re.findall(r"(\d+) generated, \1 passed", run.stdout)[0]) >= least
