"""Where a load writes: a new SQLite file or a new PostgreSQL schema, beside the release that is being served.

Either becomes visible whole, by one rename or one commit, or not at all.
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

LOAD_LOCK = 7_269_836  # any number, as long as every load asks for the same


@contextmanager
def release_target(settings: Settings) -> Iterator[Connection]:
    """A connection to an empty database at head; what is written to it is served once the block ends without error."""
    url = parse_database_url(settings.load_url)
    with _TARGETS[url.get_backend_name()](settings, url) as connection:
        yield connection


@contextmanager
def _sqlite_target(_: Settings, url: URL) -> Iterator[Connection]:
    final = Path(url.database or "")
    final.parent.mkdir(parents=True, exist_ok=True)
    with _locked(final.with_name(f"{final.name}.lock")):
        new = final.with_name(f"{final.name}.new")
        new.unlink(missing_ok=True)
        engine = create_engine(url.set(database=str(new)), poolclass=NullPool)
        try:
            with engine.connect() as connection:
                for pragma in (
                    "journal_mode = OFF",
                    "synchronous = OFF",
                    "cache_size = -4096",  # what is sorted is cut into pieces of this size, which threads sort
                    "threads = 2",
                ):
                    connection.exec_driver_sql(f"PRAGMA {pragma}")
                schema.upgrade(connection)
                yield connection
                connection.commit()
                with ThreadPoolExecutor(1) as meanwhile:
                    checked = meanwhile.submit(_check_references, engine)
                    connection.exec_driver_sql("ANALYZE")
                    checked.result()
                connection.commit()
            _replace(new, final)
        finally:
            new.unlink(missing_ok=True)


def _check_references(engine: Engine) -> None:
    """IntegrityError if a row refers to nothing; to look once at the end is faster than at each row."""
    with engine.connect() as connection:
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken:
        raise IntegrityError(None, None, ValueError(f"a row of {broken[0]} refers to nothing in {broken[2]}"))


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OperatorError("Another load is under way; wait until it has ended.") from None
        yield


def _replace(new: Path, final: Path) -> None:
    """Puts the new file in the old one's place, so that a loss of power leaves one of them whole."""
    for path, replace in ((new, True), (final.parent, False)):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        if replace:
            new.replace(final)


@contextmanager
def _postgres_target(settings: Settings, url: URL) -> Iterator[Connection]:
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 5})
    with engine.begin() as connection:
        if not connection.scalar(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": LOAD_LOCK}):
            raise OperatorError("Another load is under way; wait until it has ended.")
        before = connection.scalar(NEWEST_SCHEMA_QUERY)
        name = f"{SCHEMA_PREFIX}{_number(str(before)) + 1 if before else 1}"
        tables = ", ".join(f"{name}.{table}" for table in models.metadata.tables)
        connection.execute(text(f"CREATE SCHEMA {name}"))
        connection.execute(text(f"SET LOCAL search_path = {name}"))
        schema.upgrade(connection)
        yield connection
        connection.execute(text(f"ANALYZE {tables}"))
        _grant(connection, name, parse_database_url(settings.database_url).username, url.username)
    with _autocommit_connection(url) as connection:
        _drop_older(connection, name, keep=str(before))
        # What the database derived was not copied; until it is known who may see it, to count looks into every row.
        connection.execute(text(f"VACUUM {tables}"))


def _grant(connection: Connection, name: str, reader: str | None, owner: str | None) -> None:
    """Lets the role of the API read, and do nothing else."""
    if reader and reader != owner:
        role = connection.dialect.identifier_preparer.quote(reader)
        connection.execute(text(f"GRANT USAGE ON SCHEMA {name} TO {role}"))
        connection.execute(text(f"GRANT SELECT ON ALL TABLES IN SCHEMA {name} TO {role}"))


def _autocommit_connection(url: URL) -> AbstractContextManager[Connection]:
    """A connection on which each statement is a transaction."""
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 5}, isolation_level="AUTOCOMMIT")
    return engine.connect()


def _drop_older(connection: Connection, than: str, keep: str) -> None:
    """Drops the releases that nobody reads any more; the one before stays for requests under way."""
    found = connection.scalars(text("SELECT nspname FROM pg_namespace WHERE nspname ~ '^citypact_[0-9]+$'"))
    for name in found:
        if _number(name) < _number(than) and name != keep:
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))


def _number(name: str) -> int:
    return int(name.removeprefix(SCHEMA_PREFIX))


_TARGETS: dict[str, Callable[[Settings, URL], AbstractContextManager[Connection]]] = {
    "sqlite": _sqlite_target,
    "postgresql": _postgres_target,
}
