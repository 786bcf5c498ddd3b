"""The two databases: how each is opened so that it can only be read, and what identifies the release it holds.

On SQLite a release is a file that `load` replaces by renaming, on PostgreSQL a schema beside the one before it.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Protocol, Self

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from app.db.timeouts import CONNECT_OPTIONS, with_statement_deadline
from app.errors import OperatorError
from app.settings import Settings

SCHEMA_PREFIX = "citypact_"
INLINE_BUDGET_SECONDS = 0.003  # seconds in which what is answered without a thread must be done
SQLITE_CACHE_KIB = 8192  # KiB of the file that a connection remembers
PROGRESS_HANDLER_STEPS = 500  # of SQLite's virtual machine between two looks at the clock, some microseconds
POOL_OPTIONS: dict[str, Any] = {"pool_timeout": 1, "pool_use_lifo": True}  # who was asked last remembers most
NEWEST_SCHEMA_QUERY = text(
    "SELECT nspname FROM pg_namespace WHERE nspname ~ '^citypact_[0-9]+$' "
    "AND has_schema_privilege(nspname, 'USAGE') ORDER BY length(nspname) DESC, nspname DESC LIMIT 1"
)


class NotReady(Exception):
    """There is nothing to serve: no database, none loaded, or of another version of Citypact."""


class ReleaseReplaced(Exception):
    """The database was replaced while a connection was opened; ask for the release again."""


def close_engine(engine: Engine) -> None:
    """Closes its connections: at once those that nobody uses, the others when they come back."""
    event.listen(engine, "checkin", lambda _, entry: entry.close())
    engine.dispose()


class InlineConnection:
    """One connection that stays open, for one answer at a time, whose statements are given up once time is over.

    It is used and closed behind one lock: closing a SQLite connection that another thread uses crashes the process.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect, self._deadline = connect, 0.0
        self._connection: Connection | None = None
        self._lock, self._disposed = threading.Lock(), False
        self.engine = _sqlite_engine(self._connect_with_budget, pool_size=1, max_overflow=0)

    def __enter__(self) -> Self:
        """From now on there is time for one answer; Replaced if another is made, or none any more."""
        if not self._lock.acquire(blocking=False):
            raise ReleaseReplaced
        if self._disposed:
            self._lock.release()
            raise ReleaseReplaced
        self._deadline = time.monotonic() + INLINE_BUDGET_SECONDS
        return self

    def __exit__(self, *_: object) -> None:
        """The answer is made."""
        self._lock.release()

    def connect(self) -> AbstractContextManager[Connection]:
        """The connection; to take one from the engine and to give it back takes as long as to ask it."""
        if self._connection is None:
            self._connection = self.engine.connect()
        return nullcontext(self._connection)

    def dispose(self) -> None:
        """Close it, once the answer that is being made with it is made."""
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
    """What differs between the two databases when they are read."""

    def identity(self, *, fresh: bool) -> object:
        """What identifies the release that is there; NotReady if there is none.

        Where that takes a statement it is what was found last, unless it must be `fresh`.
        """

    def engine(self, identity: Any) -> Engine:
        """A read-only engine on that release."""

    def inline_connection(self, identity: Any) -> InlineConnection | None:
        """What answers at once or gives up; None where a server has to be waited for."""

    @property
    def count_timeout(self) -> float | None:
        """For how many seconds a server may count; None where there is none."""

    def close(self) -> None:
        """Closes what was opened to look for releases."""


