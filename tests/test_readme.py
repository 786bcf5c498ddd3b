"""Every command of the README works, and answers what the README prints."""

import hashlib
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.serving import REAL_SEED, ROOT, Served, loaded, serving, sqlite_settings

README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
COMMANDS = [
    line.partition("  #")[0].strip().removeprefix("$ ")
    for language, block in BLOCKS
    for line in block.splitlines()
    if language == "sh" or line.startswith("$ ")
]
REQUESTS = [block.removeprefix("$ ").split("\n", 1) for language, block in BLOCKS if language == "console"]
EXAMPLE_TEXT = "Changwon and Hanoi are sister cities since May 2016."

# What a command may begin with, and the test that runs it or what stands for it.
TRIED = {
    "make ": "test_make_knows_the_target",
    "curl ": "test_a_request_has_the_answer_that_is_printed",
    "mkdir -p texts": "test_a_city_adds_a_document",
    "echo ": "test_a_city_adds_a_document",
    ".venv/bin/python -m app ": "test_a_city_adds_a_document",
    "docker ": "test_packaging.py",
}


def test_every_command_is_tried() -> None:
    assert [command for command in COMMANDS if not command.startswith(tuple(TRIED))] == []


@pytest.mark.slow
@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith("make ")])
def test_make_knows_the_target(command: str) -> None:
    done = subprocess.run([*shlex.split(command), "--dry-run"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("command", "printed"), REQUESTS)
def test_a_request_has_the_answer_that_is_printed(real: Served, command: str, printed: str) -> None:
    (address,) = (word for word in shlex.split(command.partition("|")[0]) if word.startswith("http"))

    answer = real.get(address.removeprefix("http://127.0.0.1:8000")).json()

    assert json.loads(printed) == answer


@pytest.mark.parametrize("path", re.findall(r"`(/[a-z]+\?[^`]+)`", README))
def test_a_question_that_is_mentioned_has_answers(real: Served, path: str) -> None:
    assert real.get(path).json()["total"] > 0


@pytest.mark.slow
def test_a_city_adds_a_document(tmp_path: Path) -> None:
    shutil.copytree(REAL_SEED, tmp_path / "seed")
    (document,) = (block for language, block in BLOCKS if language == "yaml")
    (tmp_path / "seed/sources/example-city-news.yaml").write_text(document)
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "example-city-news.txt").write_text(f"{EXAMPLE_TEXT}\n")

    fixed = app("check", "--texts", str(texts), "--fix", cwd=tmp_path)

    assert (fixed.stdout.splitlines()[0], fixed.stdout.splitlines()[-1]) == (
        "4 offsets written.",
        "3 documents, 0 problems.",
    )
    assert (
        fixed.stdout.count("its quotes were not held against") == 2
    )  # the other two texts stay with those who have them
    assert fixed.returncode == 0
    with serving(loaded(sqlite_settings(tmp_path, tmp_path / "seed"))) as served:
        assert served.ids("/agreements?kind=sister_city") == ["changwon--hanoi"]


def test_the_example_quotes_the_text_that_it_shows() -> None:
    assert f"echo '{EXAMPLE_TEXT}' > texts/example-city-news.txt" in README
    assert hashlib.sha256(f"{EXAMPLE_TEXT}\n".encode()).hexdigest() in README


@pytest.mark.slow
def test_every_setting_is_listed(tmp_path: Path) -> None:
    listed = app("settings", cwd=tmp_path)

    assert listed.returncode == 0
    assert set(re.findall(r"CITYPACT_[A-Z_]+", README)) <= set(re.findall(r"CITYPACT_[A-Z_]+", listed.stdout))


def app(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app", *arguments]
    environment = {"PYTHONPATH": str(ROOT), "PATH": ""}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
