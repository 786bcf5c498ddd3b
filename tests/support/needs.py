"""Skips tests that need minutes, or programs that pip does not install; `make test-all` installs and runs all."""

import os
import shutil
from pathlib import Path

import pytest

needs_time = pytest.mark.skipif(
    not {"CITYPACT_TEST_ALL", "CITYPACT_FAULTS"} & set(os.environ),
    reason="takes minutes; `make test-all` and `make faults` run it",
)


def needs(*programs: str | Path) -> None:
    """Skip the test, but under `make test-all` run it, or fail it if one of these programs is missing."""
    names = ", ".join(Path(program).name for program in programs)
    if not os.environ.get("CITYPACT_TEST_ALL"):
        pytest.skip(f"needs {names}; `make test-all` installs it and runs this")
    if missing := [str(program) for program in programs if not (shutil.which(program) or Path(program).exists())]:
        pytest.fail(f"{', '.join(missing)} is not installed")
