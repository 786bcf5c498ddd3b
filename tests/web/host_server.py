"""A web server of another origin, whose pages embed ours under a Content Security Policy of their own."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Content = tuple[Mapping[str, str], str, str]  # headers, media type, body


@dataclass
class HostServer:
    """The server's base URL, and its contents by path."""

    base_url: str
    contents: dict[str, Content] = field(default_factory=dict)

    def add_page(self, body: str, policy: str = "default-src 'none'", **headers: str) -> str:
        """Add a page with this body and Content Security Policy; return its URL."""
        path = f"/{len(self.contents)}.html"
        html = (
            '<!doctype html><html lang="ko"><head><meta charset="utf-8"><title>시청</title>'
            f'<link rel="icon" href="data:,"></head><body>{body}</body></html>'
        )
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        self.contents[path] = ({"Content-Security-Policy": policy, **more}, "text/html; charset=utf-8", html)
        return f"{self.base_url}{path}"

    def add_script(self, code: str) -> str:
        """Add a script; return its URL."""
        path = f"/{len(self.contents)}.js"
        self.contents[path] = ({}, "text/javascript", code)
        return f"{self.base_url}{path}"


@contextmanager
def serve_host_pages() -> Iterator[HostServer]:
    """A host server that is stopped when the block ends."""
    host = HostServer("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers, media_type, body = host.contents.get(self.path, ({}, "text/plain", ""))
            self.send_response(200 if body else 404)
            for name, value in {**headers, "Content-Type": media_type}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host.base_url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
