"""The files that pages need, each under an address that changes with its bytes, so that caches keep it for good."""

import hashlib
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.embed import accents
from app.embed.looks import looks_of, parse
from app.kit.caching import not_modified, represent

PACKAGE = Path(__file__).parent
TYPES = {".css": "text/css", ".js": "text/javascript"}
ANYWHERE = {"Cross-Origin-Resource-Policy": "cross-origin"}
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
A_WHILE = {"Cache-Control": "public, max-age=300"}


@cache
def files() -> dict[str, str]:
    """The assets by name."""
    return {
        path.name: path.read_text("utf-8") for path in sorted((PACKAGE / "static").iterdir()) if path.suffix in TYPES
    }


@cache
def version() -> str:
    """A hash of all that pages are made of: assets, templates and catalogues."""
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(path for path in PACKAGE.rglob("*") if path.suffix in (".css", ".js", ".html", ".po", ".py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def address(path: str, name: str) -> str:
    """The address of an asset as a page at this path refers to it, whatever stands before both."""
    return f"{'../' * (path.count('/') - 1)}embed/static/{version()}/{name}"


router = APIRouter(include_in_schema=False)


@router.get("/embed/static/{asked}/{name}")
async def get_asset(asked: str, name: str, request: Request) -> Response:
    """An asset; a page of an older version gets the one of today, to be asked for again soon."""
    if name not in files():
        raise HTTPException(404)
    kept = FOREVER if asked == version() else A_WHILE
    return _answer(request, name, kept)


@router.get("/embed/embed.js")
async def get_script(request: Request) -> Response:
    """The script that a host page includes; its address never changes."""
    return _answer(request, "embed.js", A_WHILE)


def _answer(request: Request, name: str, kept: dict[str, str]) -> Response:
    accent = looks_of(parse(request.scope["query_string"]), "").accent
    accepted = request.headers.get("accept-encoding", "")
    representation = represent(version(), None, f"{name}?{accent}", accepted, 0)
    headers = {**kept, **ANYWHERE}
    if not_modified(request.headers.raw, representation.tag, None):
        return representation.unchanged(headers)
    text = files()[name] + (accents.rules(accent) if name == "embed.css" else "")
    return representation.answer(text.encode(), headers, TYPES[Path(name).suffix])
