"""The command line, `python -m app VERB`: one verb a module, put together with typer in `app.cli.app`.

A server imports neither typer nor rich, in no process: `serve` is told by its name alone, and reads its flags with
argparse. Its workers start with `app.server.run` and never come by here.
"""

import sys
from collections.abc import Sequence

from app.errors import OperatorError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a verb and return its exit code: 1 after a sentence about what an operator must mend, 2 for wrong usage."""
    try:
        return _run(list(sys.argv[1:] if arguments is None else arguments))
    except OperatorError as error:
        print(error, file=sys.stderr)
        return 1
    except SystemExit as ended:  # typer and argparse end this way
        return int(ended.code or 0)


def _run(arguments: list[str]) -> int:
    if arguments[:1] == ["serve"]:
        from app.cli.serve import run_serve

        return run_serve(arguments[1:])
    from app.cli.app import app

    return int(app(arguments, prog_name="python -m app"))
