"""The verb `serve`: serve the API. Its flags are read with argparse, so that a server holds no command-line library."""

import argparse
import errno
import os
import socket
import sys
from collections.abc import Callable, Sequence

from app.cli.settings import settings_from_environment
from app.db.backends import NotReady
from app.db.register import Register
from app.errors import OperatorError
from app.server.run import serve
from app.settings import Settings

DESCRIPTION = "Serves the loaded register over HTTP until Ctrl-C or SIGTERM; requests under way are answered first."


def run_serve(arguments: Sequence[str]) -> int:
    """Serve until told to stop; refuse to start where nothing could be answered."""
    flags = vars(_parser().parse_args(arguments))
    os.environ.update({f"CITYPACT_{name.upper()}": str(value) for name, value in flags.items() if value is not None})
    settings = settings_from_environment()
    _require_ready(settings)
    _require_free(settings.host, settings.port)
    print(f"Citypact is served on {settings.base_url}", file=sys.stderr)
    serve(settings)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m app serve", description=DESCRIPTION)
    parser.add_argument("--host", help="address to bind (default: CITYPACT_HOST or 127.0.0.1)")
    port, workers = _integer_between(1, 65535), _integer_between(1, 64)
    parser.add_argument("--port", type=port, help="port to bind (default: CITYPACT_PORT or 8000)")
    parser.add_argument("--workers", type=workers, help="processes (default: CITYPACT_WORKERS or 1)")
    return parser


def _integer_between(least: int, most: int) -> Callable[[str], int]:
    def integer(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text[:9]) <= most):
            raise argparse.ArgumentTypeError(f"must be a whole number from {least} to {most}")
        return int(text)

    return integer


def _require_ready(settings: Settings) -> None:
    register = Register(settings)
    try:
        register.run(lambda snapshot: snapshot.release)
    except NotReady as error:
        raise OperatorError(str(error)) from error
    finally:
        register.close()


def _require_free(host: str, port: int) -> None:
    """Raise OperatorError if the port cannot be bound; uvicorn with several workers would log it and exit with 0."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            used = error.errno == errno.EADDRINUSE
            reason = "is in use; choose another with --port" if used else f"cannot be bound: {error.strerror}"
            raise OperatorError(f"{host}:{port} {reason}.") from error
