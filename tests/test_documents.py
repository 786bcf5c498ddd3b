"""The documents name only what exists; their commands run, and their requests have the answers that they show."""

import html
import json
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from app.settings import Settings
from tests.support import document_checks
from tests.support.document_checks import CHECKS
from tests.support.documents import ASSIGNED, COMMANDS, DOCUMENTS, README, ROOT, Block, Document
from tests.support.serving import REAL_SEED, Served, serving

SHOWN_LINES = 15
README_LINES = 250
JSON_TOOL = "python3 -m json.tool --no-ensure-ascii --indent 2"
REQUESTS = README.in_language("console")

# What a command may begin with, and the test that runs it or what stands for it.
RUN_BY = {
    "make ": "test_documents.py::test_make_knows_the_target",
    "curl ": "test_documents.py::test_a_request_has_the_answer_that_is_shown",
    "mkdir -p ": "test_documents.py::test_a_city_adds_a_document",
    "echo ": "test_documents.py::test_a_city_adds_a_document",
    ".venv/bin/python -m app ": "test_documents.py::test_the_commands_of_a_document_run",
    "openapi-python-client ": "test_clients.py::test_a_client_receives_what_was_sent",
    "openapi-generator-cli ": "test_clients.py::test_a_client_receives_what_was_sent",
    "npx ": "test_clients.py::test_a_client_receives_what_was_sent",
    "docker build ": "test_container.py::test_it_serves_the_register_that_was_built_in",
    "docker run ": "test_container.py::test_it_can_write_nothing",
    "docker compose ": "test_packaging.py::test_each_service_waits_for_what_it_needs",
}
LITERAL = ("mkdir -p ", "echo ", ".venv/bin/python -m app ")
"""How the commands begin that are run as they stand."""

Check = Callable[[Document], list[str]]


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
@pytest.mark.parametrize("check", CHECKS)
def test_what_is_named_exists(check: Check, document: Document) -> None:
    assert check(document) == []


BROKEN = [
    (document_checks.unknown_targets, "`make tests`", ["tests"]),
    (document_checks.unknown_targets, "```sh\nmake lint  # style\nmake lunch\n```", ["lunch"]),
    (document_checks.unknown_variables, "`make bench SIZES=1 SISES=2`", ["SISES"]),
    (document_checks.unknown_settings, "Set CITYPACT_PORT and CITYPACT_PROT.", ["CITYPACT_PROT"]),
    (document_checks.unknown_services, "`docker compose run --build laod`", ["laod"]),
    (document_checks.unknown_services, "`COMPOSE_PROFILES=replika`", ["replika"]),
    (document_checks.unknown_paths, "`app/main.py`, `app/mian.py`, `seed/`, `seeds/`", ["app/mian.py", "seeds/"]),
    (document_checks.unknown_paths, "`seed/sources/<id>.yaml`, `seed/source/<id>.yaml`", ["seed/source/*.yaml"]),
    (document_checks.unknown_paths, "```sh\n.venv/bin/pyton -m app load\n```", [".venv/bin/pyton"]),
    (document_checks.unknown_modules, "`python -m tests.bear`, `app.main.create_app`", ["tests.bear"]),
    (document_checks.unknown_modules, "`app.main.make_app`", ["app.main.make_app"]),
    (document_checks.unknown_requirements, "`pip install openapi-python-clients`", ["openapi-python-clients"]),
    (document_checks.broken_links, "[a](README.md#two-commands) [b](README.md#too)", ["README.md#too"]),
    (document_checks.broken_links, "[a](tests) [b](test) [c](/tests)", ["test", "/tests"]),
    (document_checks.broken_links, "# One: two\n[a](#one-two) [b](#one)", ["#one"]),
    (document_checks.broken_links, "[a](http://127.0.0.1:8000/docs)", ["http://127.0.0.1:8000/docs"]),
]


@pytest.mark.parametrize(("check", "text", "found"), BROKEN)
def test_what_does_not_exist_is_found(check: Check, text: str, found: list[str]) -> None:
    assert check(Document(ROOT / "broken.md", text)) == found


