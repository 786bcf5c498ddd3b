"""A bounded load of real requests, counted honestly: what was answered, what was refused, what was lost."""

import http.client
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle

CLIENTS = 8
PAUSE = 0.003  # seconds between two requests of a client
MOST = 200_000  # requests of one load, whatever happens

ANSWERED, REFUSED, LOST = "answered", "refused", "lost"


@dataclass
class Load:
    """What became of the requests so far."""

    host: str
    port: int
    paths: Sequence[str]
    counts: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    bodies: dict[str, set[bytes]] = field(default_factory=dict)
    ended: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def sent(self) -> int:
        """How many requests were made, also those that found nobody listening."""
        return self.counts.total()

    def client(self, number: int) -> None:
        """Asks again and again: every second client on a connection that it keeps, the others on new ones."""
        kept: http.client.HTTPConnection | None = None
        paths = cycle([*self.paths[number % len(self.paths) :], *self.paths[: number % len(self.paths)]])
        while not self.ended.is_set() and self.sent < MOST:
            connection = kept or http.client.HTTPConnection(self.host, self.port, timeout=15)
            again = self.ask(connection, next(paths), keep=number % 2 == 0)
            kept = connection if again else None
            self.ended.wait(PAUSE)
        if kept:
            kept.close()

    def ask(self, connection: http.client.HTTPConnection, path: str, *, keep: bool) -> bool:
        """Makes one request and counts what became of it; whether the connection can be used again."""
        try:
            if connection.sock is None:
                connection.connect()
        except OSError:
            connection.close()
            self.count(REFUSED)
            return False
        try:
            connection.request("GET", path, headers={} if keep else {"Connection": "close"})
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
        """Notes one outcome."""
        with self.lock:
            self.counts[outcome] += 1
            if status is not None:
                self.statuses[status] += 1
                if status == 200:
                    self.bodies.setdefault(path, set()).add(body)


@contextmanager
def load(host: str, port: int, paths: Sequence[str]) -> Iterator[Load]:
    """A load that runs within the block."""
    running = Load(host, port, paths)
    clients = [threading.Thread(target=running.client, args=[number]) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        yield running
    finally:
        running.ended.set()
        for client in clients:
            client.join()
