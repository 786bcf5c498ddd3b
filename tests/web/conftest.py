"""Registers for the tests of embeds, and a browser to look at them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import make_url

from tests.support.needs import needs
from tests.support.serving import REAL_SEED, Served, loaded, serving, sqlite_settings
from tests.web import chromium, seeds
from tests.web.host_pages import Host, hosting


@pytest.fixture(scope="session")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The seeds of seed/ on one database: what a page looks like does not depend on it."""
    with serving(loaded(sqlite_settings(tmp_path_factory.mktemp("pages"), REAL_SEED))) as served:
        yield served


@pytest.fixture(scope="session")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Two hundred agreements with names of 80 characters."""
    folder = tmp_path_factory.mktemp("crowded")
    with serving(loaded(sqlite_settings(folder, seeds.crowded(folder / "seed")))) as served:
        yield served


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A register that means harm, with addresses that no check of seeds would let pass."""
    folder = tmp_path_factory.mktemp("hostile")
    settings = loaded(sqlite_settings(folder, seeds.hostile(folder / "seed")))
    file = Path(make_url(settings.database_url).database or "")
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        for column in ("body", "evidence"):
            database.execute(
                f"UPDATE rendition SET {column} = replace({column}, ?, ?)", (seeds.SAFE_URL, seeds.SCRIPT_URL)
            )
    with serving(settings) as served:
        yield served


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium."""
    needs(chromium.PROGRAM)
    with chromium.chromium() as found:
        yield found


@pytest.fixture(scope="session")
def host() -> Iterator[Host]:
    """A city's web server: another origin."""
    with hosting() as found:
        yield found
