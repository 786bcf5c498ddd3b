"""Serves the Prometheus metrics of all workers on a port of their own."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

MULTIPROC_DIR = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client wants it set before it is imported


@contextmanager
def serve_metrics(host: str, port: int) -> Iterator[None]:
    """Serve the metrics of this process and its workers within the block; OSError if the port cannot be bound."""
    with tempfile.TemporaryDirectory(prefix="citypact-metrics-") as folder:
        os.environ[MULTIPROC_DIR] = folder
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
