"""The verbs of the command line, with their help."""

import argparse
import errno
import json
import os
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from app.db.backends import NotReady
from app.db.register import Register
from app.errors import OperatorError
from app.main import create_app
from app.seeding.checking.check import check
from app.seeding.checking.fixes import write_offsets
from app.seeding.checking.quotes import text_path
from app.seeding.loading.load import load
from app.server.run import serve
from app.settings import Settings

EPILOGUE = """\
The usual order: write a file in seed/sources/, `check` it, `load` it, and `serve`; a server that is running
notices a `load` by itself. Settings are environment variables; `python -m app settings` lists them."""


def settings_from_environment() -> Settings:
    """The settings; a sentence for each that is wrong."""
    try:
        return Settings()
    except ValidationError as invalid:
        faults = (f"CITYPACT_{str(error['loc'][0]).upper()}: {error['msg']}." for error in invalid.errors())
        raise OperatorError("\n".join(faults)) from invalid


def _integer_between(least: int, most: int) -> Callable[[str], int]:
    def whole(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text[:9]) <= most):
            raise argparse.ArgumentTypeError(f"must be a whole number from {least} to {most}")
        return int(text)

    return whole


def run_check(arguments: argparse.Namespace) -> int:
    """Prints all findings."""
    folder = _seed_folder(settings_from_environment())
    if arguments.texts and not arguments.texts.is_dir():
        raise OperatorError(f"{arguments.texts} is not a folder; give the one that holds the source texts.")
    if arguments.fix:
        if not arguments.texts:
            raise OperatorError("--fix finds the offsets in the texts; say where they are with --texts DIR.")
        print(f"{_count_noun(write_offsets(folder, arguments.texts), 'offset')} written.")
    seeds, findings = check(folder, arguments.texts)
    for finding in findings:
        print(finding)
    if not arguments.texts:
        print("The quotes were not held against the source texts; to do that, say where they are with --texts DIR.")
    for document in seeds.documents if arguments.texts else ():
        if not text_path(document, arguments.texts):
            missing = document.seed.source.file
            print(f"{document.file}: its quotes were not held against {missing}, which is not in {arguments.texts}.")
    print(f"{_count_noun(len(seeds.documents), 'document')}, {_count_noun(len(findings), 'problem')}.")
    return 1 if findings else 0


def _count_noun(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _seed_folder(settings: Settings) -> Path:
    folder = Path(settings.seed_dir)
    if not folder.is_dir():
        raise OperatorError(f"There is no folder {folder} with seeds; set CITYPACT_SEED_DIR.")
    return folder


def run_load(_: argparse.Namespace) -> int:
    """Loads, and prints what changed."""
    settings = settings_from_environment()
    _seed_folder(settings)
    loaded = load(settings)
    print("\n".join([f"Data version {loaded.version} is now served.", *loaded.changes.lines()]))
    return 0


def run_serve(arguments: argparse.Namespace) -> int:
    """Serves until told to stop; refuses to start where it could not answer."""
    flags = {"host": arguments.host, "port": arguments.port, "workers": arguments.workers}
    os.environ.update({f"CITYPACT_{name.upper()}": str(value) for name, value in flags.items() if value is not None})
    settings = settings_from_environment()
    _require_ready(settings)
    _require_free(settings.host, settings.port)
    print(f"Citypact is served on {settings.base_url}", file=sys.stderr)
    serve(settings)
    return 0


def _require_ready(settings: Settings) -> None:
    register = Register(settings)
    try:
        register.run(lambda snapshot: snapshot.release)
    except NotReady as error:
        raise OperatorError(str(error)) from error
    finally:
        register.close()


def _require_free(host: str, port: int) -> None:
    """Uvicorn would only log it, and exit with 0 where it has several workers."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            used = error.errno == errno.EADDRINUSE
            reason = "is in use; choose another with --port" if used else f"cannot be bound: {error.strerror}"
            raise OperatorError(f"{host}:{port} {reason}.") from error


def run_openapi(_: argparse.Namespace) -> int:
    """Prints the OpenAPI document."""
    content = create_app(settings_from_environment()).state.document.content
    print(json.dumps(content, indent=2, ensure_ascii=False))
    return 0


def run_settings(_: argparse.Namespace) -> int:
    """Prints every setting with its default and what it is for."""
    for name, setting in Settings.model_fields.items():
        default = "" if setting.default is None else f" (default: {setting.default})"
        print(f"CITYPACT_{name.upper()}{default}\n    {setting.description}")
    return 0


@dataclass(frozen=True)
class Verb:
    """One verb: how it is called, what it says of itself, and what it does."""

    run: Callable[[argparse.Namespace], int]
    brief: str
    description: str
    arguments: dict[str, dict[str, Any]] = field(default_factory=dict)


VERBS = {
    "check": Verb(
        run_check,
        "find everything that is wrong with the seeds",
        "Prints every problem of the seeds at once, each with file, record, reason and remedy; exit code 1 if there is "
        "one. Without --texts, quotes are not held against the documents, and it says so.",
        {
            "--texts": {"type": Path, "metavar": "DIR", "help": "source texts to hold every quote and sha256 against"},
            "--fix": {"action": "store_true", "help": "write missing offsets into the seeds; keeps comments"},
        },
    ),
    "load": Verb(
        run_load,
        "build the database from the seeds and swap it in",
        "Checks the seeds, builds a new database beside the one being served and swaps it in at once; prints what was "
        "added, changed and withdrawn. If anything fails, the old data stay. Servers notice within seconds.",
    ),
    "serve": Verb(
        run_serve,
        "serve the API; never writes",
        "Serves the loaded register over HTTP until Ctrl-C or SIGTERM; requests under way are answered first.",
        {
            "--host": {"help": "address to bind (default: CITYPACT_HOST or 127.0.0.1)"},
            "--port": {"type": _integer_between(1, 65535), "help": "port to bind (default: CITYPACT_PORT or 8000)"},
            "--workers": {"type": _integer_between(1, 64), "help": "processes (default: CITYPACT_WORKERS or 1)"},
        },
    ),
    "openapi": Verb(
        run_openapi,
        "print the OpenAPI document",
        "Prints the OpenAPI 3.1 document of this version, the same that is served at /openapi.json.",
    ),
    "settings": Verb(
        run_settings, "list all settings", "Lists all settings, with their defaults and what they are for."
    ),
}


def parser() -> argparse.ArgumentParser:
    """The command line, made from the verbs."""
    raw = argparse.RawDescriptionHelpFormatter
    about = "Citypact: a register of what cities agreed, as an API."
    root = argparse.ArgumentParser("python -m app", description=about, epilog=EPILOGUE, formatter_class=raw)
    verbs = root.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, verb in VERBS.items():
        added = verbs.add_parser(name, help=verb.brief, description=verb.description)
        for flag, options in verb.arguments.items():
            added.add_argument(flag, **options)
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a verb; what an operator must mend is a sentence on standard error and exit code 1."""
    parsed = parser().parse_args(arguments)
    try:
        return VERBS[parsed.verb].run(parsed)
    except OperatorError as error:
        print(error, file=sys.stderr)
        return 1
