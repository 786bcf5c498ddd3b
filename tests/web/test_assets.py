"""Assets of the pages: caching, cross-origin headers, size."""

import pytest

from app.web import assets
from tests.support.serving import Served


@pytest.mark.parametrize("name", ["embed.css", "height.js", "builder.js"])
def test_caching_of_current_and_outdated_versions(real_sqlite: Served, name: str) -> None:
    current = real_sqlite.get(f"/embed/static/{assets.assets_version()}/{name}")
    outdated = real_sqlite.get(f"/embed/static/0123456789abcdef/{name}")

    assert current.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert current.headers["cross-origin-resource-policy"] == "cross-origin"
    again = real_sqlite.get(str(current.url), headers={"If-None-Match": current.headers["etag"]})

    assert (again.status_code, again.headers["cross-origin-resource-policy"]) == (304, "cross-origin")
    assert (outdated.status_code, outdated.headers["cache-control"]) == (200, "public, max-age=300")


def test_other_files_are_not_served(real_sqlite: Served) -> None:
    responses = [
        real_sqlite.get(f"/embed/static/{assets.assets_version()}/{name}") for name in ("x.css", "..%2F__init__.py")
    ]

    assert [response.status_code for response in responses] == [404, 404]


def test_size_of_the_script_for_host_pages(real_sqlite: Served) -> None:
    response = real_sqlite.get("/embed/embed.js")

    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert len(response.content) <= 4096


def test_the_style_sheet_has_the_accent_of_its_url(real_sqlite: Served) -> None:
    style_sheet = real_sqlite.get(f"/embed/static/{assets.assets_version()}/embed.css?accent=ffff00").text

    assert style_sheet.endswith(":root{--accent-light:#707000}:root{--accent-dark:#ffff00}")
