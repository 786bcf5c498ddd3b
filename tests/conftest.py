"""What all tests share: one PostgreSQL, and registers being served on both databases."""

import os
from collections.abc import Iterator

import hypothesis
import pytest

from app.settings import Settings
from tests import postgres
from tests.serving import REAL_SEED, SMALL_SEED, Served, loaded, postgres_settings, serving, sqlite_settings

# The same examples each time, and few enough; no deadline, for the machine may have other work.
hypothesis.settings.register_profile(
    "citypact", derandomize=True, max_examples=60, deadline=None, database=None, print_blob=False
)
hypothesis.settings.load_profile("citypact")

DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a superuser of a real PostgreSQL."""
    with postgres.server() as url:
        yield url


@pytest.fixture(scope="session", params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database; a test that asks for it runs on each."""
    return str(request.param)


def settings_for(request: pytest.FixtureRequest, database: str, name: str) -> Settings:
    """Settings for a new register of the small or the real seeds."""
    seed = {"small": SMALL_SEED, "real": REAL_SEED}[name.split("_")[0]]
    if database == "sqlite":
        return sqlite_settings(request.getfixturevalue("tmp_path_factory").mktemp(name), seed)
    return postgres_settings(request.getfixturevalue("postgres_url"), f"test_{name}_{os.getpid()}", seed)


@pytest.fixture(scope="session")
def small(request: pytest.FixtureRequest, database: str) -> Iterator[Served]:
    """The small seeds of tests/seed, served."""
    with serving(loaded(settings_for(request, database, "small"))) as served:
        yield served


@pytest.fixture(scope="session")
def real(request: pytest.FixtureRequest, database: str) -> Iterator[Served]:
    """The seeds of seed/, served."""
    with serving(loaded(settings_for(request, database, "real"))) as served:
        yield served


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With CITYPACT_TEST_ALL=1 (`make test-all`) a skipped test is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CITYPACT_TEST_ALL") and reporter and reporter.stats.get("skipped"):
        reporter.write_line("\nCITYPACT_TEST_ALL is set, but tests were skipped.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
