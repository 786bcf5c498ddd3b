"""The migrations make the tables of the models, on both databases."""

import warnings
from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import CheckConstraint, Connection, NullPool, create_engine, inspect, make_url, text

from app.api.prerendered import rendering_of
from app.db import models, schema
from app.db.models import metadata
from app.seeding.loading.load import build_release
from tests.benchmark.register import InventedRegister

pytestmark = pytest.mark.slow


@pytest.fixture
def empty(request: pytest.FixtureRequest, database: str) -> Iterator[Connection]:
    """A connection to an empty database."""
    if database == "sqlite":
        url = make_url(f"sqlite:///{request.getfixturevalue('tmp_path')}/empty.db")
    else:
        superuser = make_url(request.getfixturevalue("postgres_url"))
        url = superuser.set(database="test_migrations")
        server = create_engine(superuser, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with server.connect() as connection:
            connection.execute(text("DROP DATABASE IF EXISTS test_migrations"))
            connection.execute(text("CREATE DATABASE test_migrations"))
    with create_engine(url, poolclass=NullPool).connect() as connection:
        yield connection


@pytest.fixture
def filled(empty: Connection) -> Connection:
    """A connection to a database with a small register."""
    with empty.begin():
        schema.upgrade(empty)
        build_release(empty, InventedRegister(20), "version")
    return empty


def test_head_is_what_the_models_say(empty: Connection) -> None:
    schema.upgrade(empty)
    schema.require_head(empty)
    with warnings.catch_warnings():
        # SQLite cannot tell what the expressions of an index were.
        warnings.filterwarnings("ignore", message=".*expression-based index")
        command.check(schema.configuration(empty))

    assert set(inspect(empty).get_table_names()) == {*metadata.tables, "alembic_version"}


def test_every_index_of_the_models_is_there(empty: Connection) -> None:
    schema.upgrade(empty)
    catalogue = (
        "SELECT name FROM sqlite_master WHERE type = 'index'"
        if empty.dialect.name == "sqlite"
        else "SELECT indexname FROM pg_indexes"
    )
    found = set(empty.execute(text(catalogue)).scalars())

    assert {str(index.name) for table in metadata.tables.values() for index in table.indexes} <= found


def test_every_check_of_the_models_is_there(empty: Connection) -> None:
    schema.upgrade(empty)

    found = {name: {check["name"] for check in inspect(empty).get_check_constraints(name)} for name in metadata.tables}
    assert found == {
        name: {check.name for check in table.constraints if isinstance(check, CheckConstraint)}
        for name, table in metadata.tables.items()
    }


def test_a_database_that_is_not_at_head_is_refused(empty: Connection) -> None:
    with pytest.raises(schema.WrongSchema, match=r"The database has schema none, this Citypact needs .*app load"):
        schema.require_head(empty)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_postgresql_goes_back_down(empty: Connection) -> None:
    schema.upgrade(empty)
    command.downgrade(schema.configuration(empty), "base")

    assert inspect(empty).get_table_names() == ["alembic_version"]


def test_participants_are_kept_by_number_as_they_were_by_id(filled: Connection) -> None:
    participants = text("SELECT record, position, side, place_id, name, term, titles, basis FROM participant")
    before = set(filled.execute(participants))
    command.downgrade(schema.configuration(filled), "20261121_first_tables")
    schema.upgrade(filled)

    assert set(filled.execute(participants)) == before != set()


def test_links_are_given_the_ends_of_their_dates(filled: Connection) -> None:
    tables = ("agreement_party", "delegation_place", "observation_place")
    links = [text(f"SELECT record, place_id, country_code, sort_key, sort_end FROM {table}") for table in tables]
    before = [set(filled.execute(link)) for link in links]
    command.downgrade(schema.configuration(filled), "20261122_participants_by_number")
    schema.upgrade(filled)

    assert [set(filled.execute(link)) for link in links] == before
    assert all(len({link.sort_end for link in found}) > 1 for found in before)


# Passages and sources of every kind that there is.
ODD = (
    """UPDATE evidence SET quote = '"đô-thị" \\ 대구', quote_end = quote_start + 13 WHERE agreement_id IS NOT NULL""",
    "UPDATE evidence SET basis = 'inferred', inferred = 'a\tyear', note = 'é', speaker = 'A – B' WHERE sort_key > '2'",
    "UPDATE evidence SET place_id = 'vn', about_source_id = NULL WHERE about_source_id = 'source-0'",
    "UPDATE evidence SET about_source_id = NULL WHERE about_source_id = 'source-1'",
    "UPDATE source SET url = url || '#top' WHERE id = 'source-0'",
    "UPDATE source SET url = NULL, url_basis = NULL WHERE id = 'source-1'",
)


def test_passages_are_rendered_again_as_they_are_sent(filled: Connection) -> None:
    assert all(filled.execute(text(change)).rowcount for change in ODD)
    kept = rendering_of(models.Evidence)
    sent = {row.id: kept.to_json(row) for row in filled.execute(kept.select_all(models.Evidence))}
    renditions = text("SELECT number, id, body, evidence FROM rendition")
    before = set(filled.execute(renditions))
    command.downgrade(schema.configuration(filled), "20261122_ends_in_links")

    assert {row.id: row.body for row in set(filled.execute(renditions)) - before} == sent != {}

    schema.upgrade(filled)

    assert set(filled.execute(renditions)) == before


def test_words_and_people_are_given_the_keys_that_their_records_are_listed_by(filled: Connection) -> None:
    found = [
        text("SELECT noun, subject, term, sort_key FROM mention"),
        text("SELECT record, term, sort_key FROM participant"),
    ]
    before = [set(filled.execute(links)) for links in found]
    command.downgrade(schema.configuration(filled), "20261122_passages_once")
    schema.upgrade(filled)

    assert [set(filled.execute(links)) for links in found] == before
    assert any(found.sort_key for found in before[1])
    assert {noun for noun, *_, key in before[0] if key} == {"agreement", "delegation", "source", "city", "indicator"}


def test_places_of_a_country_that_a_record_has_twice_are_marked(filled: Connection) -> None:
    tables = ("agreement_party", "delegation_place", "observation_place", "evidence_place")
    links = [text(f"SELECT record, place_id, country_code, repeated FROM {table}") for table in tables]
    before = [set(filled.execute(link)) for link in links]
    command.downgrade(schema.configuration(filled), "20261122_words_in_order")
    schema.upgrade(filled)

    assert [set(filled.execute(link)) for link in links] == before
    for found in before:
        once = [(link.record, link.country_code) for link in found if not link.repeated]
        assert len(once) == len(set(once)) == len({(link.record, link.country_code) for link in found})
    assert any(link.repeated for link in before[0])
