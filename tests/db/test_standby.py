"""Read replicas: a register is served from a primary and its standby, with several hosts in one URL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, make_url, text

from app.seeding.loading.load import load
from app.settings import Settings
from tests.support.commands import wait_until
from tests.support.postgres import new_server
from tests.support.serving import SMALL_SEED, postgres_settings, serving
from tests.support.standby import PrimaryAndStandby, standby

pytestmark = pytest.mark.slow


@pytest.fixture
def replicated() -> Iterator[tuple[Settings, PrimaryAndStandby]]:
    """A register on a primary that a standby follows."""
    with new_server() as url:
        settings = postgres_settings(url, "replicated", SMALL_SEED)
        load(settings)
        with standby(url) as cluster:
            yield settings, cluster


def read_from(settings: Settings, *hosts: Path) -> Settings:
    """The same settings, but the register is read from these hosts, in order of preference."""
    url = make_url(settings.database_url).set(query={"host": tuple(map(str, hosts))})
    return settings.model_copy(update={"database_url": url.render_as_string(hide_password=False)})


def test_the_standby_is_read_when_the_primary_has_stopped(replicated: tuple[Settings, PrimaryAndStandby]) -> None:
    settings, cluster = replicated
    with serving(read_from(settings, cluster.primary, cluster.standby)) as served:
        before = served.get("/agreements").json()
        cluster.stop_primary()
        served.cache.clear()
        wait_until(lambda: served.get("/readyz").status_code == 200)

        assert served.get("/agreements").json() == before


def test_a_load_on_the_primary_is_served_from_the_standby(
    replicated: tuple[Settings, PrimaryAndStandby], tmp_path: Path
) -> None:
    settings, cluster = replicated
    with serving(read_from(settings, cluster.standby)) as served:
        before = served.get("/readyz").json()["data_version"]
        seed = tmp_path / "seed"
        (seed / "sources").mkdir(parents=True)
        for path in SMALL_SEED.rglob("*.yaml"):
            text = path.read_text()
            (seed / path.relative_to(SMALL_SEED)).write_text(f"# A comment changes the version.\n{text}")
        loaded = load(settings.model_copy(update={"seed_dir": str(seed)}))
        wait_until(lambda: served.get("/readyz").json().get("data_version") == loaded.version)

        assert before != loaded.version
        assert served.get("/readyz").json() == {"status": "ok", "data_version": loaded.version}


def test_a_standby_must_authenticate_with_a_password(replicated: tuple[Settings, PrimaryAndStandby]) -> None:
    settings, _ = replicated
    superuser = make_url(str(settings.owner_url)).set(username="postgres", database="postgres")
    with create_engine(superuser, poolclass=NullPool).connect() as connection:
        rules = text("SELECT type, database, user_name, address, auth_method, error FROM pg_hba_file_rules")
        added = [row for row in connection.execute(rules).all() if row.user_name == ["citypact_standby"]]

    assert added == [("host", ["replication"], ["citypact_standby"], "samenet", "scram-sha-256", None)]
