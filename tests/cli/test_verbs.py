"""The verbs: their help, and one clear sentence for whatever an operator gets wrong."""

import json
import re
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from app import cli
from app.seeding.loading.load import load
from app.settings import Settings
from tests.seeding.tiny import edit, write_seeds
from tests.support.commands import run
from tests.support.serving import SMALL_SEED, free_port, sqlite_settings

GAZETTE = "sources/gazette.yaml"
VERBS = ["check", "load", "serve", "openapi", "settings"]


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CITYPACT_DATABASE_URL", f"sqlite:///{tmp_path}/register.db")
    monkeypatch.setenv("CITYPACT_SEED_DIR", str(SMALL_SEED))


@pytest.fixture
def seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Tiny seeds that may be changed, and their texts."""
    folders = write_seeds(tmp_path / "tiny")
    monkeypatch.setenv("CITYPACT_SEED_DIR", str(folders[0]))
    return folders


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.mark.parametrize(
    ("verb", "flags", "sentence"),
    [
        (
            "check",
            ["--texts DIR", "--fix"],
            "Prints every problem of the seeds at once, each with file, record, reason",
        ),
        ("load", [], "Checks the seeds, builds a new database beside the one being served and swaps it in at once;"),
        ("serve", ["--host HOST", "--port PORT", "--workers WORKERS"], "Serves the loaded register over HTTP until"),
        ("openapi", [], "Prints the OpenAPI 3.1 document of this version, the same that is served at /openapi.json."),
        ("settings", [], "List all settings, with their defaults and what they are for."),
    ],
)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_verb_explains_itself(
    verb: str, flags: list[str], sentence: str, flag: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = cli.main([verb, flag])

    shown = " ".join(capsys.readouterr().out.split())
    assert (code, shown.lower().startswith(f"usage: python -m app {verb} [")) == (0, True)
    assert [text for text in (sentence, *flags, "-h", "--help") if text not in shown] == []


def test_the_help_names_every_verb_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0

    shown = capsys.readouterr().out
    assert shown.startswith(f"Usage: python -m app [OPTIONS] {'|'.join(VERBS)}\n")
    assert re.findall(r"^  (--?[a-z]+|[a-z]+)  ", shown, re.MULTILINE) == VERBS
    assert re.findall(r"--[a-z-]+", shown) == ["--help"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "check|load|serve|openapi|settings\nTry 'python -m app --help' for help.\n\nError: Missing command."),
        (["srve"], "Error: No such command 'srve'. Did you mean 'serve'?"),
        (["help"], "check|load|serve|openapi|settings\nTry 'python -m app --help' for help.\n\nError: No such command"),
        (["serve", "--prot", "1"], "unrecognized arguments: --prot 1"),
        (["serve", "--port", "0"], "argument --port: must be a whole number from 1 to 65535"),
        (["serve", "--port", "65536"], "argument --port: must be a whole number from 1 to 65535"),
        (["serve", "--port", "9" * 30], "argument --port: must be a whole number from 1 to 65535"),
        (["serve", "--port", "٨٠٠٠"], "argument --port: must be a whole number from 1 to 65535"),
        (["serve", "--workers", "two"], "argument --workers: must be a whole number from 1 to 64"),
        (["--", "serve", "--workers", "0"], "argument --workers: must be a whole number from 1 to 64"),
        (["check", "--texts"], "Error: Option '--texts' requires an argument."),
        (["check", "--text", "DIR"], "Error: No such option: --text (Possible options: --texts)"),
        (["load", "now"], "Error: Got unexpected extra argument(s) (now)"),
    ],
)
def test_a_command_that_is_not_understood(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = cli.main(arguments)

    output, error = capsys.readouterr()
    assert (code, output, sentence in error, "Traceback" in error) == (2, "", True, False)


@pytest.mark.parametrize("verb", ["check", "load", "serve", "openapi"])
@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "abc", "CITYPACT_PORT: Input should be a valid integer"),
        ("PORT", "70000", "CITYPACT_PORT: Input should be less than or equal to 65535."),
        ("WORKERS", "0", "CITYPACT_WORKERS: Input should be greater than or equal to 1."),
        ("POOL_SIZE", "", "CITYPACT_POOL_SIZE: Input should be a valid integer"),
        ("MAX_AGE", "-1", "CITYPACT_MAX_AGE: Input should be greater than or equal to 0."),
    ],
)
def test_a_setting_that_is_wrong(
    verb: str, name: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(f"CITYPACT_{name}", value)

    code = cli.main([verb])
    (error,) = capsys.readouterr().err.splitlines()
    assert (code, error.startswith(sentence)) == (1, True)


@pytest.mark.parametrize("verb", ["load", "serve"])
@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("register.db", "The database URL is not of the form sqlite:///FILE or postgresql+psycopg://…"),
        ("mysql://root@host/db", "mysql is not supported; use sqlite:///FILE or postgresql+psycopg://…"),
        ("sqlite://", "A register needs a file: use sqlite:///FILE or postgresql+psycopg://…"),
        ("sqlite:///:memory:", "A register needs a file: use sqlite:///FILE or postgresql+psycopg://…"),
        ("postgresql://host/db", "postgresql needs the driver psycopg: use postgresql+psycopg://…"),
        ("postgresql+nothing://host/db", "postgresql needs the driver psycopg: use postgresql+psycopg://…"),
    ],
)
def test_a_database_that_is_not_supported(
    verb: str, url: str, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CITYPACT_DATABASE_URL", url)

    assert (cli.main([verb]), capsys.readouterr().err) == (1, f"{sentence}\n")


@pytest.mark.parametrize("verb", ["load", "check"])
def test_seeds_that_are_not_there(
    verb: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CITYPACT_SEED_DIR", "/nowhere")

    sentence = "There is no folder /nowhere with seeds; set CITYPACT_SEED_DIR.\n"
    assert (cli.main([verb]), capsys.readouterr().err) == (1, sentence)


def test_a_database_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CITYPACT_DATABASE_URL", f"sqlite:///{tmp_path}/file/register.db")

    code = cli.main(["load"])
    (error,) = capsys.readouterr().err.splitlines()
    assert (code, error.startswith("The database cannot be written: ")) == (1, True)


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_port_that_is_in_use(busy_port: int, workers: str, tmp_path: Path) -> None:
    settings = sqlite_settings(tmp_path, SMALL_SEED)
    load(settings)

    done = run(settings, "serve", "--port", str(busy_port), "--workers", workers)
    sentence = f"127.0.0.1:{busy_port} is in use; choose another with --port.\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", sentence)


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("192.0.2.1", "cannot be bound: Cannot assign requested address."),
        ("no.such.host.invalid", "cannot be bound: "),
    ],
)
def test_an_address_that_cannot_be_bound(host: str, reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["load"]) == 0
    port = free_port()

    code = cli.main(["serve", "--host", host, "--port", str(port)])
    (error,) = capsys.readouterr().err.splitlines()
    assert (code, error.startswith(f"{host}:{port} {reason}")) == (1, True)


def test_check_of_seeds_that_are_right(seeds: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main(["check", "--texts", str(seeds[1])])

    assert (code, capsys.readouterr().out) == (0, "1 document, 0 problems.\n")


def test_check_says_what_it_could_not_check(seeds: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main(["check"])

    unheld = "The quotes were not held against the source texts; to do that, say where they are with --texts DIR.\n"
    assert (seeds[0].is_dir(), code, capsys.readouterr().out) == (True, 0, f"{unheld}1 document, 0 problems.\n")


def test_check_of_seeds_with_faults(seeds: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    edit(seeds[0] / GAZETTE, "quote: became Sister", "quote: became Sizter")
    edit(seeds[0] / GAZETTE, "area: aston", "area: astom")

    code = cli.main(["check", "--texts", str(seeds[1])])
    assert (code, capsys.readouterr().out.splitlines()) == (
        1,
        [
            f"{GAZETTE}: observation aston-schools: there is no place astom",
            "    -> Did you mean aston?",
            f"{GAZETTE}: agreement aston--beville, evidence tie: the quote 'became Sizter Cities' is not in the text; "
            "at 18 the text has 'became Sister Cities'",
            "    -> Copy it from the text, letter by letter.",
            "1 document, 2 problems.",
        ],
    )


def test_check_fix_writes_offsets(seeds: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    edit(seeds[0] / GAZETTE, ", at: 39", "")

    code = cli.main(["check", "--texts", str(seeds[1]), "--fix"])
    assert (code, capsys.readouterr().out) == (0, "1 offset written.\n1 document, 0 problems.\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--fix"], "--fix finds the offsets in the texts; say where they are with --texts DIR.\n"),
        (["--texts", "/nowhere"], "/nowhere is not a folder; give the one that holds the source texts.\n"),
    ],
)
def test_check_without_texts(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert (cli.main(["check", *arguments]), capsys.readouterr().err) == (1, sentence)


def test_the_openapi_document_is_printed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code = cli.main(["openapi"])

    document = json.loads(capsys.readouterr().out)
    assert (code, document["openapi"], list(tmp_path.iterdir())) == (0, "3.1.0", [])


def test_every_setting_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main(["settings"])

    names = [line.split()[0] for line in capsys.readouterr().out.splitlines() if not line.startswith(" ")]
    assert (code, names) == (0, [f"CITYPACT_{name.upper()}" for name in Settings.model_fields])


def test_a_path_with_odd_characters_is_percent_encoded(tmp_path: Path) -> None:
    odd = tmp_path / "a b#c?d%20é"
    url = f"sqlite:///{quote(str(odd))}/register.db"
    load(Settings(database_url=url, seed_dir=str(SMALL_SEED)))

    connection = sqlite3.connect(odd / "register.db")
    assert connection.execute("SELECT count(*) FROM release").fetchone() == (1,)
    connection.close()
