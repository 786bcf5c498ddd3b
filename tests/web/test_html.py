"""Every page is valid HTML, as the Nu HTML Checker of the W3C sees it."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.needs import needs
from tests.support.serving import Served
from tests.web.pages import EMBEDS, LANGUAGES

pytestmark = pytest.mark.slow

CHECKER = Path(__file__).parent / "node/node_modules/vnu-jar/build/dist/vnu.jar"


@pytest.fixture
def checker() -> list[str]:
    """How the checker is called."""
    needs(CHECKER, "java")
    return ["java", "-jar", str(CHECKER), "--format", "json", "--exit-zero-always"]


def test_every_page_is_valid(
    checker: list[str], register: Served, hostile: Served, crowded: Served, tmp_path: Path
) -> None:
    pages = [*EMBEDS, "/embed", "/", "/embed/agreements?country=FR", "/embed/agreements?cuontry=VN", "/embed/x"]
    asked = [(served, page) for served in (register, hostile) for page in pages]
    asked += [(crowded, "/embed/agreements?limit=200")]
    for number, (served, page) in enumerate(asked):
        for language in LANGUAGES:
            joint = "&" if "?" in page else "?"
            html = served.get(f"{page}{joint}lang={language}&theme=dark").content
            (tmp_path / f"{number}-{language}.html").write_bytes(html)
    printed = subprocess.run([*checker, str(tmp_path)], capture_output=True, check=True, text=True).stderr
    found = {
        (message["type"], message["message"], message.get("extract")) for message in json.loads(printed)["messages"]
    }

    assert found == set()
