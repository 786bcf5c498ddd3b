"""What a load leaves behind is what the migrations make, however it was filled."""

from contextlib import closing
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
from app.seeding.rendering.disk_multimap import DiskMultimap
from app.seeding.rendering.rows import row_of
from app.settings import Settings
from tests.benchmark.register import InventedRegister
from tests.support.serving import SMALL_SEED, postgres_settings, sqlite_settings


@pytest.fixture
def settings(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> Settings:
    if database == "sqlite":
        return sqlite_settings(tmp_path, SMALL_SEED)
    return postgres_settings(request.getfixturevalue("postgres_url"), "test_filling", SMALL_SEED)


NAMES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE name LIKE 'ix@_%' ESCAPE '@'",
    "postgresql": "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND indexname LIKE 'ix@_%' "
    "ESCAPE '@' UNION SELECT conname FROM pg_constraint WHERE contype = 'f' "
    "AND connamespace = current_schema()::regnamespace",
}


def names(connection: Connection) -> set[str]:
    return set(connection.scalars(text(NAMES[connection.dialect.name])))


@pytest.mark.slow
def test_indexes_and_references_are_there_in_the_end(
    settings: Settings, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before: list[set[str]] = []

    def linked(connection: Connection) -> None:
        before.append(names(connection))
        insert_derived_links(connection)

    monkeypatch.setattr("app.seeding.loading.load.insert_derived_links", linked)
    tables = models.metadata.sorted_tables
    expected = {str(index.name) for table in tables for index in table.indexes if not index.unique}
    if database == "postgresql":
        expected |= {str(reference.name) for table in tables for reference in table.foreign_key_constraints}
    with release_target(settings) as connection:
        build_release(connection, InventedRegister(20), "version")
    register = Register(settings)
    with register.release().engine.connect() as connection:
        after = names(connection)
    register.close()

    assert (before, after) == ([set()], expected)


COUNTED = text("EXPLAIN (ANALYZE) SELECT count(*) FROM evidence_place WHERE country_code = 'VN' AND NOT repeated")


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_postgresql_counts_by_an_index_without_a_look_into_the_rows(settings: Settings) -> None:
    with release_target(settings) as connection:
        build_release(connection, InventedRegister(20), "version")
    register = Register(settings)
    with register.release().engine.connect() as connection:
        connection.execute(text("SET enable_seqscan = off"))
        plan = "\n".join(connection.scalars(COUNTED))
    register.close()

    assert "Index Only Scan" in plan
    assert "Heap Fetches: 0" in plan


def written(register: InventedRegister, file: Path) -> dict[str, list[Any]]:
    """Every row of a register, but of the release."""
    with release_target(Settings(database_url=f"sqlite:///{file}")) as connection:
        build_release(connection, register, "version")
        tables = [table for table in models.metadata.sorted_tables if table.name != "release"]
        return {table.name: sorted(connection.execute(select(table)).all(), key=repr) for table in tables}


@pytest.mark.slow
def test_two_processes_write_what_one_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register = InventedRegister(300)
    alone = written(register, tmp_path / "alone.db")
    monkeypatch.setattr("app.seeding.rendering.register.PARALLEL_THRESHOLD", 0)

    assert written(register, tmp_path / "together.db") == alone
    assert len(alone["observation"]) == 3000


def test_values_are_grouped_by_key_in_order() -> None:
    with closing(DiskMultimap()) as grouped:
        grouped.add([("b", "2"), ("a", "3"), ("b", "1"), ("b", "2")])

        assert [grouped[key] for key in ("a", "b", "c")] == [["3"], ["1", "2"], []]


def test_a_row_that_refers_to_nothing_is_refused(settings: Settings) -> None:
    name = row_of(models.PlaceName, place_id="nowhere", kind=NameKind.native, name="Nowhere", folded="nowhere")

    with pytest.raises(IntegrityError), release_target(settings) as connection, deferred_indexes(connection):
        insert_rows(connection, [name])

    register = Register(settings)
    with pytest.raises(NotReady):
        register.release()
    register.close()
