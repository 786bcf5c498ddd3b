"""The API reference at `/docs`: Redoc shows the OpenAPI document; no file comes from another host."""

from functools import cache
from importlib.metadata import distribution
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api.static_files import StaticFile

HERE = Path(__file__).parent
# The published bundle of Redoc; the routes and options of its package are not used.
REDOC_DIR = Path(str(distribution("fastapi-standalone-docs").locate_file("fastapi_standalone_docs/static/redoc")))

# Redoc adds two <style> elements: an empty one that it fills by script, and one for its scroll bars.
STYLE_HASHES = (
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' 'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='"
)
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        f"style-src 'self' {STYLE_HASHES}",
        "img-src 'self' data:",
        "connect-src 'self'",
        "worker-src blob:",  # Redoc searches in a worker
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)

FILES = {
    "/docs": (HERE / "reference.html", "text/html"),
    "/docs/page.css": (HERE / "reference.css", "text/css"),
    "/docs/redoc.standalone.js": (REDOC_DIR / "redoc.standalone.js", "text/javascript"),
    "/docs/logo-mini.svg": (REDOC_DIR / "logo-mini.svg", "image/svg+xml"),
}

router = APIRouter(include_in_schema=False)


@cache
def file_at(path: str) -> StaticFile:
    """The file at this path, read once."""
    file, media_type = FILES[path]
    return StaticFile(file.read_bytes(), media_type, {"Content-Security-Policy": CONTENT_SECURITY_POLICY})


def get_file(request: Request) -> Response:
    """Send a file of the reference."""
    return file_at(request.url.path).response(request, request.app.state.settings.max_age)


for path in FILES:
    router.add_api_route(path, get_file, methods=["GET"])
