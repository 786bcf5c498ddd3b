"""A server holds neither typer nor rich: not the process that `serve` starts in, and none of its workers."""

import re
from pathlib import Path

import pytest

from app.settings import Settings
from tests.faults.servers import listens, serving_workers
from tests.support.commands import started, wait_until
from tests.support.serving import SMALL_SEED, free_port, loaded, sqlite_settings

pytestmark = pytest.mark.slow

IMPORT = re.compile(r"^import time: .*\| +([\w.]+)$", re.MULTILINE)


@pytest.fixture(autouse=True)
def _report_imports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has every Python process write what it imports to its standard error."""
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")


def imported(settings: Settings, log: Path, *arguments: str, workers: int = 0) -> list[str]:
    """The modules that a verb and its workers import, once for each process."""
    with log.open("w") as stderr, started(settings, *arguments, stderr=stderr) as process:
        if workers:
            wait_until(lambda: listens(settings), 60)
            wait_until(lambda: workers == 1 or serving_workers(process) == workers, 60)
        else:
            process.communicate(timeout=60)
    return IMPORT.findall(log.read_text())


def libraries(modules: list[str]) -> set[str]:
    """Which of the two are among modules."""
    return {"typer", "rich"} & {module.partition(".")[0] for module in modules}


@pytest.mark.parametrize(("workers", "processes"), [(1, 1), (2, 3)])
def test_serve_imports_neither(tmp_path: Path, workers: int, processes: int) -> None:
    settings = loaded(sqlite_settings(tmp_path, SMALL_SEED)).model_copy(update={"port": free_port()})

    modules = imported(settings, tmp_path / "log", "serve", "--workers", str(workers), workers=workers)
    assert (modules.count("app.server.run"), libraries(modules)) == (processes, set())


def test_other_verbs_import_both(tmp_path: Path) -> None:
    modules = imported(sqlite_settings(tmp_path, SMALL_SEED), tmp_path / "log", "settings")

    assert libraries(modules) == {"typer", "rich"}
