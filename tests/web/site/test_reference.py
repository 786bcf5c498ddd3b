"""The API reference at /docs: complete, and without files from other hosts."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.support.needs import needs
from tests.support.serving import Served

FILES = [
    ("/docs", "text/html; charset=utf-8"),
    ("/docs/page.css", "text/css; charset=utf-8"),
    ("/docs/redoc.standalone.js", "text/javascript; charset=utf-8"),
    ("/docs/logo-mini.svg", "image/svg+xml"),
]


@pytest.mark.parametrize(("path", "media_type"), FILES)
def test_files_and_their_policy(real: Served, path: str, media_type: str) -> None:
    response = real.get(path)
    policy = response.headers["Content-Security-Policy"]

    assert (response.status_code, response.headers["Content-Type"]) == (200, media_type)
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert re.findall(r"https?:|unsafe|\*", policy) == []


@pytest.mark.parametrize(("path", "_"), FILES)
def test_not_modified(real: Served, path: str, _: str) -> None:
    tag = real.get(path).headers["ETag"]
    again = real.get(path, headers={"If-None-Match": tag})

    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)


def test_no_other_host_is_named(real: Served) -> None:
    assert re.findall(r"//[\w.]+", real.get("/docs").text) == []


@pytest.mark.parametrize("path", ["/docs?theme=dark", "/docs/page.css?v=1"])
def test_parameters_are_refused(real: Served, path: str) -> None:
    assert real.get(path).status_code == 400


@pytest.mark.slow
def test_a_browser_shows_every_operation_and_reports_nothing(real: Served, tmp_path: Path) -> None:
    needs("chromium")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}", "--enable-logging=stderr"]
    url = f"{real.settings.base_url}/docs"
    command = ["chromium", *options, "--virtual-time-budget=20000", "--dump-dom", url]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    operations = [item["get"]["summary"] for item in real.get("/openapi.json").json()["paths"].values()]

    assert [summary for summary in operations if f">{summary}<" not in run.stdout] == []
    assert [line for line in run.stderr.splitlines() if "CONSOLE" in line] == []
