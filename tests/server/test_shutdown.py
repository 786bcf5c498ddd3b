"""A server that stops answers what it was asked before: in its queue, on open connections, and what is under way.

The server runs in the loop of the test, so that what happens first does not depend on how busy the machine is.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.server.http_protocol import HttpProtocol
from app.server.run import SHUTDOWN_GRACE_SECONDS, Server, uvicorn_config
from app.settings import Settings
from tests.support.event_loops import run_in_new_loop

REQUEST = b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"


@dataclass
class Slow:
    """An application whose answers wait until they may come."""

    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    asked: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        await self.may_answer.wait()
        await Response("answered")(scope, receive, send)


@dataclass
class Stopping:
    """A server that listens and can be stopped, and clients of it."""

    app: Slow
    server: Server
    listening: socket.socket
    clients: list[socket.socket] = field(default_factory=list)

    def connect(self, *sent: bytes) -> None:
        """One more client; the kernel completes the connection while the loop does something else."""
        client = socket.create_connection(self.listening.getsockname(), timeout=10)
        self.clients.append(client)
        client.sendall(b"".join(sent))

    @property
    def connections(self) -> list[HttpProtocol]:
        """What the server has accepted."""
        return [found for found in self.server.server_state.connections if isinstance(found, HttpProtocol)]

    async def stop(self) -> None:
        """Stops the server, as a signal does."""
        await self.server.shutdown([self.listening])

    async def until(self, holds: Callable[[], bool]) -> None:
        """Lets the server work until this is so."""
        async with asyncio.timeout(10):
            while not holds():
                await asyncio.sleep(0)


def responses(run: Callable[[Stopping], Awaitable[None]]) -> list[bytes]:
    """All that each client was sent until its connection was closed, while a server did this and stopped."""

    async def serve() -> list[bytes]:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            app = Slow()
            config = uvicorn_config(app, Settings())
            config.lifespan = "off"
            config.load()
            server = Server(config)
            server.lifespan = config.lifespan_class(config)
            await server.startup([listening])
            stopping = Stopping(app, server, listening)
            await run(stopping)
        return [received(client) for client in stopping.clients]

    return run_in_new_loop(serve())


def received(client: socket.socket) -> bytes:
    """What comes until the end; what was there before a reset, too."""
    found = b""
    with client:
        try:
            while part := client.recv(65536):
                found += part
        except ConnectionResetError:
            pass
    return found


def summary(response: bytes) -> tuple[bytes, bool, bytes]:
    """The status, whether the client was told that the connection closes, and the body."""
    head, _, body = response.partition(b"\r\n\r\n")
    return head.split(b" ")[1] if head else b"", b"\r\nconnection: close" in head.lower(), body


ANSWERED, ANSWERED_AND_CLOSED = (b"200", False, b"answered"), (b"200", True, b"answered")


def test_requests_in_the_accept_queue_are_answered() -> None:
    async def run(stopping: Stopping) -> None:
        stopping.app.may_answer.set()
        for _ in range(5):
            stopping.connect(REQUEST)
        await stopping.stop()

    assert [summary(response) for response in responses(run)] == [ANSWERED] * 5


def test_new_clients_are_refused() -> None:
    refused: list[str] = []

    async def run(stopping: Stopping) -> None:
        stopping.connect()
        await stopping.until(lambda: len(stopping.connections) == 1)
        stop = asyncio.create_task(stopping.stop())
        await asyncio.sleep(0)
        try:
            stopping.connect(REQUEST)
        except ConnectionRefusedError:
            refused.append("refused")
        await stop

    responses(run)

    assert refused == ["refused"]


def test_an_open_connection_may_still_send_its_request() -> None:
    async def run(stopping: Stopping) -> None:
        stopping.app.may_answer.set()
        stopping.connect()
        stopping.connect(REQUEST[:10])
        await stopping.until(lambda: len(stopping.connections) == 2)
        opened = stopping.connections
        stop = asyncio.create_task(stopping.stop())
        await stopping.until(lambda: all(connection._stopping for connection in opened))
        stopping.clients[0].sendall(REQUEST)
        stopping.clients[1].sendall(REQUEST[10:])
        await stop

    assert [summary(response) for response in responses(run)] == [ANSWERED_AND_CLOSED] * 2


def test_an_idle_connection_is_closed() -> None:
    async def run(stopping: Stopping) -> None:
        stopping.app.may_answer.set()
        stopping.connect(REQUEST)
        stopping.connect()
        await stopping.until(lambda: len(stopping.connections) == 2 and stopping.app.asked == 1)
        async with asyncio.timeout(SHUTDOWN_GRACE_SECONDS / 2):
            await stopping.stop()

    first, second = responses(run)

    assert (summary(first), second) == (ANSWERED, b"")


def test_a_response_under_way_is_finished() -> None:
    async def run(stopping: Stopping) -> None:
        stopping.connect(REQUEST)
        await stopping.until(lambda: stopping.app.asked == 1)
        (connection,) = stopping.connections
        stop = asyncio.create_task(stopping.stop())
        await stopping.until(lambda: connection._stopping)
        stopping.app.may_answer.set()
        await stop

    assert [summary(response) for response in responses(run)] == [ANSWERED_AND_CLOSED]
