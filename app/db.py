"""The database that is served: which release it holds, and a read-only snapshot of it for a request.

A release is immutable. On SQLite it is a file that `load` replaces by renaming, on PostgreSQL a schema beside
the one before it. So a request never mixes two releases, and whoever keeps answers keys them by the version.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Executable,
    QueuePool,
    Result,
    Row,
    Select,
    create_engine,
    make_url,
    text,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from app import models, schema
from app.errors import OperatorError
from app.kit.postgres import TIMEOUTS, make_impatient
from app.kit.prepared import Statements
from app.kit.remembering import Remembered
from app.settings import Settings

log = logging.getLogger("citypact")

CHECKED_EVERY = 1.0  # seconds between two looks for a newer release
SCHEMA = "citypact_"
NEWEST_SCHEMA = text(
    "SELECT nspname FROM pg_namespace WHERE nspname ~ '^citypact_[0-9]+$' "
    "AND has_schema_privilege(nspname, 'USAGE') ORDER BY length(nspname) DESC, nspname DESC LIMIT 1"
)


T = TypeVar("T")
Rows = Sequence[Row[*tuple[Any, ...]]]


class NotReady(Exception):
    """There is nothing to serve: no database, none loaded, or of another version of Citypact."""


class Replaced(Exception):
    """The database was replaced while a connection was opened; ask for the release again."""


@dataclass(frozen=True)
class Release:
    """One loaded state of the register, and what a worker remembers of it."""

    version: str
    """A hash of the seeds and of the software: equal versions answer with equal bytes."""
    loaded_at: datetime
    engine: Engine
    statements: Statements
    totals: Remembered[str, int]
    known: Remembered[tuple[str, str], bool] = field(default_factory=lambda: Remembered(100_000))


class Backend(Protocol):
    """What differs between the two databases when they are read."""

    def identity(self, *, fresh: bool) -> object:
        """What identifies the release that is there; NotReady if there is none.

        Where that takes a statement it is what was found last, unless it must be `fresh`.
        """

    def engine(self, identity: Any) -> Engine:
        """A read-only engine on that release."""

    def close(self) -> None:
        """Closes what was opened to look for releases."""


class SqliteBackend:
    """A file, opened so that nothing can be written: `mode=ro`, `query_only`, and nothing can be attached."""

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

        def connect() -> sqlite3.Connection:
            connection = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
            try:
                if self.identity() != identity:
                    raise Replaced
                connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
                connection.execute("PRAGMA query_only = ON")
            except BaseException:
                connection.close()
                raise
            return connection

        return create_engine(
            "sqlite://",
            creator=connect,
            poolclass=QueuePool,
            pool_size=self.pool_size,
            max_overflow=40,
            pool_timeout=1,
        )


class PostgresBackend:
    """A schema per release; the newest that the role may use is served."""

    def __init__(self, settings: Settings, url: URL) -> None:
        self.url, self.settings = url, settings
        self.control = self._impatient(pool_size=1)
        self.found: str | None = None

    def _arguments(self, **options: str) -> dict[str, Any]:
        chosen = {
            "default_transaction_read_only": "on",
            "statement_timeout": str(self.settings.statement_timeout_ms),
            "lock_timeout": "500",
            **options,
        }
        return {
            **TIMEOUTS,
            "options": " ".join(f"-c {name}={value}" for name, value in chosen.items()),
        }

    def identity(self, *, fresh: bool) -> str:
        """The newest schema that the role may use."""
        if self.found and not fresh:
            return self.found
        with self.control.connect() as connection:
            schema = connection.scalar(NEWEST_SCHEMA)
        if schema is None:
            raise NotReady("The database holds no release that this role may read; run: python -m app load")
        self.found = str(schema)
        return self.found

    def close(self) -> None:
        """Closes the connection that looked for releases."""
        self.control.dispose()

    def engine(self, identity: Any) -> Engine:
        """An engine whose connections see that schema alone."""
        return self._impatient(
            {"search_path": identity},
            pool_size=self.settings.pool_size,
            max_overflow=2,
            pool_timeout=1,
            isolation_level="AUTOCOMMIT",  # a release is immutable, so each statement may have a transaction of its own
        )

    def _impatient(self, options: Mapping[str, str] | None = None, **more: Any) -> Engine:
        """An engine that waits for a server no longer than the server may take for a statement, and a bit."""
        arguments = self._arguments(**(options or {}))
        engine = create_engine(self.url, connect_args=arguments, pool_pre_ping=True, **more)
        return make_impatient(engine, self.settings.statement_timeout_ms / 1000 + 0.5)


BACKENDS: dict[str, Callable[[Settings, URL], Backend]] = {
    "sqlite": SqliteBackend,
    "postgresql": PostgresBackend,
}


def database(url: str) -> URL:
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


class Snapshot:
    """One request's view of the register: a release, and a connection to it that opens with the first statement."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self._stack = ExitStack()
        self._connection: Connection | None = None

    def execute(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Result[*tuple[Any, ...]]:
        """The rows of a statement, all read from this release."""
        return self._connected().execute(statement, dict(values or {}))

    def prepared(self, shape: Hashable, build: Callable[[], Select[Any]], values: Mapping[str, Any]) -> Rows:
        """The rows of a statement that is built and compiled only for the first question of its shape."""
        statement = self.release.statements.prepared(shape, build)
        return self._connected().exec_driver_sql(statement.sql, statement.values(values)).all()

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._stack.enter_context(self.release.engine.connect())
        return self._connection

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()


def _described(engine: Engine) -> tuple[str, str]:
    """The version of a release and when it was loaded; NotReady if it is none that this Citypact can serve."""
    try:
        with engine.connect() as connection:
            schema.require_head(connection)
            row = connection.execute(select(models.Release)).one_or_none()
    except schema.WrongSchema as error:
        raise NotReady(str(error)) from error
    except SQLAlchemyError as error:
        raise NotReady(f"The database cannot be read ({_reason(error)}); run: python -m app load") from error
    if row is None:
        raise NotReady("The database holds no release; run: python -m app load")
    return row.version, row.loaded_at


def _reason(error: SQLAlchemyError) -> str:
    """The driver's own words, without what SQLAlchemy adds and without the statement."""
    return str(getattr(error, "orig", None) or error).strip().split("\n")[0]


class Register:
    """The register that this process serves; notices by itself when `load` has replaced it."""

    def __init__(self, settings: Settings) -> None:
        url = database(settings.database_url)
        self._settings = settings
        self._backend = BACKENDS[url.get_backend_name()](settings, url)
        self._lock = threading.Lock()
        self._opened: tuple[object, Release] | None = None
        self._closed = threading.Event()
        self.away = False
        """Whether the database could not be asked when last looked at; what is known of the release still holds."""
        # A pool of our own costs half of what the framework's costs, and leaves that to those who need no database.
        self.threads = ThreadPoolExecutor(settings.pool_size, thread_name_prefix="citypact")

    def release(self, *, fresh: bool = False) -> Release:
        """The release being served; NotReady if there is none. `fresh`: ask the database, whatever was known."""
        opened = self._opened
        if opened is None or opened[0] != self._identity(fresh=fresh):
            opened = self._reopened()
        return opened[1]

    def _reopened(self) -> tuple[object, Release]:
        with self._lock:
            identity, before = self._identity(fresh=True), self._opened
            if before is not None and before[0] == identity:
                return before
            opened = self._opened = (identity, self._open(identity))
            if before:
                before[1].engine.dispose()  # what is in use is closed when it comes back
            return opened

    def _identity(self, *, fresh: bool) -> object:
        try:
            return self._backend.identity(fresh=fresh)
        except SQLAlchemyError as error:
            if self._opened is None:
                raise NotReady(f"The database cannot be reached ({_reason(error)})") from error
            return self._opened[0]  # the database is away: what is known of the release still holds

    def version(self) -> str | None:
        """The version being served as far as this process has noticed; costs nothing."""
        return self._opened[1].version if self._opened else None

    def watch(self) -> None:
        """Looks for a newer release every second, in a thread of its own, until the register is closed."""
        threading.Thread(target=self._watch, name="citypact-watch", daemon=True).start()

    def _watch(self) -> None:
        while not self._closed.wait(CHECKED_EVERY):
            self._look()

    def _look(self) -> None:
        try:
            with suppress(Replaced):
                self.release(fresh=True)
        except (NotReady, SQLAlchemyError) as error:
            if not self.away:
                log.warning("the database is away: %s", str(error).split("\n")[0])
            self.away = True
        else:
            if self.away:
                log.warning("the database is back")
            self.away = False

    def _open(self, identity: object) -> Release:
        engine = self._backend.engine(identity)
        try:
            version, loaded_at = _described(engine)
        except BaseException:
            engine.dispose()
            raise
        totals: Remembered[str, int] = Remembered(self._settings.remembered_totals)
        statements = Statements(engine.dialect)
        return Release(version, datetime.fromisoformat(loaded_at), engine, statements, totals)

    def close(self) -> None:
        """Stops watching, and closes the connections that nobody uses."""
        self._closed.set()
        self.threads.shutdown(wait=False)
        self._backend.close()
        if self._opened:
            self._opened[1].engine.dispose()

    def answer(self, make: Callable[[Snapshot], T], *, fresh: bool = False) -> T:
        """What `make` makes of a snapshot of the release being served."""
        for _ in range(5):
            release = None
            try:
                release = self.release(fresh=fresh)
                with Snapshot(release) as snapshot:
                    return make(snapshot)
            except Replaced:
                continue
            except (NotReady, SQLAlchemyError):  # loads that follow each other fast drop what is still being read
                if self.release(fresh=True) is release:
                    raise
        raise NotReady("The database is being replaced again and again")
