"""PostgreSQL connections that wait for a limited time: the server may be frozen, or the network may drop packets."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import _WaitTimeout
from psycopg.rows import TupleRow
from sqlalchemy import Connection, Dialect, Engine, event

T = TypeVar("T")

# libpq's own timeouts: 2 s to connect to each address of a URL; 3 s until a peer that the kernel cannot reach is dead.
CONNECT_OPTIONS = {
    "connect_timeout": 2,
    "tcp_user_timeout": 3000,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 2,
}


class TimeoutConnection(psycopg.Connection[TupleRow]):
    """A psycopg connection that waits for a reply for a limited time.

    PostgreSQL's `statement_timeout` does not suffice: it is the server that enforces it.
    """

    timeout_seconds = 2.0

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """Wait for the reply of the server; close the connection and raise OperationalError after the timeout."""
        try:
            return super().wait(gen, interval, self.timeout_seconds if timeout is None else timeout)
        except _WaitTimeout as error:
            self.pgconn.finish()  # a late reply would be taken for the reply to the next statement
            raise psycopg.OperationalError("the server does not answer") from error


def with_statement_deadline(engine: Engine, seconds: float) -> Engine:
    """The same engine, whose connections wait so many seconds for a reply."""

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Dialect, _entry: object, arguments: list[str], options: dict[str, Any]) -> TimeoutConnection:
        # psycopg gives each option a type of its own.
        connection = TimeoutConnection.connect(*arguments, **options)
        connection.timeout_seconds = seconds
        return connection

    return engine


@contextmanager
def extended_timeout(connection: Connection, seconds: float) -> Iterator[None]:
    """Allow the server so many seconds for each statement within the block."""
    driver = cast(TimeoutConnection, connection.connection.driver_connection)  # as `with_statement_deadline` opens it
    usual = driver.timeout_seconds
    driver.execute(f"SET statement_timeout = {seconds * 1000:.0f}".encode())
    driver.timeout_seconds = seconds + 0.5
    try:
        yield
    finally:
        driver.timeout_seconds = usual
        if not driver.closed:
            driver.execute("RESET statement_timeout")