def test_every_check_is_tried_on_a_broken_document() -> None:
    assert {check for check, _, _ in BROKEN} == set(CHECKS)


def test_every_document_is_reached_from_the_readme() -> None:
    reached = {(ROOT / link.partition("#")[0]).resolve() for link in README.links if not link.startswith("https:")}

    assert {document.path for document in DOCUMENTS} - reached == {README.path}


def test_every_room_is_in_the_architecture() -> None:
    (architecture,) = (document for document in DOCUMENTS if document.path.stem == "ARCHITECTURE")
    rooms = {f"app/{path.name}/" for path in (ROOT / "app").iterdir() if any(path.glob("*.py"))}

    assert rooms - set(architecture.code) == set()


def test_the_rule_of_imports_is_the_one_that_is_checked() -> None:
    (architecture,) = (document for document in DOCUMENTS if document.path.stem == "ARCHITECTURE")
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")

    (shown,) = architecture.in_language("text")
    assert shown.text.splitlines() == [layer for layer in layers if layer != "__main__"]


def test_the_readme_is_short() -> None:
    answers = [len(block.text.splitlines()) - 1 for block in REQUESTS]  # without the command

    assert len(README.text.splitlines()) <= README_LINES
    assert (len(answers), max(answers) <= SHOWN_LINES) == (3, True)


def without_variables(command: str) -> str:
    return ASSIGNED.sub("", command)


def test_every_command_is_run_by_a_test() -> None:
    assert [command for command in COMMANDS if not without_variables(command).startswith(tuple(RUN_BY))] == []


@pytest.mark.parametrize("test", sorted(set(RUN_BY.values())))
def test_the_test_that_runs_a_command_exists(test: str) -> None:
    name, _, function = test.partition("::")
    (file,) = (ROOT / "tests").rglob(name)

    assert f"def {function}(" in file.read_text()