class SqliteBackend:
    """A file, opened so that nothing can be written: `mode=ro`, nothing can be attached, only reading is allowed."""

    count_timeout = None

    def __init__(self, settings: Settings, url: URL) -> None:
        self.path = Path(url.database or "")
        self.pool_size = settings.pool_size

    def identity(self, *, fresh: bool = True) -> tuple[int, int, int]:  # noqa: ARG002 - a look at the file is cheap
        """The file that the path names now."""
        try:
            stat = self.path.stat()
        except OSError as error:
            raise NotReady(
                f"The database {self.path} cannot be opened ({error.strerror}); run: python -m app load"
            ) from error
        return stat.st_dev, stat.st_ino, stat.st_mtime_ns

    def close(self) -> None:
        """Nothing is open."""

    def engine(self, identity: Any) -> Engine:
        """An engine whose connections all read that very file."""
        return _sqlite_engine(lambda: self._connect(identity), pool_size=self.pool_size, max_overflow=40)

    def inline_connection(self, identity: Any) -> InlineConnection:
        """A connection to that file that gives up in time; most answers take less than a thread would cost."""
        return InlineConnection(lambda: self._connect(identity))

    def _connect(self, identity: Any) -> sqlite3.Connection:
        connection = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        try:
            if self.identity() != identity:
                raise ReleaseReplaced
            connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
            connection.execute("PRAGMA query_only = ON")
            connection.execute(f"PRAGMA cache_size = -{SQLITE_CACHE_KIB}")
            connection.set_authorizer(authorize_reading)  # last: from now on no guard can be switched off either
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


ALLOWED_PRAGMAS = {
    "read_uncommitted",
    "table_info",
    "table_xinfo",
}  # pragmas that SQLAlchemy asks; none changes a guard


def authorize_reading(action: int, name: str | None, *_: str | None) -> int:
    """What SQLite asks for each part of a statement that it prepares: whether it may."""
    allowed = action in READ_ACTIONS or (action == sqlite3.SQLITE_PRAGMA and name in ALLOWED_PRAGMAS)
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _sqlite_engine(connect: Callable[[], sqlite3.Connection], **pool: int) -> Engine:
    # Nothing is ever written, so there is nothing to roll back when a connection comes back.
    return create_engine(
        "sqlite://", creator=connect, poolclass=QueuePool, pool_reset_on_return=None, **POOL_OPTIONS, **pool
    )


class PostgresBackend:
    """A schema per release; the newest that the role may use is served."""

    def __init__(self, settings: Settings, url: URL) -> None:
        self.url, self.settings = url, settings
        self.control = self._engine_with_timeouts(pool_size=1)
        self.known_schema: str | None = None
        self.count_timeout = settings.count_timeout_ms / 1000

    def _arguments(self, **options: str) -> dict[str, Any]:
        chosen = {
            "default_transaction_read_only": "on",
            "statement_timeout": str(self.settings.statement_timeout_ms),
            "lock_timeout": "500",
            "plan_cache_mode": "force_custom_plan",  # the best way to the records of a country depends on the country
            **options,
        }
        return {
            **CONNECT_OPTIONS,
            "options": " ".join(f"-c {name}={value}" for name, value in chosen.items()),
        }

    def identity(self, *, fresh: bool) -> str:
        """The newest schema that the role may use."""
        if self.known_schema and not fresh:
            return self.known_schema
        with self.control.connect() as connection:
            schema = connection.scalar(NEWEST_SCHEMA_QUERY)
        if schema is None:
            raise NotReady("The database holds no release that this role may read; run: python -m app load")
        self.known_schema = str(schema)
        return self.known_schema

    def close(self) -> None:
        """Closes the connections that look for releases."""
        close_engine(self.control)

    def engine(self, identity: Any) -> Engine:
        """An engine whose connections see that schema alone."""
        return self._engine_with_timeouts(
            {"search_path": identity},
            pool_size=self.settings.pool_size,
            max_overflow=2,
            isolation_level="AUTOCOMMIT",  # a release is immutable, so each statement may have a transaction of its own
        )

    def inline_connection(self, identity: Any) -> None:
        """None."""

    def _engine_with_timeouts(self, options: Mapping[str, str] | None = None, **more: Any) -> Engine:
        """An engine that waits for a server no longer than the server may take for a statement, and a bit."""
        arguments = self._arguments(**(options or {}))
        engine = create_engine(self.url, connect_args=arguments, pool_pre_ping=True, **POOL_OPTIONS, **more)
        return with_statement_deadline(engine, self.settings.statement_timeout_ms / 1000 + 0.5)


BACKENDS: dict[str, Callable[[Settings, URL], Backend]] = {
    "sqlite": SqliteBackend,
    "postgresql": PostgresBackend,
}


def parse_database_url(url: str) -> URL:
    """The URL of a database that Citypact can use; a sentence for the operator otherwise."""
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
