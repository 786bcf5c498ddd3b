"""The database rejects invalid rows, on SQLite and on PostgreSQL."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, ForeignKeyConstraint, Integer, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from app.db import schema
from tests.db.rows import TABLES, VALID, checks, invalid_rows
from tests.support.serving import SMALL_SEED, postgres_settings


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A connection to a database at the head revision that holds the valid rows."""
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
        for table, row in VALID.items():
            insert(connection, table, row)
        connection.commit()
        yield connection
    engine.dispose()


def insert(connection: Connection, table: str, row: dict[str, Any]) -> None:
    """Inserts a row past SQLAlchemy's own checks."""
    columns = ", ".join(row)
    connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({', '.join(f':{name}' for name in row)})"), row)


def insert_error(connection: Connection, table: str, row: dict[str, Any]) -> str:
    """The database's error when this row is inserted; empty if there is none. The row is rolled back."""
    try:
        insert(connection, table, row)
    except DBAPIError as error:
        return str(error.orig)
    finally:
        connection.rollback()
    return ""


def change_error(connection: Connection, table: str, changes: dict[str, Any]) -> str:
    """The database's error when a second valid row, with these changes, is inserted; empty if there is none."""
    keys = [column.name for column in TABLES[table].primary_key if not column.foreign_keys]
    keys += ["id"] if "id" in VALID[table] and table != "topic" else []
    other = {name: 77 if isinstance(VALID[table][name], int) else f"other-{VALID[table][name]}" for name in keys}
    other |= {"kind": VALID[table]["kind"]} if table == "place_name" else {}
    return insert_error(connection, table, {**VALID[table], **other, **changes})


@pytest.mark.parametrize(("table", "constraint", "changes"), list(invalid_rows()))
def test_an_invalid_row_is_rejected_by_its_constraint(
    filled: Connection, table: str, constraint: str, changes: dict[str, Any]
) -> None:
    assert constraint in change_error(filled, table, changes)


@pytest.mark.parametrize("table", ["place", "source", "topic", "indicator", "agreement", "delegation", "observation"])
def test_the_row_that_invalid_rows_are_made_of_is_accepted(filled: Connection, table: str) -> None:
    assert change_error(filled, table, {}) == ""


def test_every_check_has_a_row_that_it_rejects() -> None:
    tested = {(case.values[0], case.values[1]) for case in invalid_rows()}

    assert tested == {(table, name) for table in TABLES for name in checks(table)}


@pytest.mark.parametrize("table", VALID)
def test_a_duplicate_row_is_rejected(filled: Connection, table: str) -> None:
    assert "unique" in insert_error(filled, table, VALID[table]).lower()


def references() -> list[tuple[str, str]]:
    """The first column of each foreign key, with its table."""
    return [
        (table.name, key.column_keys[0])
        for table in TABLES.values()
        for key in table.constraints
        if isinstance(key, ForeignKeyConstraint)
    ]


@pytest.mark.parametrize(("table", "column"), sorted(references()))
def test_a_reference_to_a_missing_row_is_rejected(filled: Connection, table: str, column: str) -> None:
    has_subject = table in ("topic_use", "evidence") and column not in ("source_id", "topic_id")
    no_subject = {"agreement_id": None} if has_subject else {}
    companions = {
        "location_id": {"location_basis": "stated"},
        "term": {"name": "Ana"} if table == "participant" else {},
    }
    missing = 99 if isinstance(TABLES[table].columns[column].type, Integer) else "missing"
    changes = {**no_subject, **companions.get(column, {}), column: missing}

    assert "foreign key" in change_error(filled, table, changes).lower()


def test_a_wrong_copy_of_a_country_code_is_rejected(filled: Connection) -> None:
    row = {**VALID["agreement_party"], "country_code": "FR"}
    filled.execute(text("DELETE FROM agreement_party"))

    assert "foreign key" in insert_error(filled, "agreement_party", row).lower()


def test_nan_is_rejected(filled: Connection) -> None:
    """SQLite stores NaN as NULL, which contradicts the relation (https://sqlite.org/c3ref/bind_blob.html)."""
    assert "ck_observation_" in change_error(filled, "observation", {"value": float("nan")})


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (table.name, column.name)
        for table in TABLES.values()
        for column in table.columns
        if not column.nullable and column.name != "number"  # SQLite assigns it
    ],
)
def test_null_in_a_required_column_is_rejected(filled: Connection, table: str, column: str) -> None:
    assert "null" in insert_error(filled, table, {**VALID[table], column: None}).lower()
