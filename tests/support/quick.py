"""The marker `slow`, of tests that start a program (a server, PostgreSQL, a browser) or take more than a second.

`make test-quick` leaves them out. A test that starts a program without the marker fails, unless a fixture says it.
"""

import sys

import pytest

STARTING = {"postgres_url", "browser"}  # fixtures that start a program


class Guard:
    """Refuses to start a program for a test that is not marked."""

    def __init__(self) -> None:
        self.quick: str | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Guards from the first fixture of a test on."""
        self.quick = None if item.get_closest_marker("slow") else item.nodeid

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self) -> None:
        """Guards no more: what other tests share may be stopped after any of them."""
        self.quick = None

    def audit(self, event: str, _: object) -> None:
        """An audit hook of Python."""
        if event == "subprocess.Popen" and self.quick:
            raise RuntimeError(f"{self.quick} starts a program, so mark it: @pytest.mark.slow")


def pytest_configure(config: pytest.Config) -> None:
    """Adds the guard, for as long as the process lives."""
    guard = Guard()
    config.pluginmanager.register(guard)
    sys.addaudithook(guard.audit)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks those whose fixtures start a program, before `-m` selects."""
    for item in items:
        if isinstance(item, pytest.Function) and starts_program(item):
            item.add_marker("slow")


def starts_program(test: pytest.Function) -> bool:
    """Whether one of its fixtures does, or it runs on PostgreSQL."""
    parameters = test.callspec.params.values() if hasattr(test, "callspec") else ()
    return not STARTING.isdisjoint(test.fixturenames) or "postgresql" in parameters
