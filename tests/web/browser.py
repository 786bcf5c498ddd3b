"""Chromium, driven by Playwright: opens pages and records what they print, request and store."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Frame, Page, Request, sync_playwright

PROGRAM = Path("/usr/bin/chromium")
ARGUMENTS = [  # the browser itself requests nothing
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def launch_chromium() -> Iterator[Browser]:
    """A browser that is closed when the block ends."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class OpenPage:
    """A page in a browser, with the messages on its console and the URLs that it requested."""

    page: Page
    console: list[str]
    requests: list[str]

    def is_self_contained(self, *origins: str) -> bool:
        """Assert that the console is empty, only these origins were requested, and no cookie is set; then True."""
        elsewhere = [url for url in self.requests if not url.startswith((*origins, "data:"))]
        assert (self.console, elsewhere, self.page.context.cookies()) == ([], [], [])
        return True


@contextmanager
def open_page(browser: Browser, url: str, width: int = 1280, **options: Any) -> Iterator[OpenPage]:
    """Open a URL in a window of this width; `options` are those of Playwright's `new_context`."""
    context = browser.new_context(viewport={"width": width, "height": 800}, **options)
    page, console, requests = context.new_page(), list[str](), list[str]()

    def on_console(message: ConsoleMessage) -> None:
        console.append(message.text)

    def on_request(request: Request) -> None:
        requests.append(request.url)

    page.on("console", on_console)
    page.on("pageerror", lambda error: console.append(str(error)))
    page.on("request", on_request)
    try:
        page.goto(url, wait_until="load")
        yield OpenPage(page, console, requests)
    finally:
        context.close()


def overflows(page: Page | Frame) -> list[str]:
    """The HTML of elements that reach beyond the right edge of a window or a frame that scrolls horizontally."""
    elements: list[str] = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
            .filter(element => element.getBoundingClientRect().right > innerWidth + 1)
            .map(element => element.outerHTML)"""
    )
    return elements
