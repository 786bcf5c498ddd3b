"""The reference for people: Redoc's view of the OpenAPI document, all of it served by us."""

from functools import cache
from importlib.metadata import distribution
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api.static_files import StaticFile

HERE = Path(__file__).parent
# Redoc's published bundle as a package; its own routes and switches are not used.
REDOC = Path(str(distribution("fastapi-standalone-docs").locate_file("fastapi_standalone_docs/static/redoc")))

# Redoc makes two <style>: an empty one that it fills by script, and that of its scroll bars. It searches in a worker.
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
        "worker-src blob:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)

FILES = {
    "/docs": (HERE / "reference.html", "text/html"),
    "/docs/page.css": (HERE / "reference.css", "text/css"),
    "/docs/redoc.standalone.js": (REDOC / "redoc.standalone.js", "text/javascript"),
    "/docs/logo-mini.svg": (REDOC / "logo-mini.svg", "image/svg+xml"),
}

router = APIRouter(include_in_schema=False)


@cache
def file_at(path: str) -> StaticFile:
    """The file of the reference that has this address."""
    source, media_type = FILES[path]
    return StaticFile(source.read_bytes(), media_type, {"Content-Security-Policy": CONTENT_SECURITY_POLICY})


def get_file(request: Request) -> Response:
    """A file of the reference."""
    return file_at(request.url.path).response(request, request.app.state.settings.max_age)


for path in FILES:
    router.add_api_route(path, get_file, methods=["GET"])
