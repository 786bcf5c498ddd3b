"""What surrounds the embeds: oEmbed, assets, the builder and the front page."""

import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest

from app.settings import Settings
from app.web import assets
from tests.support.problems import problem_of
from tests.support.serving import Served, serving
from tests.web.pages import EMBEDS, LANGUAGES, Element, _Reader, heading, read

SANDBOX = "allow-scripts allow-popups allow-popups-to-escape-sandbox"


def fragment(html: str) -> list[Element]:
    reader = _Reader()
    reader.feed(html)
    return reader.open[0].children


def oembed(served: Served, path: str, **more: Any) -> dict[str, Any]:
    response = served.get("/oembed", params={"url": f"{served.settings.base_url}{path}", **more})
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def test_oembed(register: Served) -> None:
    base, path = register.settings.base_url, "/embed/agreements?country=VN&lang=ko&utm_source=x"
    found = oembed(register, path)
    tall = found["height"]

    assert found == {
        "version": "1.0",
        "type": "rich",
        "provider_name": "Citypact",
        "provider_url": f"{base}/",
        "title": "베트남과의 협정",
        "cache_age": 300,
        "width": 800,
        "height": tall,
        "html": f'<iframe src="{base}/embed/agreements?country=VN&amp;lang=ko" title="베트남과의 협정" width="800" '
        f'height="{tall}" frameborder="0"></iframe>',
    }


@pytest.mark.parametrize("path", EMBEDS)
def test_oembed_is_one_titled_iframe_within_bounds(register: Served, path: str) -> None:
    found = oembed(register, path, maxwidth=500, maxheight=300)
    (frame,) = fragment(found["html"])

    assert (found["width"], found["height"]) == (500, 300)
    assert (frame.tag, frame.attributes["title"]) == ("iframe", found["title"])
    assert (frame.attributes["width"], frame.attributes["height"]) == ("500", "300")


def test_an_oembed_is_never_wider_than_asked(register: Served) -> None:
    assert [oembed(register, EMBEDS[0], maxwidth=width)["width"] for width in (50, 799, 5000)] == [50, 799, 800]


@pytest.mark.parametrize("path", EMBEDS)
def test_a_narrow_oembed_is_taller_and_a_short_list_shorter(register: Served, path: str) -> None:
    asked = (("", 320), ("", 800), ("?limit=2", 800), ("?limit=2&title=0", 800), ("?country=FR", 800))
    heights = [oembed(register, f"{path}{query}", maxwidth=width)["height"] for query, width in asked]

    assert heights == sorted(set(heights), reverse=True)


def test_oembed_in_xml(register: Served) -> None:
    url = f"{register.settings.base_url}/embed/indicators?lang=vi"
    response = register.get("/oembed", params={"url": url, "format": "xml"})
    found = {element.tag: element.text for element in ElementTree.fromstring(response.text)}  # noqa: S314 - our own

    assert response.headers["content-type"] == "text/xml; charset=utf-8"
    assert found == {name: str(value) for name, value in oembed(register, "/embed/indicators?lang=vi").items()}


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
def test_oembed_knows_only_its_own_pages(register: Served, url: str, status: int) -> None:
    problem_of(register.get("/oembed", params={"url": url.format(base=register.settings.base_url)}), status)


@pytest.mark.parametrize(
    ("more", "status"), [({"format": "yaml"}, 501), ({"maxwidth": "wide"}, 400), ({"maxheight": "0"}, 400)]
)
def test_oembed_refuses_what_it_cannot_do(register: Served, more: dict[str, str], status: int) -> None:
    url = f"{register.settings.base_url}/embed/agreements"

    problem_of(register.get("/oembed", params={"url": url, **more}), status)


@pytest.mark.parametrize("name", ["embed.css", "height.js", "builder.js"])
def test_an_asset_is_kept_for_good(register: Served, name: str) -> None:
    today = register.get(f"/embed/static/{assets.assets_version()}/{name}")
    earlier = register.get(f"/embed/static/0123456789abcdef/{name}")

    assert today.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert today.headers["cross-origin-resource-policy"] == "cross-origin"
    again = register.get(str(today.url), headers={"If-None-Match": today.headers["etag"]})

    assert (again.status_code, again.headers["cross-origin-resource-policy"]) == (304, "cross-origin")
    assert (earlier.status_code, earlier.headers["cache-control"]) == (200, "public, max-age=300")


def test_there_are_no_other_assets(register: Served) -> None:
    found = [register.get(f"/embed/static/{assets.assets_version()}/{name}") for name in ("x.css", "..%2F__init__.py")]

    assert [response.status_code for response in found] == [404, 404]


def test_the_script_for_hosts_is_small(register: Served) -> None:
    response = register.get("/embed/embed.js")

    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert len(response.content) <= 4096


