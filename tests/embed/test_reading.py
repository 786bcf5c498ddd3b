"""Pages as people read them: with assistive technology, large spacing, high contrast, a keyboard, on paper."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.embed.hosts import overflows, visit
from tests.embed.pages import EMBEDS, LANGUAGES
from tests.serving import Served

PAGES = (*EMBEDS, "/embed", "/")
WIDTHS = (320, 360, 768, 1280)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPEN_ALL = "document.querySelectorAll('details').forEach(found => { found.open = true })"


def violations(page: Any) -> list[str]:
    """What axe finds: the rule, and where."""
    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
    return [f"{rule['id']}: {node['html']}" for rule in found.response["violations"] for node in rule["nodes"]]


@pytest.mark.parametrize("path", [*PAGES, "/embed/agreements?country=FR", "/embed/agreements?country=XX"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_no_barrier(browser: Browser, register: Served, path: str, language: str) -> None:
    joint = "&" if "?" in path else "?"
    for theme, width in (("light", 320), ("dark", 1280)):
        address = f"{register.settings.base_url}{path}{joint}lang={language}&theme={theme}&accent=ffcd00"
        with visit(browser, address, width) as found:
            found.page.evaluate(OPEN_ALL)

            assert violations(found.page) == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_wider_than_the_window(browser: Browser, register: Served, path: str, language: str) -> None:
    for width in WIDTHS:
        with visit(browser, f"{register.settings.base_url}{path}?lang={language}", width) as found:
            found.page.evaluate(OPEN_ALL)

            assert overflows(found.page) == []
            assert found.quiet(register.settings.base_url)


@pytest.mark.parametrize("width", WIDTHS)
def test_no_name_is_too_long(browser: Browser, crowded: Served, width: int) -> None:
    with visit(browser, f"{crowded.settings.base_url}/embed/agreements?lang=ko&limit=200", width) as found:
        found.page.evaluate(OPEN_ALL)

        assert found.page.locator("tbody tr").count() == 200
        assert overflows(found.page) == []


@pytest.mark.parametrize("path", EMBEDS)
def test_a_hostile_register_runs_nothing(browser: Browser, hostile: Served, path: str) -> None:
    with visit(browser, f"{hostile.settings.base_url}{path}?lang=ko", 360) as found:
        found.page.evaluate(OPEN_ALL)

        assert overflows(found.page) == []
        assert found.quiet(hostile.settings.base_url)


OUTLINED = """() => {
    const style = getComputedStyle(document.activeElement);
    const width = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
    return document.activeElement !== document.body && width >= 2;
}"""

# The spacing that a reader may ask for (WCAG 1.4.12).
SPACED = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; } "
CUT = """() => [...document.querySelectorAll("body *")].filter(found => {
    const style = getComputedStyle(found);
    return !found.closest(".unseen") && !found.matches("textarea, pre, select, option, iframe, svg *, thead, thead *")
        && style.display !== "inline" && style.overflow !== "visible" && found.scrollHeight > found.clientHeight + 1;
}).map(found => found.outerHTML)"""


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_more_space_between_letters_cuts_nothing(browser: Browser, register: Served, path: str, language: str) -> None:
    address = f"{register.settings.base_url}{path}?lang={language}"
    with visit(browser, address, 320, bypass_csp=True) as found:
        found.page.add_style_tag(content=f"{SPACED} p {{ margin-bottom: 2em !important; }}")
        found.page.evaluate(OPEN_ALL)

        assert (overflows(found.page), found.page.evaluate(CUT)) == ([], [])


@pytest.mark.parametrize("path", PAGES)
def test_the_keyboard_reaches_everything_and_shows_where_it_is(browser: Browser, register: Served, path: str) -> None:
    reachable = "a[href], summary, button:not([hidden]), select, input:not([type=hidden]), textarea"
    with visit(browser, f"{register.settings.base_url}{path}?lang=ko", java_script_enabled=True) as found:
        page = found.page
        page.evaluate("document.querySelectorAll('iframe').forEach(found => found.remove())")
        expected, seen = page.locator(reachable).locator("visible=true").count(), 0
        for _ in range(expected):
            page.keyboard.press("Tab")
            seen += page.evaluate(OUTLINED)

        assert seen == expected


@pytest.mark.parametrize("path", EMBEDS)
def test_forced_colours_keep_what_is_meant(browser: Browser, register: Served, path: str) -> None:
    with visit(browser, f"{register.settings.base_url}{path}?lang=ko", forced_colors="active") as found:
        borders = found.page.evaluate(
            "[...document.querySelectorAll('.badge')].map(found => getComputedStyle(found).borderTopWidth)"
        )
        plain = found.page.evaluate("getComputedStyle(document.body.querySelector('a')).color")

        assert [border for border in borders if border == "0px"] == []
        assert plain != "rgb(11, 80, 208)"  # the reader's colour, not ours


@pytest.mark.parametrize("path", EMBEDS)
def test_paper_is_white_and_shows_the_quotations(browser: Browser, register: Served, path: str) -> None:
    with visit(browser, f"{register.settings.base_url}{path}?lang=ko&theme=dark&limit=2") as found:
        found.page.emulate_media(media="print")
        surface = found.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")

        assert surface == "rgb(255, 255, 255)"
        assert found.page.locator("nav.more").is_hidden()
        assert found.page.locator("q").last.is_visible()


def test_auto_follows_the_readers_system(browser: Browser, register: Served) -> None:
    surfaces = {}
    for theme in ("light", "auto"):
        for scheme in ("light", "dark"):
            address = f"{register.settings.base_url}/embed/agreements?lang=ko&theme={theme}"
            with visit(browser, address, color_scheme=scheme) as found:
                colour = found.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
                surfaces[theme, scheme] = colour

    white, black = "rgb(255, 255, 255)", "rgb(22, 24, 28)"
    assert surfaces == {
        ("light", "light"): white,
        ("light", "dark"): white,
        ("auto", "light"): white,
        ("auto", "dark"): black,
    }


def test_the_builder_copies(browser: Browser, register: Served) -> None:
    address = f"{register.settings.base_url}/embed?lang=en&country=VN"
    with visit(browser, address, permissions=["clipboard-read", "clipboard-write"]) as found:
        found.page.get_by_label("Country").select_option("KR")
        found.page.get_by_role("button", name="Show").click()
        found.page.wait_for_url("**country=KR**")
        found.page.get_by_role("button", name="Copy").first.click()
        found.page.wait_for_function("document.querySelector('[role=status]').textContent")
        copied = found.page.evaluate("navigator.clipboard.readText()")

        assert copied == found.page.locator("#iframe").input_value()
        assert "country=KR" in copied
        assert found.page.frame_locator("iframe").locator("h1").inner_text() == "Agreements with South Korea"


def test_the_builder_needs_no_script(browser: Browser, register: Served) -> None:
    with visit(browser, f"{register.settings.base_url}/embed?lang=ko", java_script_enabled=False) as found:
        found.page.get_by_label("목록", exact=True).select_option("indicators")
        found.page.get_by_role("button", name="미리 보기").click()
        found.page.wait_for_url("**show=indicators**")

        assert found.page.frame_locator("iframe").locator("h1").inner_text() == "경제 지표"
        assert found.page.get_by_role("button", name="복사").count() == 0
