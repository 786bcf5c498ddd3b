"""Embeds in host pages of another origin, in Chromium: iframe, custom element, oEmbed and WordPress."""

from html import unescape

import pytest
from playwright.sync_api import Browser, Frame, Page

from tests.support.serving import Served
from tests.web.browser import OpenPage, open_page, overflows
from tests.web.host_server import HostServer
from tests.web.html_pages import EMBEDS, LANGUAGES, parse_page

WIDTHS = (320, 360, 768, 1280)
BODY_MARGINS = 16
"""The left and right margin of the body of a page without style, in CSS pixels."""
ROW_COUNTS = {"/embed/agreements": 7, "/embed/delegations": 3, "/embed/indicators": 11}
PAGE_HEIGHT = "document.documentElement.getBoundingClientRect().height"


def snippets(served: Served, path: str, language: str, fit: str = "phone") -> tuple[str, str]:
    """The snippets of the builder for an embed: an iframe and a custom element."""
    builder = parse_page(served.get(f"/embed?show={path.rpartition('/')[2]}&embed_lang={language}&fit={fit}&lang=en"))
    iframe, element, _ = (unescape(area.text) for area in builder.find_all("textarea"))
    return iframe, element


def loaded_frames(opened: OpenPage) -> list[Frame]:
    """The frames of a page, scrolled to and fully loaded."""
    for iframe in opened.page.query_selector_all("iframe"):
        iframe.scroll_into_view_if_needed()
        frame = iframe.content_frame()
        assert frame
        frame.wait_for_selector("main h1")
        frame.wait_for_load_state()
    return [frame for frame in opened.page.frames if frame.parent_frame]


def visible_rows(frame: Frame) -> int:
    """How many rows of a frame are visible."""
    rows = frame.locator(".rows tbody tr, .cards > li")
    return sum(row.is_visible() for row in rows.all())


def empty_share(frame: Frame) -> float:
    """The share of a frame's height that stays empty below its page; negative if the frame is too short and scrolls."""
    share: float = frame.evaluate(f"1 - {PAGE_HEIGHT} / innerHeight")
    return share


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_iframe_works_under_the_strictest_policy_and_without_scripts(
    browser: Browser, host_server: HostServer, real_sqlite: Served, language: str, width: int
) -> None:
    base = real_sqlite.settings.base_url
    body = "".join(snippets(real_sqlite, path, language)[0] for path in EMBEDS)
    address = host_server.add_page(body, f"default-src 'none'; img-src data:; frame-src {base}")
    for script in (True, False):
        with open_page(browser, address, width, java_script_enabled=script) as opened:
            embedded = loaded_frames(opened)

            assert [visible_rows(frame) for frame in embedded] == list(ROW_COUNTS.values())
            assert [overflows(opened.page), *map(overflows, embedded)] == [[], [], [], []]
            assert [empty_share(frame) >= 0 for frame in embedded] == [True, True, True]  # nothing is cut or scrolls
            assert width > 320 or max(map(empty_share, embedded)) < 0.2
            assert opened.is_self_contained(base, host_server.base_url)


@pytest.mark.parametrize("width", [768, 1280])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_height_for_a_screen(
    browser: Browser, host_server: HostServer, real_sqlite: Served, language: str, width: int
) -> None:
    base = real_sqlite.settings.base_url
    body = "".join(snippets(real_sqlite, path, language, "screen")[0] for path in EMBEDS)
    address = host_server.add_page(f"<div>{body}</div>", f"default-src 'none'; img-src data:; frame-src {base}")
    with open_page(browser, address, width + BODY_MARGINS, java_script_enabled=False) as opened:
        embedded = loaded_frames(opened)

        assert [empty_share(frame) >= 0 for frame in embedded] == [True, True, True]
        assert width > 768 or max(map(empty_share, embedded)) < 0.2


