"""Loads registers into either database and serves them over HTTP, in the process of the tests."""

import logging
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from sqlalchemy import URL, create_engine, event, make_url, text

from app.db.register import Register
from app.db.statements import log
from app.main import create_app
from app.middleware.request_id import RequestIdMiddleware
from app.middleware.response_cache import ResponseCacheMiddleware
from app.seeding.loading.load import load
from app.server.run import uvicorn_config
from app.settings import Settings

ROOT = Path(__file__).parents[2]
REAL_SEED = ROOT / "seed"
SMALL_SEED = ROOT / "tests/seed"
READER = "citypact_reader"
# Two test processes may create the role at the same time.
CREATE_READER = f"""DO $$ BEGIN CREATE ROLE {READER} LOGIN PASSWORD '{READER}';
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"""
# A deployment revokes these privileges from everybody within its database.
ROLES = (ROOT / ".deploy/postgres/roles.sql").read_text()
REVOKE_STATEMENTS = re.findall(r"^REVOKE .* ON (?:SCHEMA|FUNCTION) .*;$", ROLES, re.MULTILINE)


def free_port() -> int:
    """Return a port that no server of this machine listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class StatementListener(logging.Handler):
    """Passes every SQL statement and its values to a callback."""

    def __init__(self, callback: Callable[[str, Any], None]) -> None:
        super().__init__()
        self.callback = callback

    def emit(self, record: logging.LogRecord) -> None:
        """Pass on a compiled statement, which is only logged."""
        self.callback(*record.args)  # type: ignore[misc]

    def before_cursor_execute(self, _connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        """Pass on a statement that SQLAlchemy executes; a listener of its event with this name."""
        self.callback(statement, values)


@dataclass
class Served:
    """A register that uvicorn serves in this process, and a client of it."""

    settings: Settings
    cache: ResponseCacheMiddleware
    register: Register
    client: httpx.Client

    def get(self, path: str, **more: Any) -> httpx.Response:
        """Send a GET request; `more` are keyword arguments of httpx."""
        return self.client.get(path, **more)

    def ids(self, path: str) -> list[str]:
        """Return the ids of the items of a list."""
        response = self.get(path)
        assert response.status_code == 200, response.text
        return [item["id"] for item in response.json()["items"]]

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """Clear the response cache, and collect the SQL statements that are executed within the block."""
        self.cache.clear()
        statements: list[str] = []
        with self._listening(lambda sql, _: statements.append(sql)):
            yield statements

    @contextmanager
    def statements_with_values(self) -> Iterator[list[tuple[str, Any]]]:
        """Do the same as `statements`, but collect the values of each statement, too."""
        self.cache.clear()
        statements: list[tuple[str, Any]] = []
        with self._listening(lambda sql, values: statements.append((sql, values))):
            yield statements

    @contextmanager
    def _listening(self, callback: Callable[[str, Any], None]) -> Iterator[None]:
        """Call back for the statements that SQLAlchemy executes, and for compiled ones, which are only logged."""
        release = self.register.release()
        engines = [release.engine, *([release.inline.engine] if release.inline else [])]
        listener = StatementListener(callback)
        log.addHandler(listener)
        log.setLevel(logging.DEBUG)
        for engine in engines:
            event.listen(engine, "before_cursor_execute", listener.before_cursor_execute)
        try:
            yield
        finally:
            log.removeHandler(listener)
            log.setLevel(logging.NOTSET)
            for engine in engines:
                event.remove(engine, "before_cursor_execute", listener.before_cursor_execute)


@contextmanager
def serving(settings: Settings) -> Iterator[Served]:
    """Serve the register of these settings on a free port until the block ends."""
    settings = settings.model_copy(update={"port": free_port()})
    app = create_app(settings)
    app.middleware_stack = app.build_middleware_stack()
    assert isinstance(app.middleware_stack, RequestIdMiddleware)
    cache = app.middleware_stack.app
    assert isinstance(cache, ResponseCacheMiddleware)
    register: Register = app.state.register
    server = uvicorn.Server(uvicorn_config(app, settings.model_copy(update={"host": "127.0.0.1"})))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{settings.port}", timeout=20) as client:
            yield Served(settings, cache, register, client)
    finally:
        server.should_exit = True
        thread.join(10)


def sqlite_settings(folder: Path, seed: Path) -> Settings:
    """Return settings of a new SQLite register in this folder; `load` fills it from the seeds."""
    return Settings(database_url=f"sqlite:///{folder}/register.db", seed_dir=str(seed))


def postgres_settings(superuser: str, name: str, seed: Path) -> Settings:
    """Create an empty PostgreSQL database; return settings in which the owner loads, and a role may only read.

    `superuser` is the URL of a superuser; an existing database of this name is dropped.
    """
    _execute(
        superuser,
        f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
        f"CREATE DATABASE {name}",
        f"REVOKE ALL ON DATABASE {name} FROM PUBLIC",
        CREATE_READER,
        f"GRANT CONNECT ON DATABASE {name} TO {READER}",
    )
    owner = make_url(superuser).set(database=name)
    _execute(owner, *REVOKE_STATEMENTS)
    reader = owner.set(username=READER, password=READER)
    database_url, owner_url = (url.render_as_string(hide_password=False) for url in (reader, owner))
    return Settings(database_url=database_url, owner_url=owner_url, seed_dir=str(seed))


def _execute(url: str | URL, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def loaded(settings: Settings) -> Settings:
    """Load the register of these settings, and return the settings."""
    load(settings)
    return settings
