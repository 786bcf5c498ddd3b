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
from app.api import document
from app.api.document import OpenApiDocument, document_metadata
from app.api.resources import agreements, cities, delegations, evidence, health, indicators, observations, sources
from app.db.backends import NotReady
from app.db.register import Register
from app.errors import ProblemError, request_id, unavailable
from app.middleware.fast_path import FastPathMiddleware
from app.middleware.request_guard import ALLOWED_METHODS, RequestGuardMiddleware
from app.middleware.request_id import Observer, RequestIdMiddleware, access_log_observer
from app.middleware.request_metrics import metrics_observer
from app.middleware.response_cache import ResponseCacheMiddleware
from app.settings import Settings
from app.web import assets, error_pages
from app.web.embeds import builder, lists, oembed
from app.web.presentation import negotiate_language
from app.web.site import home, reference, well_known

log = logging.getLogger("citypact")

RESOURCES = (cities, agreements, delegations, indicators, observations, sources, evidence, health)
ROUTERS = (*RESOURCES, document, reference, home, lists, builder, oembed, assets, well_known)

DEFAULT_HEADERS = {
    "API-Version": VERSION,
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, API-Version, X-Request-ID, Retry-After, Content-Disposition",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}

EMBED_PREFIX = "/embed/"


def operation_id(route: APIRoute) -> str:
    """The name of a route's function in camelCase: `listAgreements`."""
    first, *rest = route.name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def create_app(settings: Settings) -> ASGIApp:
    """The whole service on these settings; opens the database with the first request."""
    api = create_api(settings)
    register: Register = api.state.register
    register.watch()
    straight = FastPathMiddleware(api, declared_routes(), EXCEPTION_HANDLERS)
    front = RequestGuardMiddleware(
        straight, raw_default_headers, lambda scope, problem: error_pages.problem_response(settings, scope, problem)
    )
    cache = ResponseCacheMiddleware(
        front, register.version, settings.cache_bytes, lambda: register.is_database_down, negotiate_language
    )
    return RequestIdMiddleware(cache, tuple(observers(settings)))


def observers(settings: Settings) -> Iterator[Observer]:
    """Who is told of every answer; by default nobody."""
    if settings.access_log:
        yield access_log_observer(with_address=settings.log_addresses)
    if settings.metrics_port:
        yield metrics_observer({route.path.split("/")[1] for route in declared_routes() if isinstance(route, Route)})


def declared_routes() -> Iterator[BaseRoute]:
    """The routes of all parts."""
    return chain.from_iterable(part.router.routes for part in ROUTERS)


def default_headers(path: str) -> dict[str, str]:
    """The headers of an answer that does not set them itself; only embeds may stand in the page of somebody else."""
    return DEFAULT_HEADERS if f"{path}/".startswith(EMBED_PREFIX) else {**DEFAULT_HEADERS, "X-Frame-Options": "DENY"}


@lru_cache(maxsize=1024)
def raw_default_headers(path: str) -> list[tuple[bytes, bytes]]:
    """The same as they are sent."""
    return [(name.lower().encode(), value.encode()) for name, value in default_headers(path).items()]


def create_api(settings: Settings) -> FastAPI:
    """The routes and handlers alone, without what stands before them."""
    api = FastAPI(
        **document_metadata(settings, RESOURCES),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        generate_unique_id_function=operation_id,
    )
    api.state.settings = settings
    api.state.register = Register(settings)
    api.state.document = OpenApiDocument(api, settings.base_url)
    for part in ROUTERS:
        api.include_router(part.router)
    for kind, handler in EXCEPTION_HANDLERS.items():
        api.add_exception_handler(kind, handler)
    return api


def problem_response(request: Request, problem: ProblemError) -> Response:
    """A problem as whoever asked at this address can read it: as a page, or as JSON."""
    return error_pages.problem_response(request.app.state.settings, request.scope, problem)


async def handle_problem(request: Request, error: Exception) -> Response:
    """Our own problems."""
    return problem_response(request, cast("ProblemError", error))


async def handle_routing_error(request: Request, error: Exception) -> Response:
    """What the router refuses: unknown paths and methods; nothing of the request is repeated."""
    status = cast("HTTPException", error).status_code
    details = {404: "There is nothing at this address.", 405: f"Citypact only answers {ALLOWED_METHODS}."}
    headers = {"Allow": ALLOWED_METHODS} if status == 405 else None
    return problem_response(request, ProblemError(status, details.get(status, "Refused."), headers=headers))


async def handle_not_ready(request: Request, error: Exception) -> Response:
    """There is nothing to serve yet, or the database does not answer."""
    log.warning("not ready: %s", str(error).split("\n")[0])
    return problem_response(request, unavailable("The register cannot be read at the moment; try again."))


async def handle_fault(request: Request, error: Exception) -> Response:
    """A fault of ours: the answer reveals only an id that the log has, too (`Front` logs the error with its notes)."""
    instance = request_id.get() or f"urn:uuid:{uuid.uuid4()}"
    error.add_note(f"instance {instance}")
    detail = "The server made a mistake; its log knows it by `instance`."
    return problem_response(request, ProblemError(500, detail, instance=instance))


EXCEPTION_HANDLERS = {
    ProblemError: handle_problem,
    HTTPException: handle_routing_error,
    NotReady: handle_not_ready,
    OperationalError: handle_not_ready,
    InterfaceError: handle_not_ready,
    DatabaseError: handle_not_ready,
    TimeoutError: handle_not_ready,
    Exception: handle_fault,
}
