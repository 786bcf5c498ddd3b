"""The files that build, pin and deploy Citypact keep their promises."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

import app
from app.main import default_headers
from tests.support.postgres import PACKAGE, new_server

ROOT = Path(__file__).parent.parent
PYPROJECT = (ROOT / "pyproject.toml").read_text()
NGINX_HEADERS = (ROOT / ".deploy/nginx/problem-headers.conf").read_text()
REQUIREMENTS = ["requirements.txt", "requirements-dev.txt", "requirements-clients.txt"]


def service(name: str) -> dict[str, Any]:
    compose = YAML(typ="safe").load(ROOT / "docker-compose.yml")
    return dict(compose["services"][name])


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_is_pinned_by_hash(name: str) -> None:
    requirements = re.sub(r"\\\n", "", (ROOT / name).read_text()).splitlines()
    loose = [
        line
        for line in requirements
        if line
        and not line.lstrip().startswith("#")
        and not re.match(r"\S+==\S+( +--hash=sha256:[0-9a-f]{64})+$", line)
    ]

    assert loose == []


PLACES = [
    *(*REQUIREMENTS, "Dockerfile", "Makefile", "docker-compose.yml", ".ci/run"),
    *(".pre-commit-config.yaml", "tests/clients/package.json"),
]


@pytest.mark.parametrize("name", PLACES)
def test_packages_come_from_wherever_the_machine_gets_them(name: str) -> None:
    places = r"https?://(?!localhost|127\.0\.0\.1)|file://|--(?:extra-)?index-url|--find-links|--trusted-host"

    assert re.findall(places, (ROOT / name).read_text()) == []


@pytest.mark.slow
def test_the_bill_of_materials_names_every_package() -> None:
    printed = subprocess.run([sys.executable, ROOT / ".deploy/sbom.py"], capture_output=True, text=True, check=True)
    bill = json.loads(printed.stdout)
    pinned = re.findall(r"^(\S+)==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)

    assert [(each["name"], each["version"]) for each in bill["components"]] == pinned
    assert all(each["hashes"] for each in bill["components"])
    assert (bill["bomFormat"], bill["metadata"]["component"]["version"]) == ("CycloneDX", app.VERSION)


def test_every_dependency_says_what_it_is_for() -> None:
    lines = re.findall(r"^dependencies = \[\n(.*?)^\]", PYPROJECT, re.DOTALL | re.MULTILINE)[0].splitlines()
    reasons, dependencies = lines[::2], lines[1::2]

    assert [line for line in reasons if not line.startswith("    # ")] == []
    assert [line for line in dependencies if not line.startswith('    "')] == []


def test_the_version_is_the_same_everywhere() -> None:
    assert tomllib.loads(PYPROJECT)["project"]["version"] == app.VERSION


def test_a_commit_is_checked_as_make_lint_checks() -> None:
    (repository,) = YAML(typ="safe").load(ROOT / ".pre-commit-config.yaml")["repos"]
    recipe = (ROOT / "Makefile").read_text().split("\nlint:")[1].split("\n\n")[0]

    assert repository["repo"] == "local"
    assert {hook["language"] for hook in repository["hooks"]} == {"system"}
    assert [hook["entry"] for hook in repository["hooks"]] == re.findall(
        r"\.venv/bin/(?:ruff|mypy).*", recipe.replace("$(BIN)", ".venv/bin")
    )


def test_the_image_runs_without_privileges() -> None:
    final_stage = (ROOT / "Dockerfile").read_text().split("\nFROM ")[-1]

    assert re.findall(r"^USER (.*)$", final_stage, re.MULTILINE) == ["10001:10001"]


def test_the_api_can_write_nothing() -> None:
    api = service("api")

    assert api["read_only"] is True
    assert api["cap_drop"] == ["ALL"]
    assert api["security_opt"] == ["no-new-privileges:true"]
    assert (
        make_url(re.sub(r"\$\{.*?\}", "x", api["environment"]["CITYPACT_DATABASE_URL"])).username == "citypact_reader"
    )
    assert "OWNER" not in str(api)


def test_only_nginx_can_be_reached() -> None:
    published = {name for name in ("database", "load", "api", "proxy") if "ports" in service(name)}

    assert published == {"proxy"}
    assert service("proxy")["read_only"] is True
    assert service("proxy")["cap_drop"] == ["ALL"]


def test_nginx_has_all_that_its_configuration_asks_for() -> None:
    template = (ROOT / ".deploy/nginx/citypact.conf.template").read_text()
    mounted = {volume.split(":")[0].split("/")[-1] for volume in service("proxy")["volumes"]}

    assert set(re.findall(r"\$\{(CITYPACT_[A-Z_]+)\}", template)) == set(service("proxy")["environment"])
    assert set(re.findall(r"include ([\w-]+\.conf);", template)) == mounted - {"citypact.conf.template"}


def test_the_problems_of_nginx_have_the_headers_of_all_answers() -> None:
    said = dict(re.findall(r'^add_header (\S+) "(.*)" always;$', NGINX_HEADERS, re.MULTILINE))

    assert said == {**default_headers("/"), "Cache-Control": "no-store"}


def test_each_service_waits_for_what_it_needs() -> None:
    assert service("load")["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert service("proxy")["depends_on"] == {"api": {"condition": "service_healthy"}}
    assert service("api")["depends_on"] == {"load": {"condition": "service_completed_successfully"}}


WRITES = [
    "INSERT INTO citypact_1.city VALUES ('daegu')",
    "CREATE TABLE public.mine ()",
    "CREATE TABLE citypact_1.mine ()",
    "CREATE TEMPORARY TABLE mine ()",
    "CREATE SCHEMA mine",
    "SELECT lo_creat(1)",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'mine')",
]


@pytest.mark.slow
def test_the_reader_role_can_only_read() -> None:
    with new_server() as server:
        create_roles(server)
        url = make_url(server).set(database="citypact")
        owner = create_engine(url.set(username="citypact_owner"))
        with owner.begin() as connection:
            connection.execute(text("CREATE SCHEMA citypact_1"))
            connection.execute(text("CREATE TABLE citypact_1.city (id text)"))
            connection.execute(text("GRANT USAGE ON SCHEMA citypact_1 TO citypact_reader"))
            connection.execute(text("GRANT SELECT ON citypact_1.city TO citypact_reader"))
        owner.dispose()

        reader = create_engine(url.set(username="citypact_reader"), isolation_level="AUTOCOMMIT")
        with reader.connect() as connection:
            # As an attacker would begin.
            connection.execute(text("SET default_transaction_read_only = off"))

            assert connection.execute(text("SELECT id FROM citypact_1.city")).all() == []
            for write in WRITES:
                with pytest.raises(DBAPIError, match="permission denied"):
                    connection.execute(text(write))
        reader.dispose()


def create_roles(server: str) -> None:
    """Run the script that a deployment runs, as it runs it."""
    script = ROOT / ".deploy/postgres/roles.sql"
    host = str(make_url(server).query["host"])
    psql = [str(PACKAGE / "pginstall/bin/psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
    passwords = {"CITYPACT_OWNER_PASSWORD": "owner's", "CITYPACT_READER_PASSWORD": "reader's"}
    subprocess.run(
        [*psql, f"--host={host}", "--username=postgres", f"--file={script}"],
        env=os.environ | passwords,
        check=True,
    )


@pytest.mark.slow
def test_nothing_is_committed_that_is_made_here_or_lies_elsewhere() -> None:
    ignored = of_git("ls-files", "--cached", "--ignored", "--exclude-standard")
    links = [line for line in of_git("ls-files", "--stage").splitlines() if line.startswith("120000")]

    assert (ignored, links) == ("", [])


def of_git(*command: str) -> str:
    """What git prints; nothing where the files were unpacked without it."""
    if not (ROOT / ".git").exists():
        return ""
    git = ["git", "-c", "safe.directory=*", *command]
    return subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True).stdout
