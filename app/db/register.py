"""The register that a process serves: its current release, and read-only snapshots of it.

A release is immutable. On SQLite it is a file that `load` replaces by renaming; on PostgreSQL it is a schema, one per
load. So a request never mixes two releases, and caches use the version of the release as their key.
"""

import logging
import threading
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, Executable, Result
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from app.db import models, schema
from app.db.backends import BACKENDS, InlineConnection, NotReady, ReleaseReplaced, close_engine, parse_database_url
from app.db.statements import BuildSelect, Row, StatementCache, execute_compiled
from app.db.timeouts import extended_timeout
from app.lru_cache import LRUCache
from app.settings import Settings

log = logging.getLogger("citypact")

RELEASE_CHECK_SECONDS = 1.0  # between two checks for a newer release
MAX_ATTEMPTS = 5  # at a read whose release is replaced meanwhile
T = TypeVar("T")


class WouldBlock(Exception):
    """The read cannot be done on the event loop; do it in a thread."""


@dataclass(frozen=True)
class OpenRelease:
    """A release with its connections, and what a process caches of it."""

    version: str
    """A hash of the seeds and of the software: releases with equal versions give equal responses."""
    loaded_at: datetime
    engine: Engine
    inline: InlineConnection | None
    count_timeout: float | None
    statements: StatementCache
    totals: LRUCache[str, int]
    known_keys: LRUCache[tuple[str, str], bool] = field(default_factory=lambda: LRUCache(100_000))

    def dispose(self) -> None:
        """Close the idle connections now, and each connection in use when it is returned."""
        close_engine(self.engine)
        if self.inline:
            self.inline.dispose()


class Snapshot:
    """One request's view of the register: a release, and a connection that opens with the first statement."""

    def __init__(self, release: OpenRelease, engine: Engine | InlineConnection) -> None:
        self.release, self._engine = release, engine
        self._stack = ExitStack()
        self._connection: Connection | None = None

    # The types of the columns differ from statement to statement.
    def execute(self, statement: Executable, values: Mapping[str, object] | None = None) -> Result[*tuple[Any, ...]]:
        """Execute a statement and return its result."""
        return self._connect().execute(statement, dict(values or {}))

    def fetch(self, key: Hashable, build: BuildSelect, values: Mapping[str, object]) -> list[Row]:
        """The rows of a statement; `build` is called only if no statement with this key is compiled yet."""
        statement = self.release.statements.get_or_compile(key, build)
        return execute_compiled(self._connect(), statement, values)

    def fetch_count(self, key: Hashable, build: BuildSelect, values: Mapping[str, object]) -> int:
        """The number that a statement counts; a server may spend longer on it than on other statements."""
        with self._extended_timeout():
            ((number,),) = self.fetch(key, build, values)
        return int(number)

    def _extended_timeout(self) -> AbstractContextManager[None]:
        if (seconds := self.release.count_timeout) is None:
            return nullcontext()
        return extended_timeout(self._connect(), seconds)

    def _connect(self) -> Connection:
        if self._connection is None:
            self._connection = self._stack.enter_context(self._engine.connect())
        return self._connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def _read_release(engine: Engine) -> tuple[str, datetime]:
    """The version of a release and the time of its load; NotReady if this Citypact cannot serve it."""
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
    """The first line of the driver's message, without the statement that SQLAlchemy adds."""
    return str(getattr(error, "orig", None) or error).strip().split("\n")[0]


