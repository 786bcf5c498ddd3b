"""The home page: totals, examples, links."""

import pytest

from tests.support.serving import Served
from tests.web.html_pages import LANGUAGES, parse_page


def test_totals(real: Served) -> None:
    page = parse_page(real.get("/?lang=en"))
    (counts,) = page.find_all("ul", **{"class": "counts"})
    totals = {path: real.get(f"/{path}").json()["total"] for path in ("cities", "evidence")}

    assert [item.text for item in counts.find_all("li")] == [
        "7 agreements",
        "3 visits and meetings",
        "11 economic indicators",
        f"{totals['cities']} cities and provinces",
        f"{totals['evidence']} quotations",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_examples_find_records(real: Served, language: str) -> None:
    page = parse_page(real.get(f"/?lang={language}"))
    (examples,) = page.find_all("ul", **{"class": "examples"})
    responses = [real.get(f"/{link.attributes['href']}") for link in examples.find_all("a")]

    assert [(response.status_code, response.json()["total"] > 0) for response in responses] == [(200, True)] * 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_links(real: Served, language: str) -> None:
    page = parse_page(real.get(f"/?lang={language}"))
    sources = real.get("/sources").json()["items"]
    links = [link.attributes["href"] for link in page.find_all("main")[0].find_all("a")]
    own = [link for link in links if not link.startswith("http")]

    assert [link for link in links if link.startswith("http")] == [source["url"] for source in sources]
    assert {f"embed?lang={language}", "openapi.json", "docs"} <= set(own)
    assert [real.get(f"/{link}").status_code for link in own] == [200] * len(own)


def test_filters_are_refused(real_sqlite: Served) -> None:
    assert [name.text for name in parse_page(real_sqlite.get("/?country=VN&lang=en"), 400).find_all("dt")] == [
        "country"
    ]
