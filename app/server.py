"""Runs the service: uvicorn with our connections, in one process or several, stopped so that no request is lost."""

import asyncio
import contextlib
import logging
import socket
import sys
import time
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from app.errors import OperatorError
from app.kit.listening import DRAINED_IN, take_no_more
from app.kit.protocol import Protocol
from app.main import HEADERS, create_app
from app.settings import Settings

log = logging.getLogger("citypact")


class Connection(Protocol):
    """A connection whose refusals have the headers of all answers."""

    headers_of_refusals = HEADERS


class Server(uvicorn.Server):
    """Serves in this process."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Takes up what waits in the queue, then closes it, answers, and ends."""
        take_no_more(sockets or ())
        await asyncio.sleep(DRAINED_IN)
        await super().shutdown(sockets)


class Supervisor(Multiprocess):
    """Serves in several processes that share a socket; replaces those that die."""

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


def configured(app: ASGIApp | str, settings: Settings, **more: Any) -> uvicorn.Config:
    """How uvicorn serves an application, or what a factory of this name makes."""
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        host=settings.host,
        port=settings.port,
        http=Connection,
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=10,
        timeout_worker_healthcheck=30,  # a worker that starts on a busy machine is not one that hangs
        **more,
    )


def serve(settings: Settings, app: str = "app.server:app_from_environment") -> None:
    """Serves until told to stop; OperatorError if it cannot."""
    config = configured(app, settings, workers=settings.workers)
    sockets = [config.bind_socket()]
    if settings.workers == 1:
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
        return create_app(Settings())
    except Exception:
        log.exception("cannot start")
        sys.exit(STARTUP_FAILURE)  # the code that tells a supervisor not to try again
