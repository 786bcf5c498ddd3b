"""The application: the only file that knows all parts."""

import logging
import uuid
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import cast

from fastapi import FastAPI, Request
from fastapi.routing import APIRoute
from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError, TimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from app import VERSION
from app.backends import NotReady
from app.db import Register
from app.embed import assets, builder, faults, home, oembed, pages
from app.embed.looks import negotiated
from app.errors import ProblemError, request_id, unavailable
from app.kit.front import METHODS, Front
from app.kit.metrics import count
from app.kit.response_cache import ResponseCache
from app.kit.straight import Straight
from app.kit.tracing import Observer, Traced, log_access
from app.reference import document, page
from app.reference.document import Document, about
from app.resources import agreements, cities, delegations, evidence, health, indicators, observations, site, sources
from app.settings import Settings

log = logging.getLogger("citypact")

NOUNS = (cities, agreements, delegations, indicators, observations, sources, evidence, health)
PARTS = (*NOUNS, document, page, home, pages, builder, oembed, assets, site)

HEADERS = {
    "API-Version": VERSION,
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, API-Version, X-Request-ID, Retry-After, Content-Disposition",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}

EMBEDS = "/embed/"


def operation_id(route: APIRoute) -> str:
    """The name of a route's function in camelCase: `listAgreements`."""
    first, *rest = route.name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def create_app(settings: Settings) -> ASGIApp:
    """The whole service on these settings; opens the database with the first request."""
    api = create_api(settings)
    register: Register = api.state.register
    register.watch()
    straight = Straight(api, declared_routes(), HANDLERS)
    front = Front(straight, raw_headers_at, lambda scope, problem: faults.shown(settings, scope, problem))
    cache = ResponseCache(front, register.version, settings.cache_bytes, lambda: register.away, negotiated)
    return Traced(cache, tuple(observers(settings)))


def observers(settings: Settings) -> Iterator[Observer]:
    """Who is told of every answer; by default nobody."""
    if settings.access_log:
        yield log_access(with_address=settings.log_addresses)
    if settings.metrics_port:
        yield count({route.path.split("/")[1] for route in declared_routes() if isinstance(route, Route)})


def declared_routes() -> Iterator[BaseRoute]:
    """The routes of all parts."""
    return chain.from_iterable(part.router.routes for part in PARTS)


def headers_at(path: str) -> dict[str, str]:
    """The headers of an answer that does not set them itself; only embeds may stand in the page of somebody else."""
    return HEADERS if f"{path}/".startswith(EMBEDS) else {**HEADERS, "X-Frame-Options": "DENY"}


@lru_cache(maxsize=1024)
def raw_headers_at(path: str) -> list[tuple[bytes, bytes]]:
    """The same as they are sent."""
    return [(name.lower().encode(), value.encode()) for name, value in headers_at(path).items()]


def create_api(settings: Settings) -> FastAPI:
    """The routes and handlers alone, without what stands before them."""
    api = FastAPI(
        **about(settings, NOUNS),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        generate_unique_id_function=operation_id,
    )
    api.state.settings = settings
    api.state.register = Register(settings)
    api.state.document = Document(api, settings.base_url)
    for part in PARTS:
        api.include_router(part.router)
    for kind, handler in HANDLERS.items():
        api.add_exception_handler(kind, handler)
    return api


def shown(request: Request, problem: ProblemError) -> Response:
    """A problem as whoever asked at this address can read it: as a page, or as JSON."""
    return faults.shown(request.app.state.settings, request.scope, problem)


async def problem(request: Request, error: Exception) -> Response:
    """Our own problems."""
    return shown(request, cast("ProblemError", error))


async def routing_problem(request: Request, error: Exception) -> Response:
    """What the router refuses: unknown paths and methods; nothing of the request is repeated."""
    status = cast("HTTPException", error).status_code
    details = {404: "There is nothing at this address.", 405: f"Citypact only answers {METHODS}."}
    headers = {"Allow": METHODS} if status == 405 else None
    return shown(request, ProblemError(status, details.get(status, "Refused."), headers=headers))


async def not_ready(request: Request, error: Exception) -> Response:
    """There is nothing to serve yet, or the database does not answer."""
    log.warning("not ready: %s", str(error).split("\n")[0])
    return shown(request, unavailable("The register cannot be read at the moment; try again."))


async def fault(request: Request, error: Exception) -> Response:
    """A fault of ours: the answer reveals only an id that the log has, too (`Front` logs the error with its notes)."""
    instance = request_id.get() or f"urn:uuid:{uuid.uuid4()}"
    error.add_note(f"instance {instance}")
    detail = "The server made a mistake; its log knows it by `instance`."
    return shown(request, ProblemError(500, detail, instance=instance))


HANDLERS = {
    ProblemError: problem,
    HTTPException: routing_problem,
    NotReady: not_ready,
    OperationalError: not_ready,
    InterfaceError: not_ready,
    DatabaseError: not_ready,
    TimeoutError: not_ready,
    Exception: fault,
}
