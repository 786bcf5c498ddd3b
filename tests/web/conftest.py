"""Fixtures of the tests of pages: registers being served, a browser, and a web server that embeds them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import make_url

from tests.support.needs import needs
from tests.support.serving import REAL_SEED, Served, loaded, serving, sqlite_settings
from tests.web import generated_seeds
from tests.web.browser import PROGRAM, launch_chromium
from tests.web.host_server import HostServer, serve_host_pages


@pytest.fixture(scope="session")
def real_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The seeds of seed/, on SQLite alone: how a page looks does not depend on the database."""
    with serving(loaded(sqlite_settings(tmp_path_factory.mktemp("pages"), REAL_SEED))) as served:
        yield served


@pytest.fixture(scope="session")
def long_names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Two hundred agreements between places with names of 80 letters without a space."""
    folder = tmp_path_factory.mktemp("long_names")
    with serving(loaded(sqlite_settings(folder, generated_seeds.write_long_names(folder / "seed")))) as served:
        yield served


@pytest.fixture(scope="session")
def malicious(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A register whose texts attack the pages, and whose source has a `javascript:` URL that `check` would refuse."""
    folder = tmp_path_factory.mktemp("malicious")
    settings = loaded(sqlite_settings(folder, generated_seeds.write_malicious(folder / "seed")))
    file = Path(make_url(settings.database_url).database or "")
    urls = (generated_seeds.SAFE_URL, generated_seeds.SCRIPT_URL)
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        for column in ("body", "evidence"):
            database.execute(f"UPDATE rendition SET {column} = replace({column}, ?, ?)", urls)
    with serving(settings) as served:
        yield served


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium."""
    needs(PROGRAM)
    with launch_chromium() as launched:
        yield launched


@pytest.fixture(scope="session")
def host_server() -> Iterator[HostServer]:
    """A city's web server: another origin than that of the embeds."""
    with serve_host_pages() as host:
        yield host
