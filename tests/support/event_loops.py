"""Runs coroutines in tests that are plain functions."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def run_in_new_loop(coroutine: Coroutine[object, object, T]) -> T:
    """Run a coroutine in a thread of its own, for the browser tests leave a running event loop in the main thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
