"""Bytes over a socket, for what an HTTP client would not send."""

import json
import socket
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any

from app.settings import Settings
from tests.support.serving import Served


@dataclass
class Answer:
    """An answer as it came."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


def connected(to: Served | Settings, timeout: float = 15) -> socket.socket:
    """A connection to what is served."""
    settings = to.settings if isinstance(to, Served) else to
    return socket.create_connection((settings.host, settings.port), timeout)


def answer(connection: socket.socket, method: str = "GET") -> Answer:
    """The next answer on a connection."""
    response = HTTPResponse(connection, method=method)
    response.begin()
    body = response.read()
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, body)


def all_bytes(connection: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    received = b""
    while part := connection.recv(65536):
        received += part
    return received


def exchange(to: Served | Settings, sent: bytes) -> bytes:
    """All that comes back until the server closes; nothing is sent after this."""
    with connected(to) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        return all_bytes(connection)
