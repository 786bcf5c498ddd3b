"""Pages as people read them: with assistive technology, large spacing, high contrast, a keyboard, on paper."""

import json
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from tests.support.serving import Served
from tests.web.host_pages import overflows, visit
from tests.web.pages import EMBEDS, LANGUAGES

PAGES = (*EMBEDS, "/embed", "/")
PHONE, SCREEN = 320, 1280
WIDTHS = (PHONE, 360, 768, SCREEN)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPEN_ALL = "document.querySelectorAll('details').forEach(found => { found.open = true })"
AXE = f"axe.run({json.dumps({'runOnly': RULES, 'resultTypes': ['violations'], 'iframes': False})})"


def violations(page: Page) -> list[str]:
    """What axe, already in the page, finds: the rule, and where."""
    found: dict[str, Any] = page.evaluate(AXE)
    return [f"{rule['id']}: {node['html']}" for rule in found["violations"] for node in rule["nodes"]]


@pytest.mark.parametrize("path", [*PAGES, "/embed/agreements?country=FR", "/embed/agreements?country=XX"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier(browser: Browser, register: Served, path: str, language: str, scheme: str) -> None:
    address = f"{register.settings.base_url}{path}{'&' if '?' in path else '?'}lang={language}&theme={scheme}"
    # The builder's `theme` is that of the embed; the builder itself follows the reader's system.
    with visit(browser, address, color_scheme=scheme) as found:
        found.page.evaluate(OPEN_ALL)
        found.page.evaluate(AXE_SCRIPT)
        painted = found.page.evaluate("getComputedStyle(document.documentElement).colorScheme")
        for width in (PHONE, SCREEN):
            found.page.set_viewport_size({"width": width, "height": 800})

            assert (painted, violations(found.page)) == (scheme, [])


@pytest.mark.parametrize("path", EMBEDS)
@pytest.mark.parametrize("presentation", ["theme=light&accent=ffcd00", "theme=dark&accent=1e2124"])
def test_any_accent_can_be_read(browser: Browser, register: Served, path: str, presentation: str) -> None:
    with visit(browser, f"{register.settings.base_url}{path}?lang=ko&limit=3&{presentation}", PHONE) as found:
        found.page.evaluate(OPEN_ALL)
        found.page.evaluate(AXE_SCRIPT)

        assert violations(found.page) == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_wider_than_the_window(browser: Browser, register: Served, path: str, language: str) -> None:
    with visit(browser, f"{register.settings.base_url}{path}?lang={language}") as found:
        found.page.evaluate(OPEN_ALL)
        for width in WIDTHS:
            found.page.set_viewport_size({"width": width, "height": 800})

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
    with visit(browser, address, PHONE, bypass_csp=True) as found:
        found.page.add_style_tag(content=f"{SPACED} p {{ margin-bottom: 2em !important; }}")
        found.page.evaluate(OPEN_ALL)

        assert (overflows(found.page), found.page.evaluate(CUT)) == ([], [])


REACHABLE = "a[href], summary, button:not([hidden]), select, input:not([type=hidden]), textarea, pre[tabindex]"
FOCUSED = """reachable => {
    const focused = document.activeElement, style = getComputedStyle(focused), box = focused.getBoundingClientRect();
    const width = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
    const order = [...document.querySelectorAll(reachable)].filter(found => found.checkVisibility());
    return [order.indexOf(focused), width >= 2, box.top >= 0 && box.top < innerHeight];
}"""


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(
    browser: Browser, register: Served, path: str, language: str
) -> None:
    with visit(browser, f"{register.settings.base_url}{path}?lang={language}", 360) as found:
        page = found.page
        page.evaluate("document.querySelectorAll('iframe').forEach(found => found.remove())")
        expected, seen = page.locator(REACHABLE).locator("visible=true").count(), []
        for _ in range(expected):
            page.keyboard.press("Tab")
            seen.append(page.evaluate(FOCUSED, REACHABLE))

        assert seen == [[position, True, True] for position in range(expected)]


@pytest.mark.parametrize("path", EMBEDS)
def test_a_row_is_opened_by_a_key(browser: Browser, register: Served, path: str) -> None:
    with visit(browser, f"{register.settings.base_url}{path}?lang=vi", java_script_enabled=False) as found:
        quote = found.page.locator("details q").first
        before = quote.is_visible()
        found.page.locator("summary").first.focus()
        found.page.keyboard.press("Enter")

        assert (before, quote.is_visible()) == (False, True)


# Links in a sentence are as high as its lines; the standard excepts them.
SMALL = """reachable => [...document.querySelectorAll(reachable)].filter(found => {
    const box = found.getBoundingClientRect();
    const inText = found.matches(".skip, p > a:not([target])");
    return found.checkVisibility() && !inText && Math.min(box.width, box.height) < 24;
}).map(found => found.outerHTML)"""


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_finger_can_hit_everything(browser: Browser, register: Served, path: str, language: str) -> None:
    with visit(browser, f"{register.settings.base_url}{path}?lang={language}", PHONE) as found:
        found.page.evaluate(OPEN_ALL)

        assert found.page.evaluate(SMALL, REACHABLE) == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_forced_colours_keep_what_is_meant(browser: Browser, register: Served, path: str, language: str) -> None:
    address = f"{register.settings.base_url}{path}?lang={language}"
    with visit(browser, address, forced_colors="active") as found:
        bordered = "[...document.querySelectorAll('.badge, button, select, .cards > li')]"
        borders = found.page.evaluate(f"{bordered}.map(found => getComputedStyle(found).borderTopWidth)")
        link = found.page.evaluate("getComputedStyle(document.body.querySelector('main a[href], main select')).color")

        assert [border for border in borders if border == "0px"] == []
        assert link not in ("rgb(11, 80, 208)", "rgb(30, 33, 36)")  # the reader's colours, not ours


@pytest.mark.parametrize("path", EMBEDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_is_white_and_shows_the_quotations(browser: Browser, register: Served, path: str, language: str) -> None:
    address = f"{register.settings.base_url}{path}?lang={language}&theme=dark&limit=2"
    with visit(browser, address) as found:
        found.page.emulate_media(media="print")
        surface = found.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")

        assert surface == "rgb(255, 255, 255)"
        assert found.page.locator("nav.more").is_hidden()
        assert found.page.locator("q").last.is_visible()
        assert overflows(found.page) == []


@pytest.mark.parametrize(
    ("path", "theme", "surfaces"),
    [
        ("/embed/agreements", "light", ["white", "white"]),
        ("/embed/agreements", "dark", ["black", "black"]),
        ("/embed/agreements", "auto", ["white", "black"]),
        ("/embed/agreements", "", ["white", "white"]),
        ("/embed", "", ["white", "black"]),
        ("/embed", "dark", ["white", "black"]),  # that of the embed
        ("/", "", ["white", "black"]),
        ("/", "light", ["white", "white"]),
    ],
)
def test_who_follows_the_readers_system(
    browser: Browser, register: Served, path: str, theme: str, surfaces: list[str]
) -> None:
    names = {"rgb(255, 255, 255)": "white", "rgb(22, 24, 28)": "black"}
    with visit(browser, f"{register.settings.base_url}{path}?lang=ko{theme and f'&theme={theme}'}") as found:
        seen = []
        for scheme in ("light", "dark"):
            found.page.emulate_media(color_scheme=scheme)
            seen.append(names[found.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")])

        assert seen == surfaces


SET = """() => {
    const styles = [...document.querySelectorAll("main, main *")].map(found => getComputedStyle(found));
    const page = styles[0];
    return [page.wordBreak, page.overflowWrap, parseFloat(page.lineHeight) / parseFloat(page.fontSize),
        [...new Set(styles.map(style => style.textTransform))]];
}"""


@pytest.mark.parametrize(("language", "breaks"), [("ko", "keep-all"), ("vi", "normal"), ("en", "normal")])
@pytest.mark.parametrize("path", PAGES)
def test_each_language_is_set_as_it_should_be(
    browser: Browser, register: Served, path: str, language: str, breaks: str
) -> None:
    with visit(browser, f"{register.settings.base_url}{path}?lang={language}") as found:
        assert found.page.evaluate(SET) == [breaks, "break-word", pytest.approx(1.6), ["none"]]
