"""robots.txt and security.txt."""

from datetime import UTC, datetime, timedelta

import pytest

from app.settings import Settings
from app.web.site.well_known import security_txt
from tests.support.problems import refused_parameters
from tests.support.serving import Served

PATHS = ["/robots.txt", "/.well-known/security.txt"]


@pytest.mark.parametrize("path", PATHS)
def test_media_type_caching_and_parameters(small: Served, path: str) -> None:
    response = small.get(path)

    assert (response.status_code, response.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert response.headers["cache-control"] == "public, max-age=86400"
    assert refused_parameters(small.get(f"{path}?x=1")) == ["x"]


def test_robots_txt(small: Served) -> None:
    assert small.get("/robots.txt").text == "User-agent: *\nDisallow: /*?\n"


def test_security_txt(small: Served) -> None:
    fields = dict(line.split(": ", 1) for line in small.get("/.well-known/security.txt").text.splitlines())
    expires = datetime.strptime(fields.pop("Expires"), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)

    assert fields == {
        "Contact": "https://github.com/citypact/citypact/security/advisories/new",
        "Preferred-Languages": "en",
        "Canonical": f"{small.settings.base_url}/.well-known/security.txt",
    }
    assert timedelta(days=170) < expires - datetime.now(UTC) < timedelta(days=365)


def test_security_txt_as_configured() -> None:
    settings = Settings(security_contact="mailto:security@example.org", public_url="https://api.example.org/")
    now = datetime(2026, 1, 31, 13, 14, tzinfo=UTC)

    assert security_txt(settings, now) == (
        "Contact: mailto:security@example.org\n"
        "Expires: 2026-07-30T00:00:00Z\n"
        "Preferred-Languages: en\n"
        "Canonical: https://api.example.org/.well-known/security.txt\n"
    )
