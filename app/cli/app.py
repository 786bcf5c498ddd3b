"""The typer application: every verb, with its help."""

import sys

import typer

from app.cli.check import run_check
from app.cli.load import run_load
from app.cli.openapi import run_openapi
from app.cli.serve import run_serve
from app.cli.settings import run_settings

EPILOG = """\
The usual order: write a file in seed/sources/, `check` it, `load` it, and `serve`; a server that is running
notices a `load` by itself. Settings are environment variables; `python -m app settings` lists them."""

app = typer.Typer(
    help="Citypact: a register of what cities agreed, as an API.",
    epilog=EPILOG,
    subcommand_metavar="check|load|serve|openapi|settings",
    context_settings={"help_option_names": ["--help", "-h"]},
    result_callback=sys.exit,  # a verb returns its exit code
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("check")(run_check)
app.command("load")(run_load)


@app.command(
    "serve", add_help_option=False, context_settings={"allow_extra_args": True, "ignore_unknown_options": True}
)
def _serve(context: typer.Context) -> int:
    """Serve the API; never writes."""
    return run_serve(context.args)


app.command("openapi")(run_openapi)
app.command("settings")(run_settings)
