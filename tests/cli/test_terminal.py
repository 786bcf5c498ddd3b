"""What a terminal is shown: findings in colours, and how far a long load has come."""

import os
import pty
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app import cli
from app.cli import load
from tests.seeding.tiny import edit, write_seeds
from tests.support.serving import SMALL_SEED

GAZETTE = "sources/gazette.yaml"
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-7]m")


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("CITYPACT_DATABASE_URL", f"sqlite:///{tmp_path}/register.db")
    monkeypatch.setenv("CITYPACT_SEED_DIR", str(SMALL_SEED))


@contextmanager
def at_terminal(stream: str) -> Iterator[list[str]]:
    """Let standard output or standard error be a terminal within the block; then the list has what it was shown."""
    ours, theirs = pty.openpty()
    shown: list[str] = []
    reader = threading.Thread(target=lambda: shown.append(read_all(ours).replace("\r\n", "\n")))
    reader.start()
    with pytest.MonkeyPatch.context() as patched, os.fdopen(theirs, "w", encoding="utf-8") as terminal:
        patched.setattr(sys, stream, terminal)
        yield shown
    reader.join()
    os.close(ours)


def read_all(descriptor: int) -> str:
    """Everything that is written to a terminal until it is closed."""
    read = b""
    try:
        while some := os.read(descriptor, 65536):
            read += some
    except OSError:  # Linux's way to say that the terminal is closed
        pass
    return read.decode()


@pytest.fixture
def check_arguments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A call of `check` that has two findings, one of them with what would be markup to rich."""
    seeds, texts = write_seeds(tmp_path / "tiny")
    edit(seeds / GAZETTE, "quote: became Sister", "quote: became [red]Sister[/red]")
    edit(seeds / GAZETTE, "area: aston", "area: astom")
    monkeypatch.setenv("CITYPACT_SEED_DIR", str(seeds))
    return ["check", "--texts", str(texts)]


FINDINGS = """\
sources/gazette.yaml: observation aston-schools
  there is no place astom
  -> Did you mean aston?

sources/gazette.yaml: agreement aston--beville, evidence tie
  the quote 'became [red]Sister[/red] Cities' is not in the text; at 18 the text
  has 'became Sister Cities on 3 May 2'
  -> Copy it from the text, letter by letter.

1 document, 2 problems.
"""


@pytest.mark.parametrize(
    ("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_findings_are_indented_and_coloured(
    check_arguments: list[str], environment: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    with at_terminal("stdout") as shown:
        code = cli.main(check_arguments)

    plain = "\n".join(line.rstrip() for line in ESCAPE.sub("", shown[0]).split("\n"))
    assert (code, plain, bool(COLOUR.search(shown[0]))) == (1, FINDINGS, coloured)


def test_help_is_plain_at_a_terminal() -> None:
    with at_terminal("stdout") as shown:
        cli.main(["check", "--help"])

    assert (shown[0].split("\n")[0], shown[0].isascii(), "\x1b" in shown[0]) == (
        "Usage: python -m app check [OPTIONS]",
        True,
        False,
    )


def test_a_bar_grows_with_what_is_written() -> None:
    with at_terminal("stderr") as shown, load.progress_bar() as draw:
        assert draw is not None
        draw(500, 2500)
        draw(2500, 2500)

    bar = r"[╸━╺ ]+"
    first = rf"Writing {bar} 20% 500 of 2,500 records -:--:--"
    last = rf"Indexing {bar} 100% 2,500 of 2,500 records 0:00:00"
    assert re.fullmatch(rf"{first}\r.*{last}\n", ESCAPE.sub("", shown[0]), re.DOTALL)


def test_a_load_of_many_records_shows_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "MIN_RECORDS", 10)

    with at_terminal("stderr") as shown:
        code = cli.main(["load"])

    assert (code, bool(re.search(r"100% (\d\d+) of \1 records", ESCAPE.sub("", shown[0])))) == (0, True)


def test_a_load_of_few_records_shows_nothing() -> None:
    with at_terminal("stderr") as shown:
        code = cli.main(["load"])

    assert (code, shown) == (0, [""])


def test_a_load_with_a_log_shows_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(load, "MIN_RECORDS", 10)
    monkeypatch.setenv("FORCE_COLOR", "1")

    assert (cli.main(["load"]), capsys.readouterr().err) == (0, "")
