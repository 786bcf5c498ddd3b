"""Linters of other makers find nothing wrong with the OpenAPI document, and would."""

import copy
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from app.settings import Settings
from tests.clients.tools import link_packages, require, run
from tests.openapi.contract import generated_document

pytestmark = pytest.mark.slow

LINTERS = {
    "spectral": ["spectral", "lint", "--quiet", "--ruleset=spectral.yaml", "--fail-severity=hint", "openapi.json"],
    "redocly": ["redocly", "lint", "--config=redocly.yaml", "openapi.json"],
}
# As it is in production: a linter refuses a server on this machine, or one without TLS.
DOCUMENT = generated_document(Settings(public_url="https://citypact.org"))


def finding(linter: str, document: dict[str, Any], folder: Path) -> str | None:
    """What a linter has to say, or None if it is content."""
    require()
    shutil.copytree(Path(__file__).parent / "linters", folder, dirs_exist_ok=True)
    link_packages(folder)
    (folder / "openapi.json").write_text(json.dumps(document))
    linted = run(LINTERS[linter], folder)
    return f"{linted.stdout}{linted.stderr}" if linted.returncode else None


@pytest.mark.parametrize("linter", LINTERS)
def test_a_linter_is_content(linter: str, tmp_path: Path) -> None:
    assert finding(linter, DOCUMENT, tmp_path) is None


@pytest.mark.parametrize("linter", LINTERS)
def test_a_linter_is_not_content_with_anything(linter: str, tmp_path: Path) -> None:
    document = copy.deepcopy(DOCUMENT)
    del document["paths"]["/agreements"]["get"]["operationId"]

    assert "operation-operationId" in str(finding(linter, document, tmp_path))
