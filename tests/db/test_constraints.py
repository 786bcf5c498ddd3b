"""The database itself refuses bad rows, on SQLite and on PostgreSQL."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, ForeignKeyConstraint, Integer, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from app.db import schema
from tests.db.rows import GOOD, TABLES, bad_rows, checks
from tests.support.serving import SMALL_SEED, postgres_settings


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A connection to a database at head with the good rows in it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('filled')}/filled.db"
    else:
        superuser = request.getfixturevalue("postgres_url")
        url = str(postgres_settings(superuser, f"test_filled_{os.getpid()}", SMALL_SEED).owner_url)
    engine = create_engine(url)
    if request.param == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys = ON"))
    with engine.connect() as connection:
        schema.upgrade(connection)
        for table, row in GOOD.items():
            insert(connection, table, row)
        connection.commit()
        yield connection
    engine.dispose()


def insert(connection: Connection, table: str, row: dict[str, Any]) -> None:
    """Inserts a row past SQLAlchemy's own checks."""
    columns = ", ".join(row)
    connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({', '.join(f':{name}' for name in row)})"), row)


def refused(connection: Connection, table: str, changes: dict[str, Any]) -> str:
    """What the database says to the good row of a table, so changed; empty if it takes it."""
    keys = [column.name for column in TABLES[table].primary_key if not column.foreign_keys]
    keys += ["id"] if "id" in GOOD[table] and table != "topic" else []
    other = {name: 77 if isinstance(GOOD[table][name], int) else f"other-{GOOD[table][name]}" for name in keys}
    other |= {"kind": GOOD[table]["kind"]} if table == "place_name" else {}
    try:
        insert(connection, table, {**GOOD[table], **other, **changes})
    except DBAPIError as error:
        return str(error.orig)
    finally:
        connection.rollback()
    return ""


@pytest.mark.parametrize(("table", "constraint", "changes"), list(bad_rows()))
def test_the_database_refuses_a_bad_row(
    filled: Connection, table: str, constraint: str, changes: dict[str, Any]
) -> None:
    assert constraint in refused(filled, table, changes)


@pytest.mark.parametrize("table", ["place", "source", "topic", "indicator", "agreement", "delegation", "observation"])
def test_the_database_takes_the_good_row_that_the_bad_ones_are_made_of(filled: Connection, table: str) -> None:
    assert refused(filled, table, {}) == ""


def test_every_check_has_a_row_that_it_refuses() -> None:
    tried = {(case.values[0], case.values[1]) for case in bad_rows()}

    assert tried == {(table, name) for table in TABLES for name in checks(table)}


@pytest.mark.parametrize("table", GOOD)
def test_the_database_refuses_the_same_row_twice(filled: Connection, table: str) -> None:
    try:
        with pytest.raises(DBAPIError, match=r"(?i)unique"):
            insert(filled, table, GOOD[table])
    finally:
        filled.rollback()


def references() -> list[tuple[str, str]]:
    return [
        (table.name, key.column_keys[0])
        for table in TABLES.values()
        for key in table.constraints
        if isinstance(key, ForeignKeyConstraint)
    ]


@pytest.mark.parametrize(("table", "column"), sorted(references()))
def test_the_database_refuses_a_reference_to_nothing(filled: Connection, table: str, column: str) -> None:
    owned = table in ("topic_use", "evidence") and column not in ("source_id", "topic_id")
    unowned = {"agreement_id": None} if owned else {}
    companions = {
        "location_id": {"location_basis": "stated"},
        "term": {"name": "Ana"} if table == "participant" else {},
    }
    nothing = 99 if isinstance(TABLES[table].columns[column].type, Integer) else "nothing"
    changes = {**unowned, **companions.get(column, {}), column: nothing}

    assert "foreign key" in refused(filled, table, changes).lower()


def test_the_database_refuses_a_wrong_copy_of_a_country(filled: Connection) -> None:
    insert_other = {**GOOD["agreement_party"], "country_code": "FR"}
    filled.execute(text("DELETE FROM agreement_party"))

    assert "foreign key" in failure(filled, "agreement_party", insert_other).lower()


def failure(connection: Connection, table: str, row: dict[str, Any]) -> str:
    try:
        insert(connection, table, row)
    except DBAPIError as error:
        return str(error.orig)
    finally:
        connection.rollback()
    return ""


def test_the_database_refuses_what_is_no_number(filled: Connection) -> None:
    """SQLite keeps NaN as NULL, which the relation then contradicts."""
    assert "ck_observation_" in refused(filled, "observation", {"value": float("nan")})


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (table.name, column.name)
        for table in TABLES.values()
        for column in table.columns
        if not column.nullable and column.name != "number"  # SQLite numbers by itself
    ],
)
def test_the_database_refuses_a_row_without_what_it_needs(filled: Connection, table: str, column: str) -> None:
    assert "null" in failure(filled, table, {**GOOD[table], column: None}).lower()
