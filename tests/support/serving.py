"""Registers that are really loaded and really served, on either database, for tests to ask over HTTP."""

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
from sqlalchemy import create_engine, event, make_url, text

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
# Two test processes may ask one server for it at once.
NEW_READER = f"""DO $$ BEGIN CREATE ROLE {READER} LOGIN PASSWORD '{READER}';
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"""
# What a deployment takes from everybody within its database.
ROLES = (ROOT / ".deploy/postgres/roles.sql").read_text()
REVOKED = re.findall(r"^REVOKE .* ON (?:SCHEMA|FUNCTION) .*;$", ROLES, re.MULTILINE)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Listener(logging.Handler):
    """Passes on each statement."""

    def __init__(self, hear: Callable[[str, Any], None]) -> None:
        super().__init__()
        self.hear = hear

    def emit(self, record: logging.LogRecord) -> None:
        """One that was prepared."""
        self.hear(*record.args)  # type: ignore[misc]

    def executed(self, _connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        """One that SQLAlchemy executes."""
        self.hear(statement, values)


@dataclass
class Served:
    """A register being served in this process by a real uvicorn."""

    settings: Settings
    cache: ResponseCacheMiddleware
    register: Register
    client: httpx.Client

    def get(self, path: str, **more: Any) -> httpx.Response:
        """The answer to a GET, as a client sees it."""
        return self.client.get(path, **more)

    def ids(self, path: str) -> list[str]:
        """The ids of a list's items."""
        response = self.get(path)
        assert response.status_code == 200, response.text
        return [item["id"] for item in response.json()["items"]]

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """The SQL statements that are executed within the block, for answers that are not remembered from before."""
        self.cache.clear()
        seen: list[str] = []
        with self._listening(lambda sql, _: seen.append(sql)):
            yield seen

    @contextmanager
    def executed(self) -> Iterator[list[tuple[str, Any]]]:
        """The same with the values that are sent with them."""
        self.cache.clear()
        seen: list[tuple[str, Any]] = []
        with self._listening(lambda sql, values: seen.append((sql, values))):
            yield seen

    @contextmanager
    def _listening(self, hear: Callable[[str, Any], None]) -> Iterator[None]:
        """Hears of the statements that SQLAlchemy executes, and of those that are prepared and only logged."""
        release = self.register.release()
        engines = [release.engine, *([release.inline.engine] if release.inline else [])]
        listener = Listener(hear)
        log.addHandler(listener)
        log.setLevel(logging.DEBUG)
        for engine in engines:
            event.listen(engine, "before_cursor_execute", listener.executed)
        try:
            yield
        finally:
            log.removeHandler(listener)
            log.setLevel(logging.NOTSET)
            for engine in engines:
                event.remove(engine, "before_cursor_execute", listener.executed)


@contextmanager
def serving(settings: Settings) -> Iterator[Served]:
    """Serves these settings on a free port until the block ends."""
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
    """Settings for a new SQLite register in this folder."""
    return Settings(database_url=f"sqlite:///{folder}/register.db", seed_dir=str(seed))


def postgres_settings(superuser: str, name: str, seed: Path) -> Settings:
    """Settings for a new PostgreSQL database of this name, read by a role that can only SELECT."""
    engine = create_engine(superuser, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
        connection.execute(text(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC"))
        connection.execute(text(NEW_READER))
        connection.execute(text(f"GRANT CONNECT ON DATABASE {name} TO {READER}"))
    engine.dispose()
    owner = make_url(superuser).set(database=name)
    engine = create_engine(owner, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in REVOKED:
            connection.execute(text(statement))
    engine.dispose()
    reader = owner.set(username=READER, password=READER)
    database_url, owner_url = (url.render_as_string(hide_password=False) for url in (reader, owner))
    return Settings(database_url=database_url, owner_url=owner_url, seed_dir=str(seed))


def loaded(settings: Settings) -> Settings:
    """The settings themselves, once their register is loaded."""
    load(settings)
    return settings
