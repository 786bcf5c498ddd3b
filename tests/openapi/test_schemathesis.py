"""Requests that Schemathesis generates from the OpenAPI document: each response is as documented, and none a 500."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.serving import Served

pytestmark = pytest.mark.slow

CONFIG = Path(__file__).parent / "schemathesis.toml"
# The number of requests for each operation and phase, and the least number in all. `make test-all` sends more, and
# a few to PostgreSQL, too: other tests show that responses are the same on both databases.
QUICK, FULL = ("10", 1000), ("200", 5000)
CASES = [("sqlite", *FULL), ("postgresql", *QUICK)] if os.environ.get("CITYPACT_TEST_ALL") else [("sqlite", *QUICK)]


@pytest.mark.parametrize(("database", "examples", "min_requests"), CASES, indirect=["database"], scope="session")
def test_every_response_is_documented(real: Served, examples: str, min_requests: int, tmp_path: Path) -> None:
    address = real.settings.base_url
    options = [
        f"--config-file={CONFIG}",
        "run",
        f"{address}/openapi.json",
        "--checks=all",
        f"--max-examples={examples}",
    ]
    reproducible = ["--seed=1", "--generation-database=none", "--no-color"]
    schemathesis = Path(sys.executable).parent / "schemathesis"
    run = subprocess.run(
        [schemathesis, *options, *reproducible], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stdout
    assert int(re.findall(r"(\d+) generated, \1 passed", run.stdout)[0]) >= min_requests
