"""Pages of somebody else: another origin, with whatever policy a city may have."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

Content = tuple[Mapping[str, str], str, str]  # headers, media type, body


@dataclass
class Host:
    """A web server of another origin, and what it serves."""

    base: str
    contents: dict[str, Content] = field(default_factory=dict)

    def page(self, body: str, policy: str = "default-src 'none'", **headers: str) -> str:
        """The address of a new page with this body and policy."""
        path = f"/{len(self.contents)}.html"
        html = (
            '<!doctype html><html lang="ko"><head><meta charset="utf-8"><title>시청</title>'
            f'<link rel="icon" href="data:,"></head><body>{body}</body></html>'
        )
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        self.contents[path] = ({"Content-Security-Policy": policy, **more}, "text/html; charset=utf-8", html)
        return f"{self.base}{path}"

    def script(self, code: str) -> str:
        """The address of a new script."""
        path = f"/{len(self.contents)}.js"
        self.contents[path] = ({}, "text/javascript", code)
        return f"{self.base}{path}"


@contextmanager
def hosting() -> Iterator[Host]:
    """A host until the block ends."""
    host = Host("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers, media_type, body = host.contents.get(self.path, ({}, "text/plain", ""))
            self.send_response(200 if body else 404)
            for name, value in {**headers, "Content-Type": media_type}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: Any) -> None:
            """Nothing is written down."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Visit:
    """A page in a browser, and all that it did."""

    page: Page
    console: list[str]
    requests: list[str]

    def quiet(self, *origins: str) -> bool:
        """Nothing on the console, no request to anybody but these, and no cookie."""
        elsewhere = [url for url in self.requests if not url.startswith((*origins, "data:"))]
        assert (self.console, elsewhere, self.page.context.cookies()) == ([], [], [])
        return True


@contextmanager
def visit(browser: Browser, address: str, width: int = 1280, **options: Any) -> Iterator[Visit]:
    """Somebody who opens this address in a window of this width."""
    context = browser.new_context(viewport={"width": width, "height": 800}, **options)
    page, console, requests = context.new_page(), list[str](), list[str]()

    def heard(message: ConsoleMessage) -> None:
        console.append(message.text)

    def asked(request: Request) -> None:
        requests.append(request.url)

    page.on("console", heard)
    page.on("pageerror", lambda error: console.append(str(error)))
    page.on("request", asked)
    try:
        page.goto(address, wait_until="load")
        yield Visit(page, console, requests)
    finally:
        context.close()


def overflows(page: Any) -> list[str]:
    """What is wider than the window of a page or a frame."""
    found: list[str] = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
            .filter(found => found.getBoundingClientRect().right > innerWidth + 1).map(found => found.outerHTML)"""
    )
    return found
