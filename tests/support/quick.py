"""Pytest plugin for the marker `slow`: tests that start a program (a server, a browser) or take more than a second.

`make test-quick` leaves them out. A test that starts a program and is not marked fails; tests on PostgreSQL, and those
with a fixture that starts a program, are marked automatically.
"""

import sys

import pytest

PROGRAM_FIXTURES = {"postgres_url", "browser"}  # fixtures that start a program


class ProcessGuard:
    """Raises if a test that is not marked as slow starts a program."""

    def __init__(self) -> None:
        self.quick_test: str | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Guard the test from its first fixture on."""
        self.quick_test = None if item.get_closest_marker("slow") else item.nodeid

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self) -> None:
        """Stop guarding: fixtures that tests share are torn down after any of them."""
        self.quick_test = None

    def audit(self, event: str, _: object) -> None:
        """Raise RuntimeError for a process started by a quick test; an audit hook (PEP 578)."""
        if event == "subprocess.Popen" and self.quick_test:
            raise RuntimeError(f"{self.quick_test} starts a program, so mark it: @pytest.mark.slow")


def pytest_configure(config: pytest.Config) -> None:
    """Install the guard; Python cannot remove an audit hook again."""
    guard = ProcessGuard()
    config.pluginmanager.register(guard)
    sys.addaudithook(guard.audit)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests whose fixtures start a program, before `-m` selects."""
    for item in items:
        if isinstance(item, pytest.Function) and starts_program(item):
            item.add_marker("slow")


def starts_program(test: pytest.Function) -> bool:
    """Return whether a fixture of the test starts a program, or the test runs on PostgreSQL."""
    parameters = test.callspec.params.values() if hasattr(test, "callspec") else ()
    return not PROGRAM_FIXTURES.isdisjoint(test.fixturenames) or "postgresql" in parameters
