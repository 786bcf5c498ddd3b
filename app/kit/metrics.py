"""Prometheus metrics of all workers, on a port of their own. Nothing here is imported unless they are asked for."""

import os
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from app.kit.response_cache import STALE
from app.kit.tracing import Answered, Observer

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client wants it set before it is imported


@contextmanager
def published(host: str, port: int) -> Iterator[None]:
    """Serves within the block what this process and its workers count; OSError if the port cannot be had."""
    with tempfile.TemporaryDirectory(prefix="citypact-metrics-") as folder:
        os.environ[FOLDER] = folder
        from prometheus_client import CollectorRegistry, start_http_server
        from prometheus_client.multiprocess import MultiProcessCollector

        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        server, thread = start_http_server(port, host, registry)
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def count(nouns: Collection[str]) -> Observer:
    """An observer that counts answers by noun, status and whether they were stale, and their seconds by noun."""
    from prometheus_client import Counter, Histogram

    answers = Counter("citypact_answers", "Answers sent.", ["noun", "status", "stale"])
    seconds = Histogram(
        "citypact_answer_seconds",
        "Seconds from a request to its answer.",
        ["noun"],
        buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
    )

    def observe(answered: Answered) -> None:
        first = answered.path.split("/")[1]
        noun = first if first in nouns else "other"  # anything may be asked for, and each name costs memory
        answers.labels(noun, answered.status, "yes" if STALE in answered.headers else "no").inc()
        seconds.labels(noun).observe(answered.seconds)

    return observe
