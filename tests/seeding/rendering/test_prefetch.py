"""Items that another process produces ahead of their consumer."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.seeding.rendering.prefetch import PIPE_BYTES, prefetch


def test_items_come_in_order_from_another_process() -> None:
    def produce() -> Iterator[tuple[int, int]]:
        yield from ((number, os.getpid()) for number in range(1000))

    with prefetch(produce) as items:
        received = list(items)

    assert [number for number, _ in received] == list(range(1000))
    assert {process for _, process in received} != {os.getpid()}
    assert not multiprocessing.active_children()


def test_an_error_of_the_producer_is_raised_after_its_items() -> None:
    def produce() -> Iterator[int]:
        yield 1
        raise ValueError("no more")

    received: list[int] = []
    with prefetch(produce) as items, pytest.raises(ValueError, match="no more"):
        received.extend(items)

    assert received == [1]


def test_a_producer_that_is_killed_is_an_error() -> None:
    def produce() -> Iterator[int]:
        yield 1
        os.kill(os.getpid(), signal.SIGKILL)

    with prefetch(produce) as items, pytest.raises(ChildProcessError, match="before its work was done"):
        list(items)


def test_a_producer_waits_while_the_pipe_is_full_and_ends_with_the_block() -> None:
    produced = multiprocessing.Value("i", 0)

    def produce() -> Iterator[bytes]:
        while True:
            produced.value += 1
            yield bytes(PIPE_BYTES // 8)

    with prefetch(produce) as items:
        first = next(iter(items))
        wait_until(lambda: produced.value >= 8)
        time.sleep(0.1)
        produced_ahead = produced.value

    assert len(first) == PIPE_BYTES // 8
    assert 8 <= produced_ahead <= 10
    assert not multiprocessing.active_children()


def test_a_producer_ends_when_its_parent_is_killed() -> None:
    parent = multiprocessing.get_context("fork").Process(target=_consume_forever)
    parent.start()
    wait_until(lambda: bool(_children(parent.pid or 0)))
    producers = _children(parent.pid or 0)
    parent.kill()
    parent.join()
    wait_until(lambda: not any(map(_alive, producers)))

    assert len(producers) == 1
    assert not any(map(_alive, producers))


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)


def _consume_forever() -> None:
    def produce() -> Iterator[int]:
        while True:
            yield 1

    with prefetch(produce) as items:
        for _ in items:
            pass


def _children(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def _alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
