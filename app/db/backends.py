"""The two databases: how each is opened for reading only, and what identifies the release that it holds.

On SQLite a release is a file that `load` replaces by renaming; on PostgreSQL it is a schema, one per load.
"""

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Protocol, Self

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from app.db.timeouts import CONNECT_OPTIONS, with_statement_deadline
from app.errors import OperatorError
from app.settings import Settings

SCHEMA_PREFIX = "citypact_"
INLINE_BUDGET_SECONDS = 0.003
SQLITE_CACHE_KIB = 8192  # page cache of a connection
PROGRESS_HANDLER_STEPS = 500  # instructions of SQLite's virtual machine between two deadline checks: microseconds
# LIFO: the connection that was used last has the warmest cache.
POOL_OPTIONS: dict[str, object] = {"pool_timeout": 1, "pool_use_lifo": True}
NEWEST_SCHEMA_QUERY = text(
    "SELECT nspname FROM pg_namespace WHERE nspname ~ '^citypact_[0-9]+$' "
    "AND has_schema_privilege(nspname, 'USAGE') ORDER BY length(nspname) DESC, nspname DESC LIMIT 1"
)


class NotReady(Exception):
    """There is nothing to serve: no database, no release in it, or tables of another version of Citypact."""


class ReleaseReplaced(Exception):
    """The release was replaced while a connection to it was opened; get the release again and retry."""


def close_engine(engine: Engine) -> None:
    """Close the idle connections of an engine now, and each connection in use when it is returned."""
    event.listen(engine, "checkin", lambda _, entry: entry.close())
    engine.dispose()


