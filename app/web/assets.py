"""Style sheets and scripts of the pages, each at a URL with a version, so that caches may keep it for a year."""

import hashlib
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.middleware.conditional_requests import is_not_modified, make_representation
from app.web.accent_colors import accent_css
from app.web.display_options import page_parameters, parse_display_options

PACKAGE = Path(__file__).parent
MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript"}
VERSIONED_SUFFIXES = (".css", ".js", ".html", ".po", ".py")
CROSS_ORIGIN = {"Cross-Origin-Resource-Policy": "cross-origin"}
IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable"}
SHORT_LIVED = {"Cache-Control": "public, max-age=300"}


@cache
def asset_files() -> dict[str, str]:
    """The text of each asset, by file name."""
    return {
        path.name: path.read_text("utf-8")
        for path in sorted((PACKAGE / "static").iterdir())
        if path.suffix in MEDIA_TYPES
    }


@cache
def assets_version() -> str:
    """Hash of all files that pages are made from: assets, templates, catalogues and code."""
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(path for path in PACKAGE.rglob("*") if path.suffix in VERSIONED_SUFFIXES):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def asset_url(path: str, name: str) -> str:
    """URL of an asset relative to the page at this path, so that it also works behind a path prefix of a proxy."""
    return f"{'../' * (path.count('/') - 1)}embed/static/{assets_version()}/{name}"


router = APIRouter(include_in_schema=False)


@router.get("/embed/static/{version}/{name}")
async def get_asset(version: str, name: str, request: Request) -> Response:
    """Send an asset; at the URL of another version, send the current one with a short lifetime."""
    if name not in asset_files():
        raise HTTPException(404)
    cache_control = IMMUTABLE if version == assets_version() else SHORT_LIVED
    return _asset_response(request, name, cache_control)


@router.get("/embed/embed.js")
async def get_embed_script(request: Request) -> Response:
    """Send the script that host pages include; its URL has no version and never changes."""
    return _asset_response(request, "embed.js", SHORT_LIVED)


def _asset_response(request: Request, name: str, cache_control: dict[str, str]) -> Response:
    accent = parse_display_options(page_parameters(request.scope["query_string"]), "").accent
    accept_encoding = request.headers.get("accept-encoding", "")
    representation = make_representation(assets_version(), None, f"{name}?{accent}", accept_encoding, 0)
    headers = {**cache_control, **CROSS_ORIGIN}
    if is_not_modified(request.headers.raw, representation.tag, None):
        return representation.not_modified_response(headers)
    text = asset_files()[name] + (accent_css(accent) if name == "embed.css" else "")
    return representation.response(text.encode(), headers, MEDIA_TYPES[Path(name).suffix])
