"""Clients that generators make of the OpenAPI document compile, and receive what the service sends.

Each is made by the command that the documents name, checked by its language, and asked to run a program of `calls/`
that prints all it received.
"""

import json
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.clients.tools import TOOLS, link_packages, output, require
from tests.openapi.contract import DEFAULTS
from tests.support import documents
from tests.support.documents import Document
from tests.support.serving import Served

pytestmark = pytest.mark.slow

CALLS = Path(__file__).parent / "calls"
DOCUMENT = f"{DEFAULTS.base_url}/openapi.json"
"""Where the commands of the documents find the contract."""
JAR = next(TOOLS.glob("lib/python3*/site-packages/openapi_generator_cli/*.jar"), TOOLS / "no.jar")
# The generator itself carries the Jackson that its clients need; Debian's package has their annotations.
CLASSES = f"{JAR}:/usr/share/java/jakarta-annotation-api.jar"
TYPESCRIPT = [["tsc", "--project", "."]]
NODE = ["node", "out/call.js"]


@dataclass(frozen=True)
class Client:
    """A generator: its command, the program that uses the client, how both are checked, and how the program is run."""

    command: str
    program: str
    called: str
    checks: list[list[str]]
    run: list[str]
    needs: list[str] = field(default_factory=list)


CLIENTS = {
    "openapi-python-client": Client(
        f"openapi-python-client generate --url {DOCUMENT} --meta none --output-path citypact",
        "openapi_python_client.py",
        "call.py",
        [["mypy", "--strict", "citypact", "call.py"]],
        ["python", "call.py"],
    ),
    "python": Client(
        f"openapi-generator-cli generate -i {DOCUMENT} -g python -o .",
        "python.py",
        "call.py",
        [["python", "-m", "compileall", "-q", "openapi_client"]],
        ["python", "call.py"],
        ["java"],
    ),
    "openapi-typescript": Client(
        f"npx openapi-typescript {DOCUMENT} --output schema.d.ts", "openapi-fetch.ts", "call.ts", TYPESCRIPT, NODE
    ),
    "hey-api": Client(f"npx openapi-ts --input {DOCUMENT} --output client", "hey-api.ts", "call.ts", TYPESCRIPT, NODE),
    "orval": Client(
        f"npx orval --input {DOCUMENT} --output client.ts --client fetch", "orval.ts", "call.ts", TYPESCRIPT, NODE
    ),
    "typescript-fetch": Client(
        f"openapi-generator-cli generate -i {DOCUMENT} -g typescript-fetch -o client",
        "typescript-fetch.ts",
        "call.ts",
        TYPESCRIPT,
        NODE,
        ["java"],
    ),
    "java": Client(
        f"openapi-generator-cli generate -i {DOCUMENT} -g java --library native -o . "
        "--additional-properties=useJakartaEe=true,openApiNullable=false,containerDefaultToNull=true",
        "Call.java",
        "src/main/java/Call.java",
        [["sh", "-c", f"javac -proc:none -Werror -cp {CLASSES} -d out $(find src/main/java -name '*.java')"]],
        # The client reads bytes in the charset of the machine, which Java 18 made UTF-8.
        ["java", "-Dfile.encoding=UTF-8", "-cp", f"out:{CLASSES}", "Call"],
        ["javac", "/usr/share/java/jakarta-annotation-api.jar"],
    ),
    "go": Client(
        f"openapi-generator-cli generate -i {DOCUMENT} -g go -o . "
        "--additional-properties=disallowAdditionalPropertiesIfNotPresent=false",
        "main.go",
        "call/main.go",
        [["go", "vet", ".", "./call"]],
        ["go", "run", "./call"],
        ["java", "go"],
    ),
}


def generated(command: str, served: Served, folder: Path) -> str:
    """Makes a client with a command of the documents; what the generator said."""
    here = command.replace(DOCUMENT, f"{served.settings.base_url}/openapi.json").removeprefix("npx ")
    return output(here.split(), folder)


def sent(served: Served) -> dict[str, Any]:
    """What the service answers to the requests that every program makes."""
    first = served.get("/agreements?limit=3").json()
    paths = {
        "country": "/agreements?country=VN",
        "countries": "/agreements?country=VN&country=KR",
        "agreement": "/agreements/daegu--bac-ninh",
        "observation": "/observations/vn-investment-kr",
        "second_page": first["next"],
        "unknown": "/agreements/daegu--danang",
        "bad": "/agreements?country=Vietnam",
    }
    return {name: served.get(path).json() for name, path in paths.items()}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")
@pytest.mark.parametrize("name", CLIENTS)
def test_a_client_receives_what_was_sent(real: Served, tmp_path: Path, name: str) -> None:
    client = CLIENTS[name]
    require(*client.needs)
    generated(client.command, real, tmp_path)
    if client.checks == TYPESCRIPT:
        shutil.copy(CALLS / "tsconfig.json", tmp_path)
        link_packages(tmp_path)
    program = tmp_path / client.called
    program.parent.mkdir(exist_ok=True)
    shutil.copy(CALLS / client.program, program)
    for check in client.checks:
        output(check, tmp_path)

    assert json.loads(output([*client.run, real.settings.base_url], tmp_path)) == sent(real)


GENERATED_ONLY = [
    f"openapi-generator-cli generate -i {DOCUMENT} -g {language} -o ." for language in ("kotlin", "csharp")
]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")
@pytest.mark.parametrize("command", GENERATED_ONLY)
def test_a_client_is_generated_without_a_warning(real: Served, tmp_path: Path, command: str) -> None:
    require("java")
    said = generated(command, real, tmp_path)
    # The generator says so of every document of version 3.1.
    beta = "OpenAPI 3.1 support is still in beta."

    assert [line for line in said.splitlines() if re.search("WARN|ERROR", line) and beta not in line] == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")
@pytest.mark.parametrize("hard", ["null", "70000000000", "대구", "Đà Nẵng", '"next": "http'])
def test_what_is_compared_has_all_that_is_hard(real: Served, hard: str) -> None:
    assert hard in json.dumps(sent(real), ensure_ascii=False)


def test_the_documents_name_these_commands() -> None:
    tested = [*(client.command for client in CLIENTS.values()), *GENERATED_ONLY]
    programs = tuple({f"{command.split()[0]} " for command in tested})

    assert documents.CLIENTS.commands == tested
    assert {command for command in documents.COMMANDS if command.startswith(programs)} == set(tested)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")
@pytest.mark.parametrize("document", [documents.README, documents.CLIENTS], ids=str)
def test_the_program_of_a_document_has_a_page(real: Served, tmp_path: Path, document: Document) -> None:
    require()
    generated(CLIENTS["openapi-python-client"].command, real, tmp_path)
    program = document.in_language("python")[-1].text.replace(DEFAULTS.base_url, real.settings.base_url)
    (tmp_path / "call.py").write_text(f"{program}print(page.total)\n")

    assert output(["python", "call.py"], tmp_path) == "7\n"