@pytest.mark.parametrize("width", [320, 500, 800])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_height_of_oembed(
    browser: Browser, host_server: HostServer, real_sqlite: Served, language: str, width: int
) -> None:
    base = real_sqlite.settings.base_url
    requests = [{"url": f"{base}{path}?lang={language}", "maxwidth": width} for path in EMBEDS]
    body = "".join(real_sqlite.get("/oembed", params=params).json()["html"] for params in requests)
    address = host_server.add_page(body, f"default-src 'none'; img-src data:; frame-src {base}")
    with open_page(browser, address, java_script_enabled=False) as opened:
        embedded = loaded_frames(opened)

        assert [0 <= empty_share(frame) < 0.2 for frame in embedded] == [True, True, True]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_custom_element_follows_the_height_of_its_page(
    browser: Browser, host_server: HostServer, real_sqlite: Served, language: str, width: int
) -> None:
    base = real_sqlite.settings.base_url
    body = "".join(snippets(real_sqlite, path, language)[1] for path in EMBEDS)
    address = host_server.add_page(body, f"default-src 'none'; img-src data:; frame-src {base}; script-src {base}")
    with open_page(browser, address, width) as opened:
        opened.page.wait_for_selector("city-pact:nth-of-type(3) iframe")
        for frame in loaded_frames(opened):
            expect_fitting_height(opened.page, frame)
            frame.locator("summary").first.click()  # the page grows
            expect_fitting_height(opened.page, frame)

        assert [visible_rows(frame) for frame in opened.page.frames[1:]] == list(ROW_COUNTS.values())
        assert overflows(opened.page) == []
        assert opened.is_self_contained(base, host_server.base_url)


@pytest.mark.parametrize("width", [320, 800])
def test_long_names_fit_into_oembed(browser: Browser, host_server: HostServer, long_names: Served, width: int) -> None:
    base = long_names.settings.base_url
    params = {"url": f"{base}/embed/agreements?lang=ko", "maxwidth": width}
    body = long_names.get("/oembed", params=params).json()["html"]
    with open_page(
        browser, host_server.add_page(body, f"default-src data:; frame-src {base}"), java_script_enabled=False
    ) as opened:
        (frame,) = loaded_frames(opened)

        assert (overflows(frame), 0 <= empty_share(frame) < 0.2) == ([], True)


def expect_fitting_height(page: Page, frame: Frame) -> None:
    """Wait until a frame is as tall as its page; fail at Playwright's timeout."""
    element = frame.frame_element()
    page.wait_for_function(
        "([element, height]) => Math.abs(element.clientHeight - height) <= 1",
        arg=[element, frame.evaluate(PAGE_HEIGHT)],
    )


def test_without_its_script_the_custom_element_is_a_link(
    browser: Browser, host_server: HostServer, real_sqlite: Served
) -> None:
    address = host_server.add_page(snippets(real_sqlite, EMBEDS[0], "ko")[1], "default-src 'none'; img-src data:")
    with open_page(browser, address, java_script_enabled=False) as opened:
        link = opened.page.locator("city-pact a")

        assert (link.is_visible(), link.inner_text()) == (True, "협정")


@pytest.mark.parametrize(
    ("host_page", "expected"),
    [
        ("<city-pact><a href='{}'>A</a></city-pact>", "lang=ko"),
        ("<div lang='vi-VN'><city-pact><a href='{}'>A</a></city-pact></div>", "lang=vi"),
        ("<div lang='fr'><city-pact><a href='{}'>A</a></city-pact></div>", ""),
        ("<city-pact><a href='{}?lang=en'>A</a></city-pact>", "lang=en"),
        ("<city-pact><iframe title='A' src='{}?lang=en'></iframe></city-pact>", "lang=en"),
        ("<meta name='color-scheme' content='dark'><city-pact><a href='{}'>A</a></city-pact>", "lang=ko&theme=dark"),
        ("<meta name='color-scheme' content='light dark'><city-pact><a href='{}'>A</a></city-pact>",
         "lang=ko&theme=auto"),
    ],
)  # fmt: skip
def test_language_and_theme_come_from_the_host_page(
    browser: Browser, host_server: HostServer, real_sqlite: Served, host_page: str, expected: str
) -> None:
    base = real_sqlite.settings.base_url
    body = f"<script src='{base}/embed/embed.js' async></script>{host_page.format(f'{base}/embed/delegations')}"
    with open_page(
        browser, host_server.add_page(body, f"frame-src {base}; script-src {base}; default-src data:")
    ) as opened:
        opened.page.wait_for_selector("city-pact iframe")
        (frame,) = loaded_frames(opened)

        assert frame.url.partition("?")[2] == expected
        assert (opened.page.locator("iframe").get_attribute("title"), opened.console) == ("A", [])


