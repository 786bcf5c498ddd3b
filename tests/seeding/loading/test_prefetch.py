"""What a process makes ahead."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.seeding.loading.prefetch import PIPE_BYTES, prefetch


def test_things_come_in_order_from_another_process() -> None:
    def make() -> Iterator[tuple[int, int]]:
        yield from ((number, os.getpid()) for number in range(1000))

    with prefetch(make) as things:
        made = list(things)

    assert [number for number, _ in made] == list(range(1000))
    assert {process for _, process in made} != {os.getpid()}
    assert not multiprocessing.active_children()


def test_what_the_maker_raises_is_raised_after_what_it_made() -> None:
    def make() -> Iterator[int]:
        yield 1
        raise ValueError("no more")

    taken: list[int] = []
    with prefetch(make) as things, pytest.raises(ValueError, match="no more"):
        taken.extend(things)

    assert taken == [1]


def test_a_maker_that_is_killed_is_noticed() -> None:
    def make() -> Iterator[int]:
        yield 1
        os.kill(os.getpid(), signal.SIGKILL)

    with prefetch(make) as things, pytest.raises(ChildProcessError, match="before its work was done"):
        list(things)


def test_a_maker_waits_when_enough_is_made_and_ends_with_the_block() -> None:
    made = multiprocessing.Value("i", 0)

    def make() -> Iterator[bytes]:
        while True:
            made.value += 1
            yield bytes(PIPE_BYTES // 8)

    with prefetch(make) as things:
        first = next(iter(things))
        await_that(lambda: made.value >= 8)
        time.sleep(0.1)
        ahead_of_us = made.value

    assert len(first) == PIPE_BYTES // 8
    assert 8 <= ahead_of_us <= 10
    assert not multiprocessing.active_children()


def test_the_maker_ends_by_itself_when_its_parent_is_killed() -> None:
    """Nobody takes what it makes any more."""
    parent = multiprocessing.get_context("fork").Process(target=_take_forever)
    parent.start()
    await_that(lambda: bool(_children(parent.pid or 0)))
    makers = _children(parent.pid or 0)
    parent.kill()
    parent.join()
    await_that(lambda: not any(map(_alive, makers)))

    assert len(makers) == 1
    assert not any(map(_alive, makers))


def await_that(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)


def _take_forever() -> None:
    def make() -> Iterator[int]:
        while True:
            yield 1

    with prefetch(make) as things:
        for _ in things:
            pass


def _children(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def _alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
