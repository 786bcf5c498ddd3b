"""Embeds in the pages of others, in a real browser."""

from html import unescape

import pytest
from playwright.sync_api import Browser, Frame, Page

from tests.support.serving import Served
from tests.web.host_pages import Host, Visit, overflows, visit
from tests.web.pages import EMBEDS, LANGUAGES, read

WIDTHS = (320, 360, 768, 1280)
BODY = 16
"""The margins of the body of a page without a style."""
ROWS = {"/embed/agreements": 7, "/embed/delegations": 3, "/embed/indicators": 11}
TALL = "document.documentElement.getBoundingClientRect().height"


def pasted(served: Served, path: str, language: str, fit: str = "phone") -> tuple[str, str]:
    """What the builder gives for a page: an iframe, and a link that grows."""
    builder = read(served.get(f"/embed?show={path.rpartition('/')[2]}&embed_lang={language}&fit={fit}&lang=en"))
    iframe, element, _ = (unescape(area.text) for area in builder.all("textarea"))
    return iframe, element


def frames(found: Visit) -> list[Frame]:
    """The frames of a page, once each shows its content; lazy ones are scrolled to."""
    for iframe in found.page.query_selector_all("iframe"):
        iframe.scroll_into_view_if_needed()
        frame = iframe.content_frame()
        assert frame
        frame.wait_for_selector("main h1")
        frame.wait_for_load_state()
    return [frame for frame in found.page.frames if frame.parent_frame]


def shown(frame: Frame) -> int:
    """How many rows of a frame are shown."""
    rows = frame.locator(".rows tbody tr, .cards > li")
    return sum(row.is_visible() for row in rows.all())


def free(frame: Frame) -> float:
    """The part of a frame below its page that stays empty; negative where the frame is too short and scrolls."""
    part: float = frame.evaluate(f"1 - {TALL} / innerHeight")
    return part


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_iframe_needs_nothing_of_its_host(
    browser: Browser, host: Host, register: Served, language: str, width: int
) -> None:
    base = register.settings.base_url
    body = "".join(pasted(register, path, language)[0] for path in EMBEDS)
    address = host.page(body, f"default-src 'none'; img-src data:; frame-src {base}")
    for script in (True, False):
        with visit(browser, address, width, java_script_enabled=script) as found:
            embedded = frames(found)

            assert [shown(frame) for frame in embedded] == list(ROWS.values())
            assert [overflows(frame) for frame in (found.page, *embedded)] == [[], [], [], []]
            assert [free(frame) >= 0 for frame in embedded] == [True, True, True]  # nothing cut, nothing scrolls
            assert width > 320 or max(map(free, embedded)) < 0.2
            assert found.quiet(base, host.base)


@pytest.mark.parametrize("width", [768, 1280])
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_iframe_for_a_screen_fits_a_screen(
    browser: Browser, host: Host, register: Served, language: str, width: int
) -> None:
    base = register.settings.base_url
    body = "".join(pasted(register, path, language, "screen")[0] for path in EMBEDS)
    address = host.page(f"<div>{body}</div>", f"default-src 'none'; img-src data:; frame-src {base}")
    with visit(browser, address, width + BODY, java_script_enabled=False) as found:
        embedded = frames(found)

        assert [free(frame) >= 0 for frame in embedded] == [True, True, True]
        assert width > 768 or max(map(free, embedded)) < 0.2


@pytest.mark.parametrize("width", [320, 500, 800])
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_oembed_is_tall_enough(browser: Browser, host: Host, register: Served, language: str, width: int) -> None:
    base = register.settings.base_url
    asked = [{"url": f"{base}{path}?lang={language}", "maxwidth": width} for path in EMBEDS]
    body = "".join(register.get("/oembed", params=params).json()["html"] for params in asked)
    address = host.page(body, f"default-src 'none'; img-src data:; frame-src {base}")
    with visit(browser, address, java_script_enabled=False) as found:
        embedded = frames(found)

        assert [0 <= free(frame) < 0.2 for frame in embedded] == [True, True, True]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_script_makes_frames_as_tall_as_their_pages(
    browser: Browser, host: Host, register: Served, language: str, width: int
) -> None:
    base = register.settings.base_url
    body = "".join(pasted(register, path, language)[1] for path in EMBEDS)
    address = host.page(body, f"default-src 'none'; img-src data:; frame-src {base}; script-src {base}")
    with visit(browser, address, width) as found:
        found.page.wait_for_selector("city-pact:nth-of-type(3) iframe")
        for frame in frames(found):
            fits(found.page, frame)
            frame.locator("summary").first.click()  # grows
            fits(found.page, frame)

        assert [shown(frame) for frame in found.page.frames[1:]] == list(ROWS.values())
        assert overflows(found.page) == []
        assert found.quiet(base, host.base)


@pytest.mark.parametrize("width", [320, 800])
def test_a_name_without_a_space_is_not_cut(browser: Browser, host: Host, crowded: Served, width: int) -> None:
    base = crowded.settings.base_url
    asked = {"url": f"{base}/embed/agreements?lang=ko", "maxwidth": width}
    body = crowded.get("/oembed", params=asked).json()["html"]
    with visit(browser, host.page(body, f"default-src data:; frame-src {base}"), java_script_enabled=False) as found:
        (frame,) = frames(found)

        assert (overflows(frame), 0 <= free(frame) < 0.2) == ([], True)