class InlineConnection:
    """One open SQLite connection for one user at a time, whose statements are interrupted after a time budget.

    Reading a cold list on the event loop instead of in a thread is measured 1.7 times as fast.
    Used and closed under one lock, because closing a SQLite connection that another thread uses crashes the process.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect, self._deadline = connect, 0.0
        self._connection: Connection | None = None
        self._lock, self._disposed = threading.Lock(), False
        self.engine = _sqlite_engine(self._connect_with_budget, pool_size=1, max_overflow=0)

    def __enter__(self) -> Self:
        """Acquire the connection and start its time budget; ReleaseReplaced if it is in use or disposed."""
        if not self._lock.acquire(blocking=False):
            raise ReleaseReplaced
        if self._disposed:
            self._lock.release()
            raise ReleaseReplaced
        self._deadline = time.monotonic() + INLINE_BUDGET_SECONDS
        return self

    def __exit__(self, *_: object) -> None:
        """Release the connection."""
        self._lock.release()

    def connect(self) -> AbstractContextManager[Connection]:
        """The connection, kept open: a checkout from the pool would take as long as a statement."""
        if self._connection is None:
            self._connection = self.engine.connect()
        return nullcontext(self._connection)

    def dispose(self) -> None:
        """Close the connection, once nobody uses it."""
        with self._lock:
            self._disposed = True
            if self._connection is not None:
                self._connection.close()
            close_engine(self.engine)

    def _connect_with_budget(self) -> sqlite3.Connection:
        connection = self._connect()
        connection.set_progress_handler(lambda: time.monotonic() > self._deadline, PROGRESS_HANDLER_STEPS)
        return connection


class Backend(Protocol):
    """What differs between the two databases when a register is read."""

    def identity(self, *, fresh: bool) -> object:
        """What identifies the current release; NotReady if there is none.

        Where this takes a statement, the last known identity is returned unless `fresh` is set.
        """

    def engine(self, identity: object) -> Engine:
        """A read-only engine on that release."""

    def inline_connection(self, identity: object) -> InlineConnection | None:
        """A connection to that release for the event loop; None where reading means waiting for a server."""

    @property
    def count_timeout(self) -> float | None:
        """Seconds that a server may spend on a count; None where there is no server."""

    def close(self) -> None:
        """Close the connections that look up the current release."""


class SqliteBackend:
    """A SQLite file, opened with `mode=ro` and an authorizer that permits nothing but reading."""

    count_timeout = None

    def __init__(self, settings: Settings, url: URL) -> None:
        self.path = Path(url.database or "")
        self.pool_size = settings.pool_size

    def identity(self, *, fresh: bool = True) -> tuple[int, int, int]:  # noqa: ARG002 - a stat is cheap
        """Device, inode and modification time of the file at the path."""
        try:
            stat = self.path.stat()
        except OSError as error:
            raise NotReady(
                f"The database {self.path} cannot be opened ({error.strerror}); run: python -m app load"
            ) from error
        return stat.st_dev, stat.st_ino, stat.st_mtime_ns

    def close(self) -> None:
        """Do nothing: no connection is needed to look up the file."""

    def engine(self, identity: object) -> Engine:
        """An engine whose connections all read that file, even after it is replaced."""
        return _sqlite_engine(lambda: self._connect(identity), pool_size=self.pool_size, max_overflow=40)

    def inline_connection(self, identity: object) -> InlineConnection:
        """A connection to that file for the event loop."""
        return InlineConnection(lambda: self._connect(identity))

    def _connect(self, identity: object) -> sqlite3.Connection:
        connection = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        try:
            if self.identity() != identity:
                raise ReleaseReplaced
            connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
            connection.execute("PRAGMA query_only = ON")
            connection.execute(f"PRAGMA cache_size = -{SQLITE_CACHE_KIB}")
            connection.set_authorizer(authorize_reading)  # last, because it also denies these pragmas
        except BaseException:
            connection.close()
            raise
        return connection


READ_ACTIONS = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
    sqlite3.SQLITE_TRANSACTION,
}
ALLOWED_PRAGMAS = {"read_uncommitted", "table_info", "table_xinfo"}  # SQLAlchemy uses them; none lifts a restriction


def authorize_reading(action: int, name: str | None, *_: str | None) -> int:
    """Authorizer callback that allows reading alone (https://sqlite.org/c3ref/set_authorizer.html)."""
    allowed = action in READ_ACTIONS or (action == sqlite3.SQLITE_PRAGMA and name in ALLOWED_PRAGMAS)
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _sqlite_engine(connect: Callable[[], sqlite3.Connection], *, pool_size: int, max_overflow: int) -> Engine:
    return create_engine(
        "sqlite://",
        creator=connect,
        poolclass=QueuePool,
        pool_reset_on_return=None,  # nothing is written, so there is nothing to roll back
        pool_size=pool_size,
        max_overflow=max_overflow,
        **POOL_OPTIONS,
    )


class PostgresBackend:
    """A PostgreSQL database with a schema per release, of which the newest that the role may use is served."""

    def __init__(self, settings: Settings, url: URL) -> None:
        self._url, self._settings = url, settings
        self._lookup_engine = self._engine_with_timeouts(pool_size=1)
        self._last_schema: str | None = None
        self.count_timeout = settings.count_timeout_ms / 1000

    def identity(self, *, fresh: bool) -> str:
        """The name of the newest schema that the role may use."""
        if self._last_schema and not fresh:
            return self._last_schema
        with self._lookup_engine.connect() as connection:
            schema = connection.scalar(NEWEST_SCHEMA_QUERY)
        if schema is None:
            raise NotReady("The database holds no release that this role may read; run: python -m app load")
        self._last_schema = str(schema)
        return self._last_schema

    def close(self) -> None:
        """Close the connections that look up the newest schema."""
        close_engine(self._lookup_engine)

    def engine(self, identity: object) -> Engine:
        """An engine whose search path is that schema alone."""
        return self._engine_with_timeouts(
            search_path=str(identity),
            pool_size=self._settings.pool_size,
            max_overflow=2,
            isolation_level="AUTOCOMMIT",  # a release is immutable, so statements need no common transaction
        )

    def inline_connection(self, identity: object) -> None:
        """None: reading means waiting for the server."""

    def _engine_with_timeouts(self, search_path: str | None = None, **options: object) -> Engine:
        """An engine that waits for the server half a second longer than the server may spend on a statement."""
        arguments = {**CONNECT_OPTIONS, "options": self._session_settings(search_path)}
        engine = create_engine(self._url, connect_args=arguments, pool_pre_ping=True, **POOL_OPTIONS, **options)
        return with_statement_deadline(engine, self._settings.statement_timeout_ms / 1000 + 0.5)

    def _session_settings(self, search_path: str | None) -> str:
        """Settings of a session, in the form of libpq's parameter `options`."""
        settings = {
            "default_transaction_read_only": "on",
            "statement_timeout": str(self._settings.statement_timeout_ms),
            "lock_timeout": "500",
            "plan_cache_mode": "force_custom_plan",  # the best plan for a country depends on the country
        }
        if search_path is not None:
            settings["search_path"] = search_path
        return " ".join(f"-c {name}={value}" for name, value in settings.items())


BACKENDS: dict[str, Callable[[Settings, URL], Backend]] = {
    "sqlite": SqliteBackend,
    "postgresql": PostgresBackend,
}


def parse_database_url(url: str) -> URL:
    """The URL of a supported database; OperatorError, with a sentence that says what would be right, otherwise."""
    form = "sqlite:///FILE or postgresql+psycopg://…"
    try:
        parsed = make_url(url)
    except (SQLAlchemyError, ValueError) as error:
        raise OperatorError(f"The database URL is not of the form {form}") from error
    if (backend := parsed.get_backend_name()) not in BACKENDS:
        raise OperatorError(f"{backend} is not supported; use {form}")
    if backend == "postgresql" and parsed.drivername != "postgresql+psycopg":
        raise OperatorError("postgresql needs the driver psycopg: use postgresql+psycopg://…")
    if backend == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise OperatorError(f"A register needs a file: use {form}")
    return parsed
