"""Runs the service: uvicorn with our connections, in one process or several, stopped so that no request is lost."""

import asyncio
import contextlib
import gc
import logging
import socket
import sys
import time
from collections.abc import Iterator
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from app.errors import OperatorError
from app.kit.listening import DRAINED_IN, take_no_more
from app.kit.metrics import published
from app.kit.protocol import Protocol
from app.kit.tracing import JsonLines
from app.main import create_app, headers_at
from app.settings import Settings

log = logging.getLogger("citypact")

COLLECTED_EVERY = (10_000, 20, 20)  # for each generation; kept answers are many, and few of them are in cycles


class Connection(Protocol):
    """A connection whose refusals have the headers of all answers."""

    headers_of_refusals = headers_at("/")


class Server(uvicorn.Server):
    """Serves in this process."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Takes up what waits in the queue, then closes it, answers, and ends."""
        take_no_more(sockets or ())
        await asyncio.sleep(DRAINED_IN)
        await super().shutdown(sockets)


class Supervisor(Multiprocess):
    """Serves in several processes that share a socket; replaces those that die."""

    def keep_subprocess_alive(self) -> None:
        """Replaces a worker that was killed at once, also if that was while it was asked whether it lives."""
        for process in self.processes:
            process.child_conn.close()  # the worker has its own; with ours open, nobody would see the pipe end
        super().keep_subprocess_alive()

    def terminate_all(self) -> None:
        """Lets the workers take up what waits in the queue, then stops them."""
        take_no_more(self.sockets)
        time.sleep(DRAINED_IN)
        for listening in self.sockets:  # or it would still look as if somebody listened
            listening.close()
        super().terminate_all()

    @property
    def failed(self) -> bool:
        """Whether a worker could not even start."""
        return any(process.exitcode == STARTUP_FAILURE for process in self.processes)


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": JsonLines}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"citypact.access": {"level": "INFO"}},
}


def configured(app: ASGIApp | str, settings: Settings, logging_config: dict[str, Any] | None = None) -> uvicorn.Config:
    """How uvicorn serves an application, or what a factory of this name makes."""
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        http=Connection,
        log_config=logging_config,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=10,
        timeout_worker_healthcheck=30,  # a worker that starts on a busy machine is not one that hangs
    )


def serve(settings: Settings, app: str = "app.server:app_from_environment") -> None:
    """Serves until told to stop; OperatorError if it cannot."""
    config = configured(app, settings, LOGGING)
    with _metrics(settings):
        _run(config, [config.bind_socket()])


@contextlib.contextmanager
def _metrics(settings: Settings) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        if settings.metrics_port:
            try:
                stack.enter_context(published(settings.host, settings.metrics_port))
            except OSError as error:
                raise OperatorError(f"No metrics on port {settings.metrics_port}: {error.strerror}.") from error
        yield


def _run(config: uvicorn.Config, sockets: list[socket.socket]) -> None:
    if config.workers == 1:
        with contextlib.suppress(KeyboardInterrupt):
            Server(config).run(sockets)
        return
    supervisor = Supervisor(config, sockets)
    supervisor.run()
    if supervisor.failed:
        raise OperatorError("A worker could not start; the log says why.")


def app_from_environment() -> ASGIApp:
    """The service as the environment configures it; what starts in every worker."""
    try:
        app = create_app(Settings())
    except Exception:
        log.exception("cannot start")
        sys.exit(STARTUP_FAILURE)  # the code that tells a supervisor not to try again
    gc.freeze()  # what is there by now stays, and need not be looked through again
    gc.set_threshold(*COLLECTED_EVERY)
    return app