def fits(page: Page, frame: Frame) -> None:
    """Waits until a frame is as tall as its page; fails if that never comes."""
    element = frame.frame_element()
    page.wait_for_function(
        "([element, height]) => Math.abs(element.clientHeight - height) <= 1", arg=[element, frame.evaluate(TALL)]
    )


def test_without_the_script_the_link_stays(browser: Browser, host: Host, register: Served) -> None:
    address = host.page(pasted(register, EMBEDS[0], "ko")[1], "default-src 'none'; img-src data:")
    with visit(browser, address, java_script_enabled=False) as found:
        link = found.page.locator("city-pact a")

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
def test_the_script_follows_its_host(
    browser: Browser, host: Host, register: Served, host_page: str, expected: str
) -> None:
    base = register.settings.base_url
    body = f"<script src='{base}/embed/embed.js' async></script>{host_page.format(f'{base}/embed/delegations')}"
    with visit(browser, host.page(body, f"frame-src {base}; script-src {base}; default-src data:")) as found:
        found.page.wait_for_selector("city-pact iframe")
        (frame,) = frames(found)

        assert frame.url.partition("?")[2] == expected
        assert (found.page.locator("iframe").get_attribute("title"), found.console) == ("A", [])


def test_the_script_embeds_nothing_of_others(browser: Browser, host: Host, register: Served) -> None:
    base = register.settings.base_url
    links = "".join(
        f"<city-pact><a href='{address}'>A</a></city-pact>" for address in ("https://evil.example/", "javascript:x")
    )
    with visit(browser, host.page(f"{links}<script src='{base}/embed/embed.js'></script>", "")) as found:
        found.page.wait_for_function("() => Boolean(customElements.get('city-pact'))")

        assert (found.page.locator("iframe").count(), found.page.locator("city-pact a").count()) == (0, 2)


# What WordPress does around the html of an oEmbed answer (wp-includes/js/wp-embed.js), in short.
WORDPRESS = """
    addEventListener("message", event => {
        const frame = document.querySelector("iframe[data-secret]"), said = event.data;
        if (!said.secret || said.secret !== frame.dataset.secret || event.source !== frame.contentWindow) return;
        if (said.message === "height") frame.height = Math.min(Math.max(parseInt(said.value, 10), 200), 1000);
    });
"""


def test_wordpress_gets_the_height(browser: Browser, host: Host, register: Served) -> None:
    base = register.settings.base_url
    answer = register.get("/oembed", params={"url": f"{base}/embed/delegations?lang=vi", "maxwidth": 600}).json()
    kept = answer["html"].replace("<iframe ", '<iframe sandbox="allow-scripts" data-secret="aB3dE6gH9j" ')
    kept = kept.replace("lang=vi", "lang=vi#?secret=aB3dE6gH9j").replace('height="', 'height="1')
    body = f"<script src='{host.script(WORDPRESS)}'></script>{kept}"
    with visit(browser, host.page(body, f"default-src data:; script-src {host.base}; frame-src {base}")) as found:
        (frame,) = frames(found)
        fits(found.page, frame)

        assert (shown(frame), found.quiet(base, host.base)) == (3, True)


@pytest.mark.parametrize("sandbox", ["", "allow-scripts", "allow-scripts allow-same-origin"])
@pytest.mark.parametrize("path", EMBEDS)
def test_a_sandbox_changes_nothing(browser: Browser, host: Host, register: Served, path: str, sandbox: str) -> None:
    base = register.settings.base_url
    body = f"<iframe sandbox='{sandbox}' title='A' width=600 height=600 src='{base}{path}?lang=ko'></iframe>"
    with visit(browser, host.page(body, f"default-src data:; frame-src {base}")) as found:
        (frame,) = frames(found)
        styled = frame.evaluate("getComputedStyle(document.querySelector('h1')).fontWeight")

        assert (shown(frame), styled, overflows(frame)) == (ROWS[path], "700", [])
        # Chromium itself says that it runs no script in such a frame.
        assert [said for said in found.console if "sandboxed" not in said] == []


def test_an_isolated_host_can_embed(browser: Browser, host: Host, register: Served) -> None:
    base = register.settings.base_url
    isolated = {
        "Cross_Origin_Embedder_Policy": "require-corp",
        "Cross_Origin_Opener_Policy": "same-origin",
    }
    body = f"<iframe title='A' width=600 height=600 src='{base}/embed/agreements?lang=ko'></iframe>"
    with visit(browser, host.page(body, f"default-src data:; frame-src {base}", **isolated)) as found:
        (frame,) = frames(found)

        assert found.page.evaluate("crossOriginIsolated")
        assert (shown(frame), found.quiet(base, host.base)) == (7, True)


def test_the_front_page_cannot_be_framed(browser: Browser, host: Host, register: Served) -> None:
    base = register.settings.base_url
    with visit(browser, host.page(f"<iframe title='A' src='{base}/?lang=ko'></iframe>", "")) as found:
        assert found.page.frames[1].query_selector("main") is None
        assert [said for said in found.console if "frame-ancestors 'none'" in said] != []
