"""Runs the service: uvicorn with our protocol, in one process or several, stopped so that no request is lost."""

import asyncio
import contextlib
import gc
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Collection, Iterator

import uvicorn
from starlette.types import ASGIApp
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from app.errors import OperatorError
from app.main import create_app, default_headers
from app.server.draining import DRAIN_SECONDS, stop_accepting
from app.server.http_protocol import HttpProtocol
from app.server.log_format import JsonFormatter
from app.server.metrics import serve_metrics
from app.settings import Settings

log = logging.getLogger("citypact")

STOP_SIGNALS = frozenset({signal.SIGINT, signal.SIGTERM})
SHUTDOWN_GRACE_SECONDS = 10  # in which a process that stops may answer the requests that it has received
KILL_AFTER_SECONDS = SHUTDOWN_GRACE_SECONDS + 5
GC_THRESHOLDS = (10_000, 20, 20)  # of each generation: cached responses are many, and few are in reference cycles


class ApiProtocol(HttpProtocol):
    """The protocol whose refusals have the headers of all responses."""

    refusal_headers = default_headers("/")


class Server(uvicorn.Server):
    """A server in this process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGINT, SIGTERM and SIGHUP and end with 0, where uvicorn would raise the signal again."""
        before = {number: signal.signal(number, self.handle_exit) for number in stop_signals()}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept the connections in the accept queue, close it, finish the responses, and end."""
        stop_accepting(sockets or ())
        await asyncio.sleep(DRAIN_SECONDS)
        await super().shutdown(sockets)


def stop_signals() -> Iterator[signal.Signals]:
    """The signals that end a process which has no supervisor; not SIGHUP where `nohup` has it ignored."""
    yield from STOP_SIGNALS
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        yield signal.SIGHUP


class StopRequested(threading.Event):
    """An event that is set once a signal to stop is in the queue, also while the supervisor handles another signal."""

    def __init__(self, queue: Collection[int]) -> None:
        super().__init__()
        self._queue = queue

    def is_set(self) -> bool:
        """Whether the supervisor is to stop."""
        return super().is_set() or not STOP_SIGNALS.isdisjoint(self._queue)


class Supervisor(Multiprocess):
    """The parent of several serving processes that share a socket; it replaces those that die."""

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket]) -> None:
        super().__init__(config, sockets)
        self.should_exit = StopRequested(self.signal_queue)
        self._terminal = os.isatty(0)

    def run(self) -> None:
        """Serve until a signal to stop; leave no worker behind, whatever happens."""
        try:
            super().run()
        except BaseException:
            self.terminate_all()
            self.join_all()
            raise

    def handle_hup(self) -> None:
        """Replace the workers one by one; stop if the signal came because the terminal was closed."""
        if self._terminal and not os.isatty(0):
            self.handle_term()
            return
        self.keep_subprocess_alive()  # else a worker that does not respond would be waited for
        super().handle_hup()

    def keep_subprocess_alive(self) -> None:
        """Replace dead workers, also one that is killed during its health check."""
        for process in self.processes:
            process.child_conn.close()  # the worker has a copy; once ours is closed, a dead worker ends the pipe
        super().keep_subprocess_alive()

    def terminate_all(self) -> None:
        """Let the workers accept the connections in the accept queue, then stop them."""
        stop_accepting(self.sockets)
        time.sleep(DRAIN_SECONDS)
        for listening in self.sockets:  # an open one would still complete handshakes
            listening.close()
        super().terminate_all()

    def join_all(self) -> None:
        """Wait for the workers to end; kill those that take longer than `KILL_AFTER_SECONDS`."""
        deadline = time.monotonic() + KILL_AFTER_SECONDS
        for process in self.processes:
            process.process.join(max(0.0, deadline - time.monotonic()))
            if process.exitcode is None:
                log.error("worker %s did not end within %d s and is killed", process.pid, KILL_AFTER_SECONDS)
                process.kill()
        super().join_all()

    @property
    def failed(self) -> bool:
        """Whether a worker could not even start."""
        return any(process.exitcode == STARTUP_FAILURE for process in self.processes)


LOGGING_CONFIG: dict[str, object] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": JsonFormatter}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"citypact.access": {"level": "INFO"}},
}


def uvicorn_config(
    app: ASGIApp | str, settings: Settings, logging_config: dict[str, object] | None = None
) -> uvicorn.Config:
    """The configuration with which uvicorn serves an application, or that of a factory of this dotted name."""
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        http=ApiProtocol,
        log_config=logging_config,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        lifespan="on",
        ws="none",
        timeout_graceful_shutdown=SHUTDOWN_GRACE_SECONDS,
        timeout_worker_healthcheck=30,  # a busy machine may take long to start a worker
    )


def serve(settings: Settings, app: str = "app.server.run:app_from_environment") -> None:
    """Serve until a signal to stop; OperatorError if it cannot start."""
    config = uvicorn_config(app, settings, LOGGING_CONFIG)
    with _metrics(settings):
        _run(config, [config.bind_socket()])


@contextlib.contextmanager
def _metrics(settings: Settings) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        if settings.metrics_port:
            try:
                stack.enter_context(serve_metrics(settings.host, settings.metrics_port))
            except OSError as error:
                raise OperatorError(f"No metrics on port {settings.metrics_port}: {error.strerror}.") from error
        yield


def _run(config: uvicorn.Config, sockets: list[socket.socket]) -> None:
    if config.workers == 1:
        Server(config).run(sockets)
        return
    supervisor = Supervisor(config, sockets)
    supervisor.run()
    if supervisor.failed:
        raise OperatorError("A worker could not start; the log says why.")


def app_from_environment() -> ASGIApp:
    """The application with the settings of the environment; the factory that every worker calls."""
    try:
        app = create_app(Settings())
    except Exception:
        log.exception("cannot start")
        sys.exit(STARTUP_FAILURE)  # tells the supervisor not to start another
    follow_supervisor()
    gc.freeze()  # what exists now is permanent: the collector need not traverse it
    gc.set_threshold(*GC_THRESHOLDS)
    return app


def follow_supervisor() -> None:
    """Stop this process when its supervisor has ended, for whatever reason; without a supervisor do nothing."""
    if (supervisor := multiprocessing.parent_process()) is None:
        return
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a closed terminal signals the supervisor, too

    def follow() -> None:
        supervisor.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=follow, name="citypact-supervisor", daemon=True).start()
