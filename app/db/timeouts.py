"""A PostgreSQL connection that gives up on a server that says nothing: frozen, or behind a net that swallows all."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import _WaitTimeout
from sqlalchemy import Engine, event

RV = TypeVar("RV")

# libpq's own bounds: for each address of a URL 2 s to connect, and a peer that the kernel cannot reach is dead in 3 s.
CONNECT_OPTIONS = {
    "connect_timeout": 2,
    "tcp_user_timeout": 3000,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 2,
}


class TimeoutConnection(psycopg.Connection[Any]):
    """Waits so long for an answer of the server and no longer; a statement timeout needs a server that is awake."""

    timeout_seconds = 2.0  # seconds

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """What the server answers."""
        try:
            return super().wait(gen, interval, self.timeout_seconds if timeout is None else timeout)
        except _WaitTimeout as error:
            self.pgconn.finish()  # what comes later would be taken for the answer to the next question
            raise psycopg.OperationalError("the server does not answer") from error


def with_statement_deadline(engine: Engine, seconds: float) -> Engine:
    """The engine, whose connections wait so many seconds for an answer."""

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, arguments: Any, options: Any) -> TimeoutConnection:
        connection = TimeoutConnection.connect(*arguments, **options)
        connection.timeout_seconds = seconds
        return connection

    return engine


@contextmanager
def extended_timeout(connection: TimeoutConnection, seconds: float) -> Iterator[None]:
    """Within the block the server has so many seconds for a statement."""
    usual = connection.timeout_seconds
    connection.execute(f"SET statement_timeout = {seconds * 1000:.0f}".encode())
    connection.timeout_seconds = seconds + 0.5
    try:
        yield
    finally:
        connection.timeout_seconds = usual
        if not connection.closed:
            connection.execute("RESET statement_timeout")
