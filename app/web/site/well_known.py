"""Well-known URLs: robots.txt (RFC 9309) and security.txt (RFC 9116)."""

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.query.parsing import refuse_parameters
from app.settings import Settings

router = APIRouter(include_in_schema=False)

# A URL with a query is one of countless selections of the same records, so crawlers are kept from them.
ROBOTS_TXT = "User-agent: *\nDisallow: /*?\n"
SECURITY_TXT_VALIDITY = timedelta(days=180)
CACHE_ONE_DAY = {"Cache-Control": "public, max-age=86400"}


@router.get("/robots.txt")
async def get_robots(request: Request) -> Response:
    """Which URLs crawlers should not visit."""
    refuse_parameters(request.scope["query_string"])
    return Response(ROBOTS_TXT, headers=CACHE_ONE_DAY, media_type="text/plain")


@router.get("/.well-known/security.txt")
async def get_security(request: Request) -> Response:
    """Where to report vulnerabilities; made for each request, so that it never expires while the service runs."""
    refuse_parameters(request.scope["query_string"])
    return Response(
        security_txt(request.app.state.settings, datetime.now(UTC)), headers=CACHE_ONE_DAY, media_type="text/plain"
    )


def security_txt(settings: Settings, now: datetime) -> str:
    """security.txt as of a day, valid for SECURITY_TXT_VALIDITY from then on."""
    expires = (now + SECURITY_TXT_VALIDITY).replace(hour=0, minute=0, second=0, microsecond=0)
    return (
        f"Contact: {settings.security_contact}\n"
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}\n"
        "Preferred-Languages: en\n"
        f"Canonical: {settings.base_url}/.well-known/security.txt\n"
    )