def test_the_accent_stands_in_the_sheet(register: Served) -> None:
    sheet = register.get(f"/embed/static/{assets.assets_version()}/embed.css?accent=ffff00").text

    assert sheet.endswith(":root{--accent-light:#707000}:root{--accent-dark:#ffff00}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_builder_makes_what_it_shows(register: Served, language: str) -> None:
    page = read(
        register.get(f"/embed?lang=en&show=delegations&country=VN&city=&embed_lang={language}&theme=dark&accent=c8102e")
    )
    iframe, element, address = (area.text for area in page.all("textarea"))
    base = register.settings.base_url
    expected = f"{base}/embed/delegations?accent=c8102e&country=VN&lang={language}&theme=dark"
    (frame,), (script, made) = fragment(iframe), fragment(element)
    (preview,) = page.all("iframe")

    assert address == frame.attributes["src"] == made.all("a")[0].attributes["href"] == expected
    assert frame.attributes == {
        "src": expected,
        "title": heading(read(register.get(expected))),
        "width": "100%",
        "height": preview.attributes["height"],
        "frameborder": "0",
        "loading": "lazy",
        "sandbox": SANDBOX,
    }
    assert (script.tag, script.attributes) == ("script", {"src": f"{base}/embed/embed.js", "async": ""})
    assert preview.attributes["src"] == expected.removeprefix(f"{base}/")


def chosen(page: Element) -> dict[str, str]:
    """What the fields of the builder say."""
    selects = {
        select.attributes["name"]: option.attributes["value"]
        for select in page.all("select")
        for option in select.all("option")
        if "selected" in option.attributes
    }
    return selects | {field.attributes["name"]: field.attributes.get("value", "") for field in page.all("input")}


def test_the_first_view_of_the_builder_shows_a_preview(register: Served) -> None:
    page = read(register.get("/embed?lang=vi"))
    (preview,) = page.all("iframe")

    assert preview.attributes["src"] == "embed/agreements?lang=vi"
    assert chosen(page) == {
        "lang": "vi",
        "show": "agreements",
        "embed_lang": "vi",
        "theme": "light",
        "fit": "phone",
        "accent": "0b50d0",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_builder_keeps_what_was_chosen_in_another_language(register: Served, language: str) -> None:
    asked = {
        "show": "delegations",
        "country": "VN",
        "city": "daegu",
        "since": "2004",
        "embed_lang": "vi",
        "theme": "dark",
        "fit": "screen",
        "accent": "c8102e",
    }
    before = read(register.get("/embed", params={**asked, "lang": "en"}))
    (link,) = (link for link in before.all("a") if link.attributes.get("hreflang") == language)
    after = read(register.get(f"/embed{link.attributes['href']}"))

    assert after.all("html")[0].attributes["lang"] == language
    assert chosen(after) == {**asked, "lang": language}
    assert [area.text for area in after.all("textarea")] == [area.text for area in before.all("textarea")]


def test_the_builder_knows_two_heights(register: Served) -> None:
    heights = {
        fit: [
            int(frame.attributes["height"]) for frame in read(register.get(f"/embed?fit={fit}&lang=ko")).all("iframe")
        ]
        for fit in ("phone", "screen", "neither")
    }

    assert heights["phone"] == heights["neither"] > heights["screen"]


def test_the_front_page_counts(real: Served) -> None:
    page = read(real.get("/?lang=en"))
    (counts,) = page.all("ul", **{"class": "counts"})
    totals = {path: real.get(f"/{path}").json()["total"] for path in ("cities", "evidence")}

    assert [item.text for item in counts.all("li")] == [
        "7 agreements",
        "3 visits and meetings",
        "11 economic indicators",
        f"{totals['cities']} cities and provinces",
        f"{totals['evidence']} quotations",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_of_the_front_page_answer(real: Served, language: str) -> None:
    page = read(real.get(f"/?lang={language}"))
    (examples,) = page.all("ul", **{"class": "examples"})
    found = [real.get(f"/{link.attributes['href']}") for link in examples.all("a")]

    assert [(response.status_code, response.json()["total"] > 0) for response in found] == [(200, True)] * 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_front_page_leads_to_all_there_is(real: Served, language: str) -> None:
    page = read(real.get(f"/?lang={language}"))
    sources = real.get("/sources").json()["items"]
    links = [link.attributes["href"] for link in page.all("main")[0].all("a")]
    own = [link for link in links if not link.startswith("http")]

    assert [link for link in links if link.startswith("http")] == [source["url"] for source in sources]
    assert {f"embed?lang={language}", "openapi.json", "docs"} <= set(own)
    assert [real.get(f"/{link}").status_code for link in own] == [200] * len(own)


def test_the_front_page_takes_no_filters(register: Served) -> None:
    assert [name.text for name in read(register.get("/?country=VN&lang=en"), 400).all("dt")] == ["country"]


def test_who_may_embed_can_be_limited(register: Served) -> None:
    cities = "https://www.daegu.go.kr https://danang.gov.vn"
    with serving(register.settings.model_copy(update={"frame_ancestors": cities})) as served:
        policies = [served.get(path).headers["content-security-policy"] for path in (*EMBEDS, "/embed")]

    assert [policy.partition("frame-ancestors ")[2] for policy in policies] == [cities] * 4


@pytest.mark.parametrize("written", ["*; script-src *", "https://a.example, https://b.example\n", ""])
def test_a_setting_cannot_change_the_rest_of_the_policy(written: str) -> None:
    with pytest.raises(ValueError, match="frame_ancestors"):
        Settings(frame_ancestors=written)
