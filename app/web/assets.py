"""The files that pages need, each under an address that changes with its bytes, so that caches keep it for good."""

import hashlib
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.middleware.conditional import is_not_modified, make_representation
from app.web import accent_colors
from app.web.presentation import page_parameters, parse_presentation

PACKAGE = Path(__file__).parent
MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript"}
CROSS_ORIGIN = {"Cross-Origin-Resource-Policy": "cross-origin"}
IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable"}
SHORT_LIVED = {"Cache-Control": "public, max-age=300"}


@cache
def asset_files() -> dict[str, str]:
    """The assets by name."""
    return {
        path.name: path.read_text("utf-8")
        for path in sorted((PACKAGE / "static").iterdir())
        if path.suffix in MEDIA_TYPES
    }


@cache
def assets_version() -> str:
    """A hash of all that pages are made of: assets, templates and catalogues."""
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(path for path in PACKAGE.rglob("*") if path.suffix in (".css", ".js", ".html", ".po", ".py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def asset_url(path: str, name: str) -> str:
    """The address of an asset as a page at this path refers to it, whatever stands before both."""
    return f"{'../' * (path.count('/') - 1)}embed/static/{assets_version()}/{name}"


router = APIRouter(include_in_schema=False)


@router.get("/embed/static/{asked}/{name}")
async def get_asset(asked: str, name: str, request: Request) -> Response:
    """An asset; a page of an older version gets the one of today, to be asked for again soon."""
    if name not in asset_files():
        raise HTTPException(404)
    kept = IMMUTABLE if asked == assets_version() else SHORT_LIVED
    return _asset_response(request, name, kept)


@router.get("/embed/embed.js")
async def get_script(request: Request) -> Response:
    """The script that a host page includes; its address never changes."""
    return _asset_response(request, "embed.js", SHORT_LIVED)


def _asset_response(request: Request, name: str, kept: dict[str, str]) -> Response:
    accent = parse_presentation(page_parameters(request.scope["query_string"]), "").accent
    accepted = request.headers.get("accept-encoding", "")
    representation = make_representation(assets_version(), None, f"{name}?{accent}", accepted, 0)
    headers = {**kept, **CROSS_ORIGIN}
    if is_not_modified(request.headers.raw, representation.tag, None):
        return representation.not_modified_response(headers)
    text = asset_files()[name] + (accent_colors.accent_rules(accent) if name == "embed.css" else "")
    return representation.response(text.encode(), headers, MEDIA_TYPES[Path(name).suffix])