class Register:
    """The register that this process serves; notices when `load` has replaced the release."""

    def __init__(self, settings: Settings) -> None:
        url = parse_database_url(settings.database_url)
        self._settings = settings
        self._backend = BACKENDS[url.get_backend_name()](settings, url)
        self._lock = threading.Lock()
        self._current: tuple[object, OpenRelease] | None = None
        """The identity of the release that is served, and the release."""
        self.version: str | None = None
        """The version of the current release as far as this process knows; None before the first."""
        self._closed = threading.Event()
        self.is_database_down = False
        """Whether the last check could not reach the database; the current release is still served from caches."""
        # Costs half of what the framework's pool costs, and leaves that to routes that need no database.
        self.executor = ThreadPoolExecutor(settings.pool_size, thread_name_prefix="citypact")

    def release(self, *, fresh: bool = False) -> OpenRelease:
        """The current release; NotReady if there is none. `fresh` asks the database instead of what is known of it."""
        current = self._current
        if current is None or current[0] != self._identity(fresh=fresh):
            current = self._reopen()
        return current[1]

    def _reopen(self) -> tuple[object, OpenRelease]:
        """Open the newest release unless another thread has done so meanwhile."""
        with self._lock:
            identity, before = self._identity(fresh=True), self._current
            if before is not None and before[0] == identity:
                return before
            opened = self._current = (identity, self._open(identity))
            self.version = opened[1].version
            if before:
                before[1].dispose()
            return opened

    def _identity(self, *, fresh: bool) -> object:
        try:
            return self._backend.identity(fresh=fresh)
        except SQLAlchemyError as error:
            if self._current is None:
                raise NotReady(f"The database cannot be reached ({_reason(error)})") from error
            return self._current[0]  # while the database is down, the current release stays current

    def watch(self) -> None:
        """Start a thread that checks for a newer release every second until the register is closed."""
        threading.Thread(target=self._watch, name="citypact-watch", daemon=True).start()

    def _watch(self) -> None:
        last_fault = ""
        while not self._closed.wait(RELEASE_CHECK_SECONDS):
            try:
                self._check_release()
            except Exception as error:  # a bug must not end the thread; it is logged once, not every second
                if last_fault != repr(error):
                    log.exception("fault while looking for a newer release")
                last_fault = repr(error)
            else:
                last_fault = ""

    def _check_release(self) -> None:
        try:
            self._backend.identity(fresh=True)
            self.release()
        except ReleaseReplaced:
            is_down = False
        except (NotReady, SQLAlchemyError) as error:
            is_down = True
            if not self.is_database_down:
                log.warning("the database is away: %s", _reason(error))
        else:
            is_down = False
            if self.is_database_down:
                log.warning("the database is back")
        self.is_database_down = is_down

    def _open(self, identity: object) -> OpenRelease:
        engine = self._backend.engine(identity)
        try:
            version, loaded_at = _read_release(engine)
        except BaseException:
            close_engine(engine)
            raise
        totals: LRUCache[str, int] = LRUCache(self._settings.remembered_totals)
        inline, count_timeout = self._backend.inline_connection(identity), self._backend.count_timeout
        statements = StatementCache(engine.dialect)
        return OpenRelease(version, loaded_at, engine, inline, count_timeout, statements, totals)

    def close(self) -> None:
        """Stop the checks, close the idle connections now and each connection in use when it is returned."""
        self._closed.set()
        self.executor.shutdown(wait=False)
        self._backend.close()
        if self._current:
            self._current[1].dispose()

    def try_inline(self, read: Callable[[Snapshot], T]) -> T:
        """Call `read` with a snapshot of the current release; WouldBlock, without effect, if that would take long.

        Nothing here waits for a lock, a server or a slow statement, so it may be called on the event loop.
        """
        identity, release = self._current or (None, None)
        if release is None or release.inline is None or identity != self._identity(fresh=False):
            raise WouldBlock
        try:
            with release.inline as inline, Snapshot(release, inline) as snapshot:
                return read(snapshot)
        except (ReleaseReplaced, SQLAlchemyError) as error:  # mostly a timeout; a thread will meet any other error, too
            raise WouldBlock from error

    def run(self, read: Callable[[Snapshot], T], *, fresh: bool = False) -> T:
        """Call `read` with a snapshot of the current release, again if that release is replaced meanwhile."""
        for _ in range(MAX_ATTEMPTS):
            release = None
            try:
                release = self.release(fresh=fresh)
                with Snapshot(release, release.engine) as snapshot:
                    return read(snapshot)
            except ReleaseReplaced:
                continue
            except (NotReady, SQLAlchemyError):  # loads in quick succession drop a release that is still being read
                if self.release(fresh=True) is release:
                    raise
        raise NotReady("The database is being replaced again and again")
