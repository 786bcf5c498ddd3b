"""Bulk loading: its tables and indexes are those of the migrations, its rows the same in one process and in two."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import IntegrityError

from app.db import models
from app.db.backends import NotReady
from app.db.register import Register
from app.enums import NameKind
from app.seeding.loading.bulk_insert import deferred_indexes, insert_rows
from app.seeding.loading.derived_links import insert_derived_links
from app.seeding.loading.load import build_release
from app.seeding.loading.release_targets import release_target
from app.seeding.rendering.rows import row_of
from app.settings import Settings
from tests.benchmark.register import InventedRegister
from tests.support.serving import SMALL_SEED, postgres_settings, sqlite_settings


@pytest.fixture
def settings(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> Settings:
    if database == "sqlite":
        return sqlite_settings(tmp_path, SMALL_SEED)
    return postgres_settings(request.getfixturevalue("postgres_url"), "test_bulk_insert", SMALL_SEED)


INDEX_NAMES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE name LIKE 'ix@_%' ESCAPE '@'",
    "postgresql": "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND indexname LIKE 'ix@_%' "
    "ESCAPE '@' UNION SELECT conname FROM pg_constraint WHERE contype = 'f' "
    "AND connamespace = current_schema()::regnamespace",
}


def index_names(connection: Connection) -> set[str]:
    """The indexes of the database, and on PostgreSQL its foreign keys."""
    return set(connection.scalars(text(INDEX_NAMES[connection.dialect.name])))


@pytest.mark.slow
def test_indexes_and_foreign_keys_are_missing_during_the_load_and_there_after_it(
    settings: Settings, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    during: list[set[str]] = []

    def record_index_names(connection: Connection) -> None:
        during.append(index_names(connection))
        insert_derived_links(connection)

    monkeypatch.setattr("app.seeding.loading.load.insert_derived_links", record_index_names)
    tables = models.metadata.sorted_tables
    expected = {str(index.name) for table in tables for index in table.indexes if not index.unique}
    if database == "postgresql":
        expected |= {str(foreign_key.name) for table in tables for foreign_key in table.foreign_key_constraints}
    with release_target(settings) as connection:
        build_release(connection, InventedRegister(20), "version")
    register = Register(settings)
    with register.release().engine.connect() as connection:
        after = index_names(connection)
    register.close()

    assert (during, after) == ([set()], expected)


COUNT_PLAN = text("EXPLAIN (ANALYZE) SELECT count(*) FROM evidence_place WHERE country_code = 'VN' AND NOT repeated")


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_postgresql_counts_by_an_index_only_scan_without_heap_fetches(settings: Settings) -> None:
    with release_target(settings) as connection:
        build_release(connection, InventedRegister(20), "version")
    register = Register(settings)
    with register.release().engine.connect() as connection:
        connection.execute(text("SET enable_seqscan = off"))
        plan = "\n".join(connection.scalars(COUNT_PLAN))
    register.close()

    assert "Index Only Scan" in plan
    assert "Heap Fetches: 0" in plan


def loaded_rows(register: InventedRegister, file: Path) -> dict[str, list[Any]]:
    """Load a register and read every row back, except that of the release."""
    with release_target(Settings(database_url=f"sqlite:///{file}")) as connection:
        build_release(connection, register, "version")
        tables = [table for table in models.metadata.sorted_tables if table.name != "release"]
        return {table.name: sorted(connection.execute(select(table)).all(), key=repr) for table in tables}


@pytest.mark.slow
def test_two_processes_load_the_same_rows_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register = InventedRegister(300)
    in_one_process = loaded_rows(register, tmp_path / "one.db")
    monkeypatch.setattr("app.seeding.rendering.register.PARALLEL_THRESHOLD", 0)

    assert loaded_rows(register, tmp_path / "two.db") == in_one_process
    assert len(in_one_process["observation"]) == 3000


def test_a_row_with_a_dangling_foreign_key_is_refused(settings: Settings) -> None:
    name = row_of(models.PlaceName, place_id="nowhere", kind=NameKind.native, name="Nowhere", folded="nowhere")

    with pytest.raises(IntegrityError), release_target(settings) as connection, deferred_indexes(connection):
        insert_rows(connection, [name])

    register = Register(settings)
    with pytest.raises(NotReady):
        register.release()
    register.close()
