"""Load generator: threads that send requests and count how many were answered, refused and lost.

A request is refused if no connection can be opened, and lost if one was opened but no complete response came.
"""

import http.client
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle

CLIENTS = 8
PAUSE_SECONDS = 0.003  # between two requests of a client
MAX_REQUESTS = 200_000  # of all clients together

ANSWERED, REFUSED, LOST = "answered", "refused", "lost"


@dataclass
class LoadGenerator:
    """The clients' shared state, and the outcomes of their requests so far."""

    host: str
    port: int
    paths: Sequence[str]
    counts: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    bodies: dict[str, set[bytes]] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def sent(self) -> int:
        """The number of requests so far, refused ones too."""
        return self.counts.total()

    def run_client(self, number: int) -> None:
        """Send requests until stopped: even clients keep their connection, odd ones open one for each request."""
        open_connection: http.client.HTTPConnection | None = None
        paths = cycle([*self.paths[number % len(self.paths) :], *self.paths[: number % len(self.paths)]])
        while not self.stopping.is_set() and self.sent < MAX_REQUESTS:
            connection = open_connection or http.client.HTTPConnection(self.host, self.port, timeout=15)
            reusable = self.send(connection, next(paths), keep_alive=number % 2 == 0)
            open_connection = connection if reusable else None
            self.stopping.wait(PAUSE_SECONDS)
        if open_connection:
            open_connection.close()

    def send(self, connection: http.client.HTTPConnection, path: str, *, keep_alive: bool) -> bool:
        """Send a request, count its outcome, and return whether the connection can be used again."""
        try:
            if connection.sock is None:
                connection.connect()
        except OSError:
            connection.close()
            self.count(REFUSED)
            return False
        try:
            connection.request("GET", path, headers={} if keep_alive else {"Connection": "close"})
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            self.count(LOST)
            return False
        self.count(ANSWERED, response.status, path, body)
        if response.will_close:
            connection.close()
        return not response.will_close

    def count(self, outcome: str, status: int | None = None, path: str = "", body: bytes = b"") -> None:
        """Count the outcome of a request, and remember the body of a 200."""
        with self.lock:
            self.counts[outcome] += 1
            if status is not None:
                self.statuses[status] += 1
                if status == 200:
                    self.bodies.setdefault(path, set()).add(body)


@contextmanager
def generate_load(host: str, port: int, paths: Sequence[str]) -> Iterator[LoadGenerator]:
    """Run clients that request these paths in turn until the block ends."""
    running = LoadGenerator(host, port, paths)
    clients = [threading.Thread(target=running.run_client, args=[number]) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        yield running
    finally:
        running.stopping.set()
        for client in clients:
            client.join()
