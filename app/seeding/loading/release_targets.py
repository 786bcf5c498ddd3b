"""Where a load writes: a new SQLite file or a new PostgreSQL schema, beside the release that is being served.

Readers see all of it from one moment on, by a rename or a commit, or nothing.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import IntegrityError

from app.db import models, schema
from app.db.backends import NEWEST_SCHEMA_QUERY, SCHEMA_PREFIX, parse_database_url
from app.errors import OperatorError
from app.settings import Settings

LOAD_LOCK = 7_269_836  # key of the advisory lock: any number that all loads use


@contextmanager
def release_target(settings: Settings) -> Iterator[Connection]:
    """Connect to an empty database with all tables; it is served once the block has ended without an error."""
    url = parse_database_url(settings.load_url)
    with _TARGETS[url.get_backend_name()](settings, url) as connection:
        yield connection


@contextmanager
def _sqlite_target(_: Settings, url: URL) -> Iterator[Connection]:
    final = Path(url.database or "")
    final.parent.mkdir(parents=True, exist_ok=True)
    with _file_lock(final.with_name(f"{final.name}.lock")):
        new = final.with_name(f"{final.name}.new")
        new.unlink(missing_ok=True)
        engine = create_engine(url.set(database=str(new)), poolclass=NullPool)
        try:
            with engine.connect() as connection:
                for pragma in (
                    "journal_mode = OFF",
                    "synchronous = OFF",
                    "cache_size = -4096",  # KiB; a sort is split into runs of this size, which the threads sort
                    "threads = 2",
                ):
                    connection.exec_driver_sql(f"PRAGMA {pragma}")
                schema.upgrade(connection)
                yield connection
                connection.commit()
                with ThreadPoolExecutor(1) as executor:
                    check = executor.submit(_check_foreign_keys, engine)
                    connection.exec_driver_sql("ANALYZE")
                    check.result()
                connection.commit()
            _replace(new, final)
        finally:
            new.unlink(missing_ok=True)


def _check_foreign_keys(engine: Engine) -> None:
    """Raise IntegrityError if a row refers to nothing; one check at the end is faster than one for each row."""
    with engine.connect() as connection:
        violation = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if violation:
        raise IntegrityError(None, None, ValueError(f"a row of {violation[0]} refers to nothing in {violation[2]}"))


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    """Hold the lock of a file; OperatorError if another process holds it."""
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OperatorError("Another load is under way; wait until it has ended.") from None
        yield


def _replace(new: Path, final: Path) -> None:
    """Replace the old file by the new one, so that one of them is complete after a power failure, fsync(2)."""
    _sync(new)
    new.replace(final)
    _sync(final.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _postgres_target(settings: Settings, url: URL) -> Iterator[Connection]:
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 5})
    with engine.begin() as connection:
        if not connection.scalar(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": LOAD_LOCK}):
            raise OperatorError("Another load is under way; wait until it has ended.")
        served = connection.scalar(NEWEST_SCHEMA_QUERY)
        name = f"{SCHEMA_PREFIX}{_schema_number(str(served)) + 1 if served else 1}"
        tables = ", ".join(f"{name}.{table}" for table in models.metadata.tables)
        connection.execute(text(f"CREATE SCHEMA {name}"))
        connection.execute(text(f"SET LOCAL search_path = {name}"))
        schema.upgrade(connection)
        yield connection
        connection.execute(text(f"ANALYZE {tables}"))
        _grant(connection, name, parse_database_url(settings.database_url).username, url.username)
    with _autocommit_connection(url) as connection:
        _drop_older_schemas(connection, name, keep=str(served))
        # Derived links were inserted, not copied frozen: until a vacuum, index-only scans visit each row.
        connection.execute(text(f"VACUUM {tables}"))


def _grant(connection: Connection, name: str, reader: str | None, owner: str | None) -> None:
    """Grant the role of the API the right to read, and no other."""
    if reader and reader != owner:
        role = connection.dialect.identifier_preparer.quote(reader)
        connection.execute(text(f"GRANT USAGE ON SCHEMA {name} TO {role}"))
        connection.execute(text(f"GRANT SELECT ON ALL TABLES IN SCHEMA {name} TO {role}"))


def _autocommit_connection(url: URL) -> AbstractContextManager[Connection]:
    """Connect so that each statement is a transaction."""
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 5}, isolation_level="AUTOCOMMIT")
    return engine.connect()


def _drop_older_schemas(connection: Connection, newest: str, keep: str) -> None:
    """Drop the older releases, but the one that requests under way may still read."""
    names = connection.scalars(text("SELECT nspname FROM pg_namespace WHERE nspname ~ '^citypact_[0-9]+$'"))
    for name in names:
        if _schema_number(name) < _schema_number(newest) and name != keep:
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))


def _schema_number(name: str) -> int:
    return int(name.removeprefix(SCHEMA_PREFIX))


_TARGETS: dict[str, Callable[[Settings, URL], AbstractContextManager[Connection]]] = {
    "sqlite": _sqlite_target,
    "postgresql": _postgres_target,
}
