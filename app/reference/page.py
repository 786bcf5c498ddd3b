"""The reference for people: Redoc's view of the OpenAPI document, all of it served by us."""

from functools import cache
from importlib.metadata import distribution
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.kit.files import File

HERE = Path(__file__).parent
# Redoc's published bundle as a package; its own routes and switches are not used.
REDOC = Path(str(distribution("fastapi-standalone-docs").locate_file("fastapi_standalone_docs/static/redoc")))

# Redoc makes two <style>: an empty one that it fills by script, and that of its scroll bars. It searches in a worker.
STYLES = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' 'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='"
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        f"style-src 'self' {STYLES}",
        "img-src 'self' data:",
        "connect-src 'self'",
        "worker-src blob:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)

FILES = {
    "/docs": (HERE / "page.html", "text/html"),
    "/docs/page.css": (HERE / "page.css", "text/css"),
    "/docs/redoc.standalone.js": (REDOC / "redoc.standalone.js", "text/javascript"),
    "/docs/logo-mini.svg": (REDOC / "logo-mini.svg", "image/svg+xml"),
}

router = APIRouter(include_in_schema=False)


@cache
def file_at(path: str) -> File:
    """The file of the reference that has this address."""
    source, media_type = FILES[path]
    return File(source.read_bytes(), media_type, {"Content-Security-Policy": POLICY})


def get_file(request: Request) -> Response:
    """A file of the reference."""
    return file_at(request.url.path).answer(request, request.app.state.settings.max_age)


for path in FILES:
    router.add_api_route(path, get_file, methods=["GET"])
