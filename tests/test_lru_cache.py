"""The cache holds as many entries as it may, drops what was used longest ago, and is used by one thread at a time."""

import threading
from collections.abc import Callable

import pytest

from app.lru_cache import LRUCache

Cache = LRUCache[str, int]


def filled(max_entries: int, *keys: str) -> Cache:
    cache = Cache(max_entries)
    for value, key in enumerate(keys, 1):
        assert cache.put(key, value) == value
    return cache


@pytest.mark.parametrize(
    ("max_entries", "keys", "expected"),
    [
        (2, "", [None, None, None]),
        (2, "ab", [1, 2, None]),
        (2, "abc", [None, 2, 3]),
        (3, "abc", [1, 2, 3]),
        (2, "abac", [3, None, 4]),  # what is put again is used again
        (1, "abc", [None, None, 3]),
        (0, "abc", [None, None, None]),
    ],
)
def test_the_least_recently_used_goes_first(max_entries: int, keys: str, expected: list[int | None]) -> None:
    cache = filled(max_entries, *keys)

    assert [cache.get(key) for key in "abc"] == expected


def test_what_is_read_is_used_again() -> None:
    cache = filled(2, "a", "b")
    assert cache.get("a") == 1
    cache.put("c", 3)

    assert [cache.get(key) for key in "abc"] == [1, None, 3]


class Key(str):
    """A key that does something while it is looked up."""

    __slots__ = ("looked_up",)
    looked_up: Callable[[], None]

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other)

    def __hash__(self) -> int:
        self.looked_up()
        return str.__hash__(self)


@pytest.mark.parametrize("use", [lambda cache, key: cache.get(key), lambda cache, key: cache.put(key, 7)])
@pytest.mark.parametrize("other_use", [lambda cache: cache.get("a"), lambda cache: cache.put("a", 8)])
def test_a_second_thread_waits(use: Callable[[Cache, Key], object], other_use: Callable[[Cache], object]) -> None:
    cache = filled(2, "a")
    waited: list[bool] = []
    second = threading.Thread(target=other_use, args=[cache])

    def look_up() -> None:
        if not waited:
            second.start()
            second.join(0.05)
            waited.append(second.is_alive())

    key = Key("b")
    key.looked_up = look_up
    use(cache, key)
    second.join(10)

    assert (waited, second.is_alive()) == ([True], False)