def test_the_custom_element_ignores_links_to_other_origins(
    browser: Browser, host_server: HostServer, real_sqlite: Served
) -> None:
    base = real_sqlite.settings.base_url
    links = "".join(
        f"<city-pact><a href='{url}'>A</a></city-pact>" for url in ("https://evil.example/", "javascript:x")
    )
    with open_page(
        browser, host_server.add_page(f"{links}<script src='{base}/embed/embed.js'></script>", "")
    ) as opened:
        opened.page.wait_for_function("() => Boolean(customElements.get('city-pact'))")

        assert (opened.page.locator("iframe").count(), opened.page.locator("city-pact a").count()) == (0, 2)


# What WordPress does with the messages of an oEmbed iframe (wp-includes/js/wp-embed.js), abridged.
WORDPRESS = """
    addEventListener("message", event => {
        const frame = document.querySelector("iframe[data-secret]"), data = event.data;
        if (!data.secret || data.secret !== frame.dataset.secret || event.source !== frame.contentWindow) return;
        if (data.message === "height") frame.height = Math.min(Math.max(parseInt(data.value, 10), 200), 1000);
    });
"""


def test_wordpress_receives_the_height(browser: Browser, host_server: HostServer, real_sqlite: Served) -> None:
    base = real_sqlite.settings.base_url
    oembed = real_sqlite.get("/oembed", params={"url": f"{base}/embed/delegations?lang=vi", "maxwidth": 600}).json()
    iframe = oembed["html"].replace("<iframe ", '<iframe sandbox="allow-scripts" data-secret="aB3dE6gH9j" ')
    iframe = iframe.replace("lang=vi", "lang=vi#?secret=aB3dE6gH9j").replace('height="', 'height="1')
    body = f"<script src='{host_server.add_script(WORDPRESS)}'></script>{iframe}"
    with open_page(
        browser, host_server.add_page(body, f"default-src data:; script-src {host_server.base_url}; frame-src {base}")
    ) as opened:
        (frame,) = loaded_frames(opened)
        expect_fitting_height(opened.page, frame)

        assert (visible_rows(frame), opened.is_self_contained(base, host_server.base_url)) == (3, True)


@pytest.mark.parametrize("sandbox", ["", "allow-scripts", "allow-scripts allow-same-origin"])
@pytest.mark.parametrize("path", EMBEDS)
def test_every_sandbox_shows_all_rows_with_their_style(
    browser: Browser, host_server: HostServer, real_sqlite: Served, path: str, sandbox: str
) -> None:
    base = real_sqlite.settings.base_url
    body = f"<iframe sandbox='{sandbox}' title='A' width=600 height=600 src='{base}{path}?lang=ko'></iframe>"
    with open_page(browser, host_server.add_page(body, f"default-src data:; frame-src {base}")) as opened:
        (frame,) = loaded_frames(opened)
        font_weight = frame.evaluate("getComputedStyle(document.querySelector('h1')).fontWeight")

        assert (visible_rows(frame), font_weight, overflows(frame)) == (ROW_COUNTS[path], "700", [])
        # Chromium itself reports that a script in a sandbox did not run.
        assert [message for message in opened.console if "sandboxed" not in message] == []


def test_a_cross_origin_isolated_host_can_embed(browser: Browser, host_server: HostServer, real_sqlite: Served) -> None:
    base = real_sqlite.settings.base_url
    isolated = {
        "Cross_Origin_Embedder_Policy": "require-corp",
        "Cross_Origin_Opener_Policy": "same-origin",
    }
    body = f"<iframe title='A' width=600 height=600 src='{base}/embed/agreements?lang=ko'></iframe>"
    with open_page(browser, host_server.add_page(body, f"default-src data:; frame-src {base}", **isolated)) as opened:
        (frame,) = loaded_frames(opened)

        assert opened.page.evaluate("crossOriginIsolated")
        assert (visible_rows(frame), opened.is_self_contained(base, host_server.base_url)) == (7, True)


def test_the_home_page_cannot_be_framed(browser: Browser, host_server: HostServer, real_sqlite: Served) -> None:
    base = real_sqlite.settings.base_url
    with open_page(browser, host_server.add_page(f"<iframe title='A' src='{base}/?lang=ko'></iframe>", "")) as opened:
        assert opened.page.frames[1].query_selector("main") is None
        assert [message for message in opened.console if "frame-ancestors 'none'" in message] != []