@pytest.mark.slow
@pytest.mark.parametrize("command", [each for each in COMMANDS if without_variables(each).startswith("make ")])
def test_make_knows_the_target(command: str) -> None:
    done = subprocess.run([*shlex.split(command), "--dry-run"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def golden_of(block: Block) -> Path:
    """The whole answer to a request, which the text before it links to."""
    return ROOT / str(re.findall(r"\(([^()]+\.json)\)", block.before)[-1])


def pattern_of(shown: str) -> str:
    """What an answer matches of which some lines are shown, and a line `…` stands for one or more."""
    return "".join(r"(?:.*\n)+?" if line.strip() == "…" else re.escape(line) + r"\n" for line in shown.splitlines())


@pytest.mark.parametrize("block", REQUESTS, ids=lambda block: golden_of(block).stem)
def test_a_request_has_the_answer_that_is_shown(real: Served, block: Block) -> None:
    command, _, shown = block.text.removeprefix("$ ").partition("\n")
    curl, _, tool = command.partition(" | ")
    (address,) = (word for word in shlex.split(curl) if word.startswith("http"))
    answer = real.get(address.removeprefix("http://127.0.0.1:8000")).json()
    printed = json.dumps(answer, indent=2, ensure_ascii=False) + "\n"

    assert tool == JSON_TOOL
    assert golden_of(block).read_text() == printed
    assert re.fullmatch(pattern_of(shown), printed)


@pytest.mark.parametrize("shown", ["{\n…\n}", "{\n…\n  1,\n…\n}", '{\n…\n  "b": 2\n}\n…', '…\n  "a": 1\n…'])
def test_an_answer_that_is_not_shown_as_it_is_is_found(shown: str) -> None:
    matches = re.fullmatch(pattern_of(shown), '{\n  "a": 1,\n  "b": 2\n}\n') is not None

    assert matches == (shown == "{\n…\n}")


# What is in inline code, begins with a slash and has no part left open.
ADDRESSES = sorted({code.removeprefix("GET ") for document in DOCUMENTS for code in document.code})
ADDRESSES = [code for code in ADDRESSES if re.fullmatch(r"/[a-z.][^<>{}]*", code)]


@pytest.mark.parametrize("path", [path for path in ADDRESSES if "?" in path])
def test_a_question_that_is_mentioned_has_answers(real: Served, path: str) -> None:
    answer = real.get(path)

    assert answer.status_code == 200
    assert path.startswith("/embed") or answer.json()["total"] > 0


@pytest.mark.parametrize("path", [path for path in ADDRESSES if "?" not in path])
def test_an_address_that_is_mentioned_exists(real: Served, path: str) -> None:
    assert real.get(path).status_code == 200


def test_the_snippets_are_those_of_the_builder(real: Served) -> None:
    (block,) = README.in_language("html")
    page = real.get("/embed?show=agreements&country=VN&lang=ko").text
    made = [html.unescape(found) for found in re.findall(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)]
    iframe, element = (found.replace(real.settings.base_url, "https://api.example.org") for found in made[:2])
    shown = " ".join(re.sub("<!--.*?-->", "", block.text).split())

    # The script finds the language of the page around it, if the address has none.
    assert shown == " ".join(f"{iframe} {element.replace('&amp;lang=ko', '')}".split())


def test_the_program_prints_all_agreements(real: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program, _ = README.in_language("python")
    (tmp_path / "all.py").write_text(
        program.text.replace("http://127.0.0.1:8000", real.settings.base_url).replace("limit=200", "limit=3")
    )
    runpy.run_path(str(tmp_path / "all.py"))
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert [each["id"] for each in printed] == real.ids("/agreements")
    assert all(each["evidence"] for each in printed)


def literal(document: Document) -> str:
    """The commands of a document that are run as they stand, as a script."""
    return "\n".join(command for command in document.commands if command.startswith(LITERAL))


def in_folder(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Runs a script in a folder, until a command of it fails."""
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    command = ["bash", "-euc", script]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the seeds and the environment of the tests."""
    shutil.copytree(REAL_SEED, tmp_path / "seed")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return tmp_path


@pytest.mark.slow
def test_a_city_adds_a_document(checkout: Path) -> None:
    (seed,) = README.in_language("yaml")
    (checkout / seed.text.splitlines()[0].removeprefix("# ")).write_text(seed.text)
    done = in_folder(checkout, literal(README))

    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout.splitlines()
    assert "4 offsets written." in said
    assert "3 documents, 0 problems." in said
    # The other two texts stay with those who have them.
    assert done.stdout.count("its quotes were not held against") == 2
    with serving(Settings(database_url=f"sqlite:///{checkout}/.citypact/register.db")) as served:
        assert served.ids("/agreements?kind=sister_city") == ["changwon--hanoi"]


@pytest.mark.slow
@pytest.mark.parametrize("document", [each for each in DOCUMENTS if each is not README and literal(each)], ids=str)
def test_the_commands_of_a_document_run(checkout: Path, document: Document) -> None:
    done = in_folder(checkout, literal(document))

    assert done.returncode == 0, done.stdout + done.stderr


VERBS = {
    found: [option for option in found.split() if option.startswith("--")]
    for document in DOCUMENTS
    for code in document.code
    for found in re.findall(r"python -m app ([a-z]+(?: .*)?)$", code)
}


@pytest.mark.parametrize("command", VERBS)
def test_a_verb_has_the_options_that_are_named(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    helped = help_of(command.split()[0], monkeypatch, capsys)

    assert [option for option in VERBS[command] if option not in helped] == []


def test_a_verb_that_does_not_exist_has_no_help(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(AssertionError):
        help_of("laod", monkeypatch, capsys)


def help_of(verb: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """What `python -m app VERB --help` prints."""
    monkeypatch.setattr(sys, "argv", ["app", verb, "--help"])
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("app", run_name="__main__")
    assert not ended.value.code
    return capsys.readouterr().out
