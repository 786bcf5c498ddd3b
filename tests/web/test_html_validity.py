"""Every page is valid HTML, by the Nu HTML Checker of the W3C."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.needs import needs
from tests.support.serving import Served
from tests.web.html_pages import LANGUAGES, PAGES

pytestmark = pytest.mark.slow

CHECKER = Path(__file__).parent / "node/node_modules/vnu-jar/build/dist/vnu.jar"


@pytest.fixture
def checker() -> list[str]:
    """The command line of the checker."""
    needs(CHECKER, "java")
    return ["java", "-jar", str(CHECKER), "--format", "json", "--exit-zero-always"]


def test_every_page_is_valid(
    checker: list[str], real_sqlite: Served, malicious: Served, long_names: Served, tmp_path: Path
) -> None:
    pages = [*PAGES, "/embed/agreements?country=FR", "/embed/agreements?cuontry=VN", "/embed/x"]
    requests = [(served, page) for served in (real_sqlite, malicious) for page in pages]
    requests += [(long_names, "/embed/agreements?limit=200")]
    for number, (served, page) in enumerate(requests):
        for language in LANGUAGES:
            separator = "&" if "?" in page else "?"
            html = served.get(f"{page}{separator}lang={language}&theme=dark").content
            (tmp_path / f"{number}-{language}.html").write_bytes(html)
    output = subprocess.run([*checker, str(tmp_path)], capture_output=True, check=True, text=True).stderr
    messages = {
        (message["type"], message["message"], message.get("extract")) for message in json.loads(output)["messages"]
    }

    assert messages == set()
