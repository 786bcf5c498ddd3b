"""Only tests that are marked as slow start programs, so that `make test-quick` stays quick."""

import subprocess

import pytest


def test_a_program_in_an_unmarked_test_is_refused() -> None:
    with pytest.raises(
        RuntimeError, match=r"test_a_program_in_an_unmarked_test_is_refused starts a program, so mark it"
    ):
        subprocess.run(["true"], check=True)


@pytest.mark.slow
def test_a_program_in_a_marked_test_starts() -> None:
    assert subprocess.run(["true"], check=False).returncode == 0


def test_a_test_on_postgresql_is_marked(request: pytest.FixtureRequest, database: str) -> None:
    assert (request.node.get_closest_marker("slow") is not None) == (database == "postgresql")
