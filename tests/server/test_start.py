"""A worker that cannot start ends the service at once, with a code that says so, also with several workers."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.commands import environment
from tests.support.serving import ROOT, SMALL_SEED, free_port, loaded, sqlite_settings

pytestmark = pytest.mark.slow

# What only a worker reads is wrong, so that the checks before it find nothing.
SERVE = """
import os
from app.errors import OperatorError
from app.server.run import serve
from app.settings import Settings

settings = Settings()
os.environ["CITYPACT_MAX_AGE"] = "never"
try:
    serve(settings)
except OperatorError as error:
    raise SystemExit(str(error))
"""


@pytest.mark.parametrize(("workers", "code"), [(1, 3), (2, 1)])
def test_a_worker_that_cannot_start(tmp_path: Path, workers: int, code: int) -> None:
    settings = loaded(sqlite_settings(tmp_path, SMALL_SEED)).model_copy(
        update={"workers": workers, "port": free_port()}
    )
    done = subprocess.run(
        [sys.executable, "-c", SERVE], env=environment(settings), cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    logged = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]

    assert done.returncode == code
    assert "cannot start" in {line["message"] for line in logged}
    assert done.stderr.endswith("A worker could not start; the log says why.\n") == (workers > 1)
