"""HTTP over a plain socket, for requests that an HTTP client would not send."""

import json
import socket
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any

from app.settings import Settings
from tests.support.serving import Served


@dataclass
class RawResponse:
    """A response as it was received, with the names of its headers in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Parse the body as JSON."""
        return json.loads(self.body)


def connect(server: Served | Settings, timeout: float = 15) -> socket.socket:
    """Connect to a server; `timeout` is in seconds."""
    settings = server.settings if isinstance(server, Served) else server
    return socket.create_connection((settings.host, settings.port), timeout)


def read_response(connection: socket.socket, method: str = "GET") -> RawResponse:
    """Read the next response on a connection; `method` is that of its request."""
    response = HTTPResponse(connection, method=method)
    response.begin()
    body = response.read()
    return RawResponse(response.status, {name.lower(): value for name, value in response.getheaders()}, body)


def read_all(connection: socket.socket) -> bytes:
    """Read until the server closes the connection."""
    received = b""
    while part := connection.recv(65536):
        received += part
    return received


def exchange(server: Served | Settings, request: bytes) -> bytes:
    """Send bytes, close the sending side, and return all that the server sends until it closes the connection."""
    with connect(server) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return read_all(connection)
