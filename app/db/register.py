"""The database that is served: which release it holds, and a read-only snapshot of it for a request.

A release is immutable. On SQLite it is a file that `load` replaces by renaming, on PostgreSQL a schema beside
the one before it. So a request never mixes two releases, and whoever keeps answers keys them by the version.
"""

import logging
import threading
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, Executable, Result, Select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from app.db import models, schema
from app.db.backends import BACKENDS, InlineConnection, NotReady, ReleaseReplaced, close_engine, parse_database_url
from app.db.statements import Rows, StatementCache, execute_compiled
from app.db.timeouts import extended_timeout
from app.lru_cache import LRUCache
from app.settings import Settings

log = logging.getLogger("citypact")

RELEASE_CHECK_SECONDS = 1.0  # seconds between two looks for a newer release
T = TypeVar("T")


class WouldBlock(Exception):
    """This is not answered at once; ask in a thread."""


@dataclass(frozen=True)
class Release:
    """One loaded state of the register, and what a worker remembers of it."""

    version: str
    """A hash of the seeds and of the software: equal versions answer with equal bytes."""
    loaded_at: datetime
    engine: Engine
    inline: InlineConnection | None
    count_timeout: float | None
    statements: StatementCache
    totals: LRUCache[str, int]
    known_keys: LRUCache[tuple[str, str], bool] = field(default_factory=lambda: LRUCache(100_000))

    def dispose(self) -> None:
        """Closes the connections that nobody uses; what is in use is closed when it comes back."""
        close_engine(self.engine)
        if self.inline:
            self.inline.dispose()


