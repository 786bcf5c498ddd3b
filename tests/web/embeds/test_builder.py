"""The builder's form, snippets and preview, without a browser."""

import pytest

from tests.support.serving import Served
from tests.web.html_pages import LANGUAGES, Element, heading, parse_html, parse_page

SANDBOX = "allow-scripts allow-popups allow-popups-to-escape-sandbox"


@pytest.mark.parametrize("language", LANGUAGES)
def test_snippets_and_preview_show_the_same_embed(real_sqlite: Served, language: str) -> None:
    page = parse_page(
        real_sqlite.get(
            f"/embed?lang=en&show=delegations&country=VN&city=&embed_lang={language}&theme=dark&accent=c8102e"
        )
    )
    iframe, element, url = (area.text for area in page.find_all("textarea"))
    base = real_sqlite.settings.base_url
    expected = f"{base}/embed/delegations?accent=c8102e&country=VN&lang={language}&theme=dark"
    (frame,), (script, link_element) = parse_html(iframe).children, parse_html(element).children
    (preview,) = page.find_all("iframe")

    assert url == frame.attributes["src"] == link_element.find_all("a")[0].attributes["href"] == expected
    assert frame.attributes == {
        "src": expected,
        "title": heading(parse_page(real_sqlite.get(expected))),
        "width": "100%",
        "height": preview.attributes["height"],
        "frameborder": "0",
        "loading": "lazy",
        "sandbox": SANDBOX,
    }
    assert (script.tag, script.attributes) == ("script", {"src": f"{base}/embed/embed.js", "async": ""})
    assert preview.attributes["src"] == expected.removeprefix(f"{base}/")


def form_values(page: Element) -> dict[str, str]:
    """The values of the fields of the form, by name."""
    selects = {
        select.attributes["name"]: option.attributes["value"]
        for select in page.find_all("select")
        for option in select.find_all("option")
        if "selected" in option.attributes
    }
    return selects | {field.attributes["name"]: field.attributes.get("value", "") for field in page.find_all("input")}


def test_form_and_preview_by_default(real_sqlite: Served) -> None:
    page = parse_page(real_sqlite.get("/embed?lang=vi"))
    (preview,) = page.find_all("iframe")

    assert preview.attributes["src"] == "embed/agreements?lang=vi"
    assert form_values(page) == {
        "lang": "vi",
        "show": "agreements",
        "embed_lang": "vi",
        "theme": "light",
        "fit": "phone",
        "accent": "0b50d0",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_menu_keeps_the_choice(real_sqlite: Served, language: str) -> None:
    choice = {
        "show": "delegations",
        "country": "VN",
        "city": "daegu",
        "since": "2004",
        "embed_lang": "vi",
        "theme": "dark",
        "fit": "screen",
        "accent": "c8102e",
    }
    before = parse_page(real_sqlite.get("/embed", params={**choice, "lang": "en"}))
    (link,) = (link for link in before.find_all("a") if link.attributes.get("hreflang") == language)
    after = parse_page(real_sqlite.get(f"/embed{link.attributes['href']}"))

    assert after.find_all("html")[0].attributes["lang"] == language
    assert form_values(after) == {**choice, "lang": language}
    assert [area.text for area in after.find_all("textarea")] == [area.text for area in before.find_all("textarea")]


def test_height_for_a_phone_and_for_a_screen(real_sqlite: Served) -> None:
    heights = {
        fit: [
            int(frame.attributes["height"])
            for frame in parse_page(real_sqlite.get(f"/embed?fit={fit}&lang=ko")).find_all("iframe")
        ]
        for fit in ("phone", "screen", "neither")
    }

    assert heights["phone"] == heights["neither"] > heights["screen"]
