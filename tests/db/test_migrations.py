"""The migration creates the tables of the models on both databases, and a database with other tables is refused."""

import hashlib
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, NullPool, create_engine, inspect, make_url, text
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement

from app.db import schema
from app.db.models import metadata


def ddl_hash() -> str:
    """The first 12 hex digits of the SHA-256 of all CREATE statements for both databases, sorted."""
    dialects = [make_url(url).get_dialect()() for url in ("sqlite://", "postgresql+psycopg://")]
    statements: list[ExecutableDDLElement] = []
    for table in metadata.tables.values():
        statements += [CreateTable(table), *map(CreateIndex, table.indexes)]
    compiled = sorted(str(statement.compile(dialect=dialect)) for dialect in dialects for statement in statements)
    return hashlib.sha256("\n".join(compiled).encode()).hexdigest()[:12]


def test_the_revision_is_the_hash_of_the_ddl() -> None:
    expected = ddl_hash()

    assert schema.head() == expected, (
        f'The tables have changed: set revision = "{expected}" in migrations/versions/tables.py, '
        "so that databases with the old tables are refused."
    )


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
def migrated(empty: Connection) -> Connection:
    """A connection to a database at the head revision, without rows."""
    schema.upgrade(empty)
    return empty


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_the_migration_creates_the_tables_of_the_models(migrated: Connection) -> None:
    # Indexes are compared by name, below: SQLite does not report expressions and directions of their columns.
    options = {"include_object": lambda _object, _name, kind, *_: kind != "index"}
    context = MigrationContext.configure(migrated, opts=options)

    assert compare_metadata(context, metadata) == []
    assert set(inspect(migrated).get_table_names()) == {*metadata.tables, "alembic_version"}


@pytest.mark.slow
def test_the_migration_creates_the_indexes_of_the_models(migrated: Connection) -> None:
    catalog = (
        "SELECT name FROM sqlite_master WHERE type = 'index'"
        if migrated.dialect.name == "sqlite"
        else "SELECT indexname FROM pg_indexes"
    )
    created = set(migrated.execute(text(catalog)).scalars())

    assert {str(index.name) for table in metadata.tables.values() for index in table.indexes} <= created


@pytest.mark.slow
def test_the_migration_creates_the_checks_of_the_models(migrated: Connection) -> None:
    inspector = inspect(migrated)
    created = {name: {check["name"] for check in inspector.get_check_constraints(name)} for name in metadata.tables}

    assert created == {
        name: {check.name for check in table.constraints if isinstance(check, CheckConstraint)}
        for name, table in metadata.tables.items()
    }


@pytest.mark.slow
def test_a_database_at_the_head_revision_is_accepted(migrated: Connection) -> None:
    schema.require_head(migrated)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "revision"),
    [
        ("UPDATE alembic_version SET version_num = 'another'", "another"),
        ("DELETE FROM alembic_version", "none"),
        ("DROP TABLE alembic_version", "none"),
    ],
)
def test_a_database_at_another_revision_is_refused(migrated: Connection, change: str, revision: str) -> None:
    migrated.execute(text(change))

    with pytest.raises(schema.WrongSchema) as refused:
        schema.require_head(migrated)

    expected = f"The database has schema {revision}, this Citypact needs {schema.head()}; run: python -m app load"
    assert str(refused.value) == expected
