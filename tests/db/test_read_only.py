"""The connections of the service cannot write, even after they switch their restrictions off."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy.exc import SQLAlchemyError

from app.db.register import Register
from tests.conftest import settings_for
from tests.support.serving import loaded

SQLITE_WRITES = [
    "INSERT INTO topic VALUES ('new', 'new')",
    "UPDATE topic SET label = 'new'",
    "DELETE FROM topic",
    "CREATE TABLE mine (id text)",
    "CREATE TEMP TABLE mine (id text)",
    "DROP TABLE topic",
    "ALTER TABLE topic ADD COLUMN mine text",
    "CREATE INDEX mine ON topic (label)",
    "CREATE TRIGGER mine AFTER INSERT ON topic BEGIN DELETE FROM topic; END",
    "VACUUM",
    "VACUUM INTO '{folder}/copy.db'",
    "ATTACH '{folder}/other.db' AS other",
    "REINDEX",
    "PRAGMA user_version = 7",
]
UNLOCKS = ["SELECT 'no change'", "PRAGMA query_only = OFF", "PRAGMA writable_schema = ON"]
POSTGRES_WRITES = [
    "INSERT INTO topic VALUES ('new', 'new')",
    "UPDATE topic SET label = 'new'",
    "DELETE FROM topic",
    "TRUNCATE topic",
    "CREATE TABLE mine (id text)",
    "CREATE TEMPORARY TABLE mine (id text)",
    "SELECT * INTO TEMPORARY mine FROM topic",
    "DROP TABLE topic",
    "ALTER TABLE topic ADD COLUMN mine text",
    "CREATE INDEX mine ON topic (label)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "ALTER ROLE citypact_reader SUPERUSER",
    "COPY topic TO '/tmp/mine'",
    "COPY topic TO PROGRAM 'true'",
    "CREATE ROLE mine",
    "SELECT * FROM topic FOR UPDATE",
    "SELECT lo_creat(-1)",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'mine')",
    "SELECT lo_import('/etc/passwd')",
]


@pytest.mark.parametrize("unlock", UNLOCKS)
@pytest.mark.parametrize("write", SQLITE_WRITES)
def test_no_statement_writes_to_a_sqlite_file(small_sqlite: Register, tmp_path: Path, write: str, unlock: str) -> None:
    with small_sqlite.release().engine.connect() as connection:
        with suppress(SQLAlchemyError):
            connection.exec_driver_sql(unlock)
        with pytest.raises(SQLAlchemyError):
            connection.exec_driver_sql(write.format(folder=tmp_path))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("unlock", [False, True], ids=["read-only", "read-only switched off"])
@pytest.mark.parametrize("write", POSTGRES_WRITES)
def test_no_statement_writes_to_a_postgresql_database(small_postgres: Register, write: str, unlock: bool) -> None:
    engine = small_postgres.release().engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if unlock:
            connection.exec_driver_sql("SET default_transaction_read_only = off")
        with pytest.raises(SQLAlchemyError, match=r"permission denied|read-only transaction|must be owner"):
            connection.exec_driver_sql(write)
        connection.invalidate()


def register_of(request: pytest.FixtureRequest, database: str) -> Register:
    return Register(loaded(settings_for(request, database, f"small_writes_{database}")))


@pytest.fixture(scope="module")
def small_sqlite(request: pytest.FixtureRequest) -> Iterator[Register]:
    register = register_of(request, "sqlite")
    yield register
    register.close()


@pytest.fixture(scope="module")
def small_postgres(request: pytest.FixtureRequest) -> Iterator[Register]:
    register = register_of(request, "postgresql")
    yield register
    register.close()
