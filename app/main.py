"""The application: the only file that knows all parts."""

import logging
import uuid
from typing import cast

from fastapi import FastAPI, Request
from fastapi.routing import APIRoute
from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError, TimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp

from app import VERSION
from app.backends import NotReady
from app.db import Register
from app.errors import ProblemError, unavailable
from app.kit.front import METHODS, Front
from app.kit.response_cache import ResponseCache
from app.resources import agreements, cities, delegations, evidence, health, indicators, observations, sources
from app.settings import Settings

log = logging.getLogger("citypact")

HEADERS = {
    "API-Version": VERSION,
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, API-Version, X-Request-ID, Retry-After, Content-Disposition",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}


def operation_id(route: APIRoute) -> str:
    """The name of a route's function in camelCase: `listAgreements`."""
    first, *rest = route.name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def create_app(settings: Settings) -> ASGIApp:
    """The whole service on these settings; opens the database with the first request."""
    api = create_api(settings)
    register: Register = api.state.register
    register.watch()
    return ResponseCache(Front(api, HEADERS), register.version, settings.cache_bytes)


def create_api(settings: Settings) -> FastAPI:
    """The routes and handlers alone, without what stands before them."""
    api = FastAPI(
        title="Citypact",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        generate_unique_id_function=operation_id,
    )
    api.state.settings = settings
    api.state.register = Register(settings)
    for noun in (cities, agreements, delegations, indicators, observations, sources, evidence, health):
        api.include_router(noun.router)
    for kind, handler in HANDLERS.items():
        api.add_exception_handler(kind, handler)
    return api


def app_from_environment() -> ASGIApp:
    """The service as the environment configures it; what uvicorn starts in every worker."""
    return create_app(Settings())


async def problem(_: Request, error: Exception) -> Response:
    """Our own problems."""
    return cast("ProblemError", error).response()


async def routing_problem(_: Request, error: Exception) -> Response:
    """What the router refuses: unknown paths and methods; nothing of the request is repeated."""
    status = cast("HTTPException", error).status_code
    details = {404: "There is nothing at this address.", 405: f"Citypact only answers {METHODS}."}
    headers = {"Allow": METHODS} if status == 405 else None
    return ProblemError(status, details.get(status, "Refused."), headers=headers).response()


async def not_ready(_: Request, error: Exception) -> Response:
    """There is nothing to serve yet, or the database does not answer."""
    log.warning("not ready: %s", str(error).split("\n")[0])
    return unavailable("The register cannot be read at the moment; try again.").response()


async def fault(_: Request, error: Exception) -> Response:
    """A fault of ours: the answer reveals only an id that the log has, too (`Front` logs the error with its notes)."""
    instance = f"urn:uuid:{uuid.uuid4()}"
    error.add_note(f"instance {instance}")
    return ProblemError(500, "The server made a mistake; its log knows it by `instance`.", instance=instance).response()


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
