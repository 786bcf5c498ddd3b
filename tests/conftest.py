"""What all tests share: one PostgreSQL, and registers being served on both databases."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from app.settings import Settings
from tests.support import postgres, processes
from tests.support.serving import REAL_SEED, SMALL_SEED, Served, loaded, postgres_settings, serving, sqlite_settings

# The same examples each time, and few enough; no deadline, for the machine may have other work.
hypothesis.settings.register_profile(
    "citypact", derandomize=True, max_examples=60, deadline=None, database=None, print_blob=False
)
hypothesis.settings.load_profile("citypact")

DATABASES = ("sqlite", "postgresql")
pytest_plugins = ["tests.support.quick"]

os.umask(0o022)  # what tests write is read by servers that run as another user


@pytest.fixture(scope="session", autouse=True)
def _no_process_is_left() -> Iterator[None]:
    """Fails if a process of these tests is still there when all that they share has been stopped."""
    processes.mark_new_processes()
    yield
    assert processes.leftover_processes(re.compile("")) == []


@pytest.fixture(scope="module", autouse=True)
def _no_server_is_left(_no_process_is_left: None) -> Iterator[None]:
    """Fails if a server of a module's tests is still there after the last of them."""
    yield
    assert processes.leftover_processes(processes.SERVER) == []


def folder_for(request: pytest.FixtureRequest) -> Path:
    """A folder that every user can look into, for servers run as nobody; removed with the fixture that asks for it."""
    folder = Path(tempfile.mkdtemp(prefix="citypact-test-"))
    folder.chmod(0o755)
    request.addfinalizer(lambda: shutil.rmtree(folder, ignore_errors=True))
    return folder


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest) -> Path:
    """Such a folder."""
    return folder_for(request)


@pytest.fixture(autouse=True)
def _own_environment() -> Iterator[None]:
    """Takes back what a verb that ran in this process has set for its workers."""
    before = dict(os.environ)
    yield
    for name in os.environ.keys() - before.keys():
        del os.environ[name]


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
        return sqlite_settings(folder_for(request), seed)
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
