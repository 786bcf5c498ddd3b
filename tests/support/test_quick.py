"""A quick test starts no program, so that `make test-quick` stays quick."""

import subprocess

import pytest


def test_a_program_needs_the_marker() -> None:
    with pytest.raises(RuntimeError, match=r"test_a_program_needs_the_marker starts a program, so mark it"):
        subprocess.run(["true"], check=True)


@pytest.mark.slow
def test_with_the_marker_it_starts() -> None:
    assert subprocess.run(["true"], check=False).returncode == 0


def test_postgresql_marks_a_test(request: pytest.FixtureRequest, database: str) -> None:
    assert (request.node.get_closest_marker("slow") is not None) == (database == "postgresql")
