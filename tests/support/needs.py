"""What a test needs beyond what pip brings: `make test` skips it, `make test-all` installs it and runs it."""

import os
import shutil
from pathlib import Path

import pytest

needs_time = pytest.mark.skipif(
    not {"CITYPACT_TEST_ALL", "CITYPACT_FAULTS"} & set(os.environ),
    reason="takes minutes; `make test-all` and `make faults` run it",
)


def needs(*programs: str | Path) -> None:
    """Skips the test outside of `make test-all`; there, a program that is missing fails it."""
    named = ", ".join(Path(program).name for program in programs)
    if not os.environ.get("CITYPACT_TEST_ALL"):
        pytest.skip(f"needs {named}; `make test-all` installs it and runs this")
    if missing := [str(program) for program in programs if not (shutil.which(program) or Path(program).exists())]:
        pytest.fail(f"{', '.join(missing)} is not installed")
