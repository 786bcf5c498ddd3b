"""Accessibility of the pages (WCAG 2.2): axe, reflow, text spacing, keyboard, target size, forced colours, print."""

import json
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from tests.support.serving import Served
from tests.web.browser import open_page, overflows
from tests.web.html_pages import EMBEDS, LANGUAGES, PAGES

PHONE, SCREEN = 320, 1280
WIDTHS = (PHONE, 360, 768, SCREEN)
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPEN_ALL_DETAILS = "document.querySelectorAll('details').forEach(details => { details.open = true })"
RUN_AXE = f"axe.run({json.dumps({'runOnly': AXE_TAGS, 'resultTypes': ['violations'], 'iframes': False})})"


def axe_violations(page: Page) -> list[str]:
    """The rules that a page violates, with the HTML of each element; axe's script must be in the page."""
    result: dict[str, Any] = page.evaluate(RUN_AXE)
    return [f"{rule['id']}: {node['html']}" for rule in result["violations"] for node in rule["nodes"]]


@pytest.mark.parametrize("path", [*PAGES, "/embed/agreements?country=FR", "/embed/agreements?country=XX"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(browser: Browser, real_sqlite: Served, path: str, language: str, scheme: str) -> None:
    address = f"{real_sqlite.settings.base_url}{path}{'&' if '?' in path else '?'}lang={language}&theme={scheme}"
    # The builder's `theme` is that of the embed; the builder itself follows the reader's system.
    with open_page(browser, address, color_scheme=scheme) as opened:
        opened.page.evaluate(OPEN_ALL_DETAILS)
        opened.page.evaluate(AXE_SCRIPT)
        painted = opened.page.evaluate("getComputedStyle(document.documentElement).colorScheme")
        for width in (PHONE, SCREEN):
            opened.page.set_viewport_size({"width": width, "height": 800})

            assert (painted, axe_violations(opened.page)) == (scheme, [])


@pytest.mark.parametrize("path", EMBEDS)
@pytest.mark.parametrize("display", ["theme=light&accent=ffcd00", "theme=dark&accent=1e2124"])
def test_any_accent_is_readable(browser: Browser, real_sqlite: Served, path: str, display: str) -> None:
    with open_page(browser, f"{real_sqlite.settings.base_url}{path}?lang=ko&limit=3&{display}", PHONE) as opened:
        opened.page.evaluate(OPEN_ALL_DETAILS)
        opened.page.evaluate(AXE_SCRIPT)

        assert axe_violations(opened.page) == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_scrolls_horizontally(browser: Browser, real_sqlite: Served, path: str, language: str) -> None:
    with open_page(browser, f"{real_sqlite.settings.base_url}{path}?lang={language}") as opened:
        opened.page.evaluate(OPEN_ALL_DETAILS)
        for width in WIDTHS:
            opened.page.set_viewport_size({"width": width, "height": 800})

            assert overflows(opened.page) == []
            assert opened.is_self_contained(real_sqlite.settings.base_url)


@pytest.mark.parametrize("width", WIDTHS)
def test_long_names_do_not_overflow(browser: Browser, long_names: Served, width: int) -> None:
    with open_page(browser, f"{long_names.settings.base_url}/embed/agreements?lang=ko&limit=200", width) as opened:
        opened.page.evaluate(OPEN_ALL_DETAILS)

        assert opened.page.locator("tbody tr").count() == 200
        assert overflows(opened.page) == []


@pytest.mark.parametrize("path", EMBEDS)
def test_a_malicious_register_runs_no_script(browser: Browser, malicious: Served, path: str) -> None:
    with open_page(browser, f"{malicious.settings.base_url}{path}?lang=ko", 360) as opened:
        opened.page.evaluate(OPEN_ALL_DETAILS)

        assert overflows(opened.page) == []
        assert opened.is_self_contained(malicious.settings.base_url)


# The text spacing that a reader may set (WCAG 2.2, 1.4.12).
TEXT_SPACING = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; } "
CLIPPED = """() => [...document.querySelectorAll("body *")].filter(element => {
    const style = getComputedStyle(element);
    return !element.closest(".unseen")
        && !element.matches("textarea, pre, select, option, iframe, svg *, thead, thead *")
        && style.display !== "inline" && style.overflow !== "visible"
        && element.scrollHeight > element.clientHeight + 1;
}).map(element => element.outerHTML)"""


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_text_spacing_clips_nothing(browser: Browser, real_sqlite: Served, path: str, language: str) -> None:
    address = f"{real_sqlite.settings.base_url}{path}?lang={language}"
    with open_page(browser, address, PHONE, bypass_csp=True) as opened:
        opened.page.add_style_tag(content=f"{TEXT_SPACING} p {{ margin-bottom: 2em !important; }}")
        opened.page.evaluate(OPEN_ALL_DETAILS)

        assert (overflows(opened.page), opened.page.evaluate(CLIPPED)) == ([], [])


FOCUSABLE = "a[href], summary, button:not([hidden]), select, input:not([type=hidden]), textarea, pre[tabindex]"
FOCUS_STATE = """focusable => {
    const focused = document.activeElement, style = getComputedStyle(focused), box = focused.getBoundingClientRect();
    const width = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
    const order = [...document.querySelectorAll(focusable)].filter(element => element.checkVisibility());
    return [order.indexOf(focused), width >= 2, box.top >= 0 && box.top < innerHeight];
}"""


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_tab_reaches_everything_in_order_with_a_visible_focus(
    browser: Browser, real_sqlite: Served, path: str, language: str
) -> None:
    with open_page(browser, f"{real_sqlite.settings.base_url}{path}?lang={language}", 360) as opened:
        page = opened.page
        page.evaluate("document.querySelectorAll('iframe').forEach(iframe => iframe.remove())")
        count, states = page.locator(FOCUSABLE).locator("visible=true").count(), []
        for _ in range(count):
            page.keyboard.press("Tab")
            states.append(page.evaluate(FOCUS_STATE, FOCUSABLE))

        assert states == [[position, True, True] for position in range(count)]


@pytest.mark.parametrize("path", EMBEDS)
def test_quotations_open_by_key(browser: Browser, real_sqlite: Served, path: str) -> None:
    with open_page(browser, f"{real_sqlite.settings.base_url}{path}?lang=vi", java_script_enabled=False) as opened:
        quote = opened.page.locator("details q").first
        before = quote.is_visible()
        opened.page.locator("summary").first.focus()
        opened.page.keyboard.press("Enter")

        assert (before, quote.is_visible()) == (False, True)


# WCAG 2.2 (2.5.8) excepts links within a sentence.
SMALL_TARGETS = """focusable => [...document.querySelectorAll(focusable)].filter(element => {
    const box = element.getBoundingClientRect();
    const inText = element.matches(".skip, p > a:not([target])");
    return element.checkVisibility() && !inText && Math.min(box.width, box.height) < 24;
}).map(element => element.outerHTML)"""


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_targets_are_large_enough(browser: Browser, real_sqlite: Served, path: str, language: str) -> None:
    with open_page(browser, f"{real_sqlite.settings.base_url}{path}?lang={language}", PHONE) as opened:
        opened.page.evaluate(OPEN_ALL_DETAILS)

        assert opened.page.evaluate(SMALL_TARGETS, FOCUSABLE) == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_forced_colours_keep_borders_and_replace_link_colours(
    browser: Browser, real_sqlite: Served, path: str, language: str
) -> None:
    address = f"{real_sqlite.settings.base_url}{path}?lang={language}"
    with open_page(browser, address, forced_colors="active") as opened:
        bordered = "[...document.querySelectorAll('.badge, button, select, .cards > li')]"
        borders = opened.page.evaluate(f"{bordered}.map(element => getComputedStyle(element).borderTopWidth)")
        link = opened.page.evaluate("getComputedStyle(document.body.querySelector('main a[href], main select')).color")

        assert [border for border in borders if border == "0px"] == []
        assert link not in ("rgb(11, 80, 208)", "rgb(30, 33, 36)")  # the colours of the page


@pytest.mark.parametrize("path", EMBEDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_print_is_white_and_shows_the_quotations(
    browser: Browser, real_sqlite: Served, path: str, language: str
) -> None:
    address = f"{real_sqlite.settings.base_url}{path}?lang={language}&theme=dark&limit=2"
    with open_page(browser, address) as opened:
        opened.page.emulate_media(media="print")
        surface = opened.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")

        assert surface == "rgb(255, 255, 255)"
        assert opened.page.locator("nav.more").is_hidden()
        assert opened.page.locator("q").last.is_visible()
        assert overflows(opened.page) == []


@pytest.mark.parametrize(
    ("path", "theme", "surfaces"),
    [
        ("/embed/agreements", "light", ["white", "white"]),
        ("/embed/agreements", "dark", ["black", "black"]),
        ("/embed/agreements", "auto", ["white", "black"]),
        ("/embed/agreements", "", ["white", "white"]),
        ("/embed", "", ["white", "black"]),
        ("/embed", "dark", ["white", "black"]),  # the theme of the embed, not of the builder
        ("/", "", ["white", "black"]),
        ("/", "light", ["white", "white"]),
    ],
)
def test_which_pages_follow_the_colour_scheme_of_the_system(
    browser: Browser, real_sqlite: Served, path: str, theme: str, surfaces: list[str]
) -> None:
    names = {"rgb(255, 255, 255)": "white", "rgb(22, 24, 28)": "black"}
    with open_page(browser, f"{real_sqlite.settings.base_url}{path}?lang=ko{theme and f'&theme={theme}'}") as opened:
        painted = []
        for scheme in ("light", "dark"):
            opened.page.emulate_media(color_scheme=scheme)
            painted.append(names[opened.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")])

        assert painted == surfaces


TYPOGRAPHY = """() => {
    const styles = [...document.querySelectorAll("main, main *")].map(element => getComputedStyle(element));
    const page = styles[0];
    return [page.wordBreak, page.overflowWrap, parseFloat(page.lineHeight) / parseFloat(page.fontSize),
        [...new Set(styles.map(style => style.textTransform))]];
}"""


@pytest.mark.parametrize(("language", "word_break"), [("ko", "keep-all"), ("vi", "normal"), ("en", "normal")])
@pytest.mark.parametrize("path", PAGES)
def test_typography_of_each_language(
    browser: Browser, real_sqlite: Served, path: str, language: str, word_break: str
) -> None:
    with open_page(browser, f"{real_sqlite.settings.base_url}{path}?lang={language}") as opened:
        assert opened.page.evaluate(TYPOGRAPHY) == [word_break, "break-word", pytest.approx(1.6), ["none"]]
