"""The verb `load`: build the database from the seeds and swap it in."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TimeRemainingColumn

from app.cli.settings import seed_folder, settings_from_environment
from app.seeding.loading.load import ProgressCallback, load

MIN_RECORDS = 1000  # records, a fraction of a second


def run_load() -> int:
    """Build the database from the seeds and swap it in.

    Checks the seeds, builds a new database beside the one being served and swaps it in at once; prints what was added,
    changed and withdrawn. If anything fails, the old data stay. Servers notice within seconds.
    """
    settings = settings_from_environment()
    seed_folder(settings)
    with progress_bar() as on_progress:
        loaded = load(settings, on_progress)
    print("\n".join([f"Data version {loaded.version} is now served.", *loaded.changes.lines()]))
    return 0


@contextmanager
def progress_bar() -> Iterator[ProgressCallback | None]:
    """Draw how far a long load has come, if standard error is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    counter = "{task.completed:,.0f} of {task.total:,.0f} records"
    columns = ("{task.description}", BarColumn(bar_width=20), TaskProgressColumn(), counter, TimeRemainingColumn())
    progress = Progress(*columns, console=Console(stderr=True))
    task = progress.add_task("Writing", total=0)

    def draw(written: int, total: int) -> None:
        if total >= MIN_RECORDS:
            description = "Writing" if written < total else "Indexing"
            progress.update(task, completed=written, total=total, description=description)
            progress.start()

    try:
        yield draw
    finally:
        if progress.live.is_started:
            progress.stop()