class Snapshot:
    """One request's view of the register: a release, and a connection to it that opens with the first statement."""

    def __init__(self, release: Release, engine: Engine | InlineConnection) -> None:
        self.release, self._engine = release, engine
        self._stack = ExitStack()
        self._connection: Connection | None = None

    def execute(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Result[*tuple[Any, ...]]:
        """The rows of a statement, all read from this release."""
        return self._connect().execute(statement, dict(values or {}))

    def fetch(self, shape: Hashable, build: Callable[[], Select[Any]], values: Mapping[str, Any]) -> Rows:
        """The rows of a statement that is built and compiled only for the first question of its shape."""
        statement = self.release.statements.get_or_compile(shape, build)
        return execute_compiled(self._connect(), statement, values)

    def fetch_count(self, shape: Hashable, build: Callable[[], Select[Any]], values: Mapping[str, Any]) -> int:
        """The number that a statement counts; a server is given more time for it than for a page."""
        with self._extended_timeout():
            ((number,),) = self.fetch(shape, build, values)
        return int(number)

    def _extended_timeout(self) -> AbstractContextManager[None]:
        if (seconds := self.release.count_timeout) is None:
            return nullcontext()
        driver: Any = self._connect().connection.driver_connection
        return extended_timeout(driver, seconds)

    def _connect(self) -> Connection:
        if self._connection is None:
            self._connection = self._stack.enter_context(self._engine.connect())
        return self._connection

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()


def _read_release(engine: Engine) -> tuple[str, datetime]:
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
    return row.version, datetime.fromisoformat(row.loaded_at)


def _reason(error: Exception) -> str:
    """The driver's own words, without what SQLAlchemy adds and without the statement."""
    return str(getattr(error, "orig", None) or error).strip().split("\n")[0]


class Register:
    """The register that this process serves; notices by itself when `load` has replaced it."""

    def __init__(self, settings: Settings) -> None:
        url = parse_database_url(settings.database_url)
        self._settings = settings
        self._backend = BACKENDS[url.get_backend_name()](settings, url)
        self._lock = threading.Lock()
        self._current: tuple[object, Release] | None = None
        self._closed = threading.Event()
        self.is_database_down = False
        """Whether the database could not be asked when last looked at; what is known of the release still holds."""
        # A pool of our own costs half of what the framework's costs, and leaves that to those who need no database.
        self.threads = ThreadPoolExecutor(settings.pool_size, thread_name_prefix="citypact")

    def release(self, *, fresh: bool = False) -> Release:
        """The release being served; NotReady if there is none. `fresh`: ask the database, whatever was known."""
        opened = self._current
        if opened is None or opened[0] != self._identity(fresh=fresh):
            opened = self._reopen()
        return opened[1]

    def _reopen(self) -> tuple[object, Release]:
        with self._lock:
            identity, before = self._identity(fresh=True), self._current
            if before is not None and before[0] == identity:
                return before
            opened = self._current = (identity, self._open(identity))
            if before:
                before[1].dispose()
            return opened

    def _identity(self, *, fresh: bool) -> object:
        try:
            return self._backend.identity(fresh=fresh)
        except SQLAlchemyError as error:
            if self._current is None:
                raise NotReady(f"The database cannot be reached ({_reason(error)})") from error
            return self._current[0]  # the database is away: what is known of the release still holds

    def version(self) -> str | None:
        """The version being served as far as this process has noticed; costs nothing."""
        return self._current[1].version if self._current else None

    def watch(self) -> None:
        """Looks for a newer release every second, in a thread of its own, until the register is closed."""
        threading.Thread(target=self._watch, name="citypact-watch", daemon=True).start()

    def _watch(self) -> None:
        told = ""
        while not self._closed.wait(RELEASE_CHECK_SECONDS):
            try:
                self._check_release()
            except Exception as error:  # a fault of ours: told once, and looked for again what there is
                if told != repr(error):
                    log.exception("fault while looking for a newer release")
                told = repr(error)
            else:
                told = ""

    def _check_release(self) -> None:
        try:
            self._backend.identity(fresh=True)
            self.release()
        except ReleaseReplaced:
            away = False
        except (NotReady, SQLAlchemyError) as error:
            away = True
            if not self.is_database_down:
                log.warning("the database is away: %s", _reason(error))
        else:
            away = False
            if self.is_database_down:
                log.warning("the database is back")
        self.is_database_down = away

    def _open(self, identity: object) -> Release:
        engine = self._backend.engine(identity)
        try:
            version, loaded_at = _read_release(engine)
        except BaseException:
            close_engine(engine)
            raise
        totals: LRUCache[str, int] = LRUCache(self._settings.remembered_totals)
        inline, count_timeout = self._backend.inline_connection(identity), self._backend.count_timeout
        statements = StatementCache(engine.dialect)
        return Release(version, loaded_at, engine, inline, count_timeout, statements, totals)

    def close(self) -> None:
        """Stops watching, and closes the connections: what is in use when it comes back."""
        self._closed.set()
        self.threads.shutdown(wait=False)
        self._backend.close()
        if self._current:
            self._current[1].dispose()

    def try_inline(self, make: Callable[[Snapshot], T]) -> T:
        """What `make` makes without waiting for anything; TakesLong, and nothing is lost, if that cannot be done."""
        identity, release = self._current or (None, None)
        if release is None or release.inline is None or identity != self._identity(fresh=False):
            raise WouldBlock
        try:
            with release.inline as inline, Snapshot(release, inline) as snapshot:
                return make(snapshot)
        except (
            ReleaseReplaced,
            SQLAlchemyError,
        ) as error:  # mostly given up in time; what else it is, a thread will see
            raise WouldBlock from error

    def run(self, make: Callable[[Snapshot], T], *, fresh: bool = False) -> T:
        """What `make` makes of a snapshot of the release being served."""
        for _ in range(5):
            release = None
            try:
                release = self.release(fresh=fresh)
                with Snapshot(release, release.engine) as snapshot:
                    return make(snapshot)
            except ReleaseReplaced:
                continue
            except (NotReady, SQLAlchemyError):  # loads that follow each other fast drop what is still being read
                if self.release(fresh=True) is release:
                    raise
        raise NotReady("The database is being replaced again and again")
