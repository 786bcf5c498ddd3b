"""Makes things in a process of its own while those that it made before are used: a second core for a long task."""

import fcntl
import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Generic, TypeVar

T = TypeVar("T")

_FORK = multiprocessing.get_context("fork")  # the maker needs nothing sent to it: it has what its parent has

PIPE_BYTES = 2**20  # bytes that are made ahead; Linux allows no more to everybody


class Prefetched(Generic[T]):
    """Things in the order in which they are made; what the maker raises, and ChildProcessError if it is ended."""

    def __init__(self, made: Connection) -> None:
        self._made = made

    def ready(self) -> bool:
        """Whether the next thing, or the end, can be had without waiting."""
        return self._made.poll()

    def __iter__(self) -> Iterator[T]:
        try:
            while (sent := self._made.recv()) is not None:
                thing, error = sent
                if error is not None:
                    raise error
                yield thing
        except EOFError:
            raise ChildProcessError("The process that worked ahead has ended before its work was done.") from None


@contextmanager
def prefetch(make: Callable[[], Iterable[T]]) -> Iterator[Prefetched[T]]:
    """What `make` makes, by a process that ends with the block; at most a pipe full is made ahead."""
    here, there = _FORK.Pipe(duplex=False)
    with suppress(AttributeError, OSError):  # not on Linux, or this user has no room left: less is made ahead
        fcntl.fcntl(here.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    maker = _FORK.Process(target=_produce, args=(make, here, there), daemon=True)
    maker.start()
    there.close()
    try:
        yield Prefetched(here)
    finally:
        here.close()
        maker.terminate()
        maker.join()


def _produce(make: Callable[[], Iterable[T]], here: Connection, there: Connection) -> None:
    here.close()  # so that the maker is told when nobody listens any more
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asked for the work ends it
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with suppress(BrokenPipeError):
        try:
            for thing in make():
                there.send((thing, None))
            there.send(None)
        except Exception as error:
            there.send((None, error))
