"""The oEmbed provider: its fields, formats, sizes and errors."""

import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest

from tests.support.problems import problem_of
from tests.support.serving import Served
from tests.web.html_pages import EMBEDS, parse_html


def oembed(served: Served, path: str, **parameters: str | int) -> dict[str, Any]:
    """The oEmbed response for the embed at a path, in JSON."""
    response = served.get("/oembed", params={"url": f"{served.settings.base_url}{path}", **parameters})
    assert response.status_code == 200, response.text
    fields: dict[str, Any] = response.json()
    return fields


def test_oembed(real_sqlite: Served) -> None:
    base, path = real_sqlite.settings.base_url, "/embed/agreements?country=VN&lang=ko&utm_source=x"
    fields = oembed(real_sqlite, path)
    height = fields["height"]

    assert fields == {
        "version": "1.0",
        "type": "rich",
        "provider_name": "Citypact",
        "provider_url": f"{base}/",
        "title": "베트남과의 협정",
        "cache_age": 300,
        "width": 800,
        "height": height,
        "html": f'<iframe src="{base}/embed/agreements?country=VN&amp;lang=ko" title="베트남과의 협정" width="800" '
        f'height="{height}" frameborder="0"></iframe>',
    }


@pytest.mark.parametrize("path", EMBEDS)
def test_html_is_one_titled_iframe_within_the_bounds(real_sqlite: Served, path: str) -> None:
    fields = oembed(real_sqlite, path, maxwidth=500, maxheight=300)
    (iframe,) = parse_html(fields["html"]).children

    assert (fields["width"], fields["height"]) == (500, 300)
    assert (iframe.tag, iframe.attributes["title"]) == ("iframe", fields["title"])
    assert (iframe.attributes["width"], iframe.attributes["height"]) == ("500", "300")


def test_width_is_at_most_maxwidth_and_800(real_sqlite: Served) -> None:
    assert [oembed(real_sqlite, EMBEDS[0], maxwidth=width)["width"] for width in (50, 799, 5000)] == [50, 799, 800]


@pytest.mark.parametrize("path", EMBEDS)
def test_height_grows_with_rows_and_shrinks_with_width(real_sqlite: Served, path: str) -> None:
    cases = (("", 320), ("", 800), ("?limit=2", 800), ("?limit=2&title=0", 800), ("?country=FR", 800))
    heights = [oembed(real_sqlite, f"{path}{query}", maxwidth=width)["height"] for query, width in cases]

    assert heights == sorted(set(heights), reverse=True)


def test_xml(real_sqlite: Served) -> None:
    url = f"{real_sqlite.settings.base_url}/embed/indicators?lang=vi"
    response = real_sqlite.get("/oembed", params={"url": url, "format": "xml"})
    fields = {element.tag: element.text for element in ElementTree.fromstring(response.text)}  # noqa: S314 - our own

    assert response.headers["content-type"] == "text/xml; charset=utf-8"
    assert fields == {name: str(value) for name, value in oembed(real_sqlite, "/embed/indicators?lang=vi").items()}


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("https://elsewhere.example/embed/agreements", 404),
        ("{base}.evil.example/embed/agreements", 404),
        ("{base}/agreements", 404),
        ("{base}/embed", 404),
        ("{base}/embed/agreements?cuontry=VN", 404),
        ("{base}/embed/agreements?city=%00", 404),
        ("{base}/embed/agreements?city=%FF", 404),
        ("", 400),
    ],
)
def test_urls_that_cannot_be_embedded(real_sqlite: Served, url: str, status: int) -> None:
    problem_of(real_sqlite.get("/oembed", params={"url": url.format(base=real_sqlite.settings.base_url)}), status)


@pytest.mark.parametrize(
    ("parameters", "status"), [({"format": "yaml"}, 501), ({"maxwidth": "wide"}, 400), ({"maxheight": "0"}, 400)]
)
def test_invalid_parameters(real_sqlite: Served, parameters: dict[str, str], status: int) -> None:
    url = f"{real_sqlite.settings.base_url}/embed/agreements"

    problem_of(real_sqlite.get("/oembed", params={"url": url, **parameters}), status)
