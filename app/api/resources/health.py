"""Health: is the process alive, and can it answer?"""

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import select
from starlette.responses import Response

from app.api.request_context import RequestContextDep
from app.api.response_docs import UNCACHED_HEADERS, problem_responses, success_response
from app.db import models
from app.db.register import Snapshot
from app.query.parsing import refuse_parameters

NO_STORE = {"Cache-Control": "no-store"}


class Health(BaseModel):
    """The process is alive."""

    status: Literal["ok"] = Field(description="Always `ok`.")


class Readiness(Health):
    """The register can be read."""

    data_version: str = Field(description="Version of the data being served; a hash of seeds and software.")


router = APIRouter(tags=["health"])
_SUCCESS = success_response("It is.", *UNCACHED_HEADERS)


@router.get(
    "/healthz", response_model=Health, responses={**_SUCCESS, **problem_responses(400, 405, 414, 429, 431, 500)}
)
async def get_health(request: Request) -> Response:
    """The process is alive; touches neither database nor disk."""
    refuse_parameters(request.scope["query_string"])
    return Response(Health(status="ok").model_dump_json(), headers=NO_STORE, media_type="application/json")


@router.get(
    "/readyz",
    response_model=Readiness,
    responses={**_SUCCESS, **problem_responses(400, 405, 414, 429, 431, 500, 503)},
)
async def get_readiness(request: Request, context: RequestContextDep) -> Response:
    """The database can be reached, its schema is at head and data are loaded; otherwise a 503."""
    refuse_parameters(request.scope["query_string"])
    version = await context.run_with_deadline(lambda: context.register.run(_read_version, fresh=True))
    readiness = Readiness(status="ok", data_version=version)
    return Response(readiness.model_dump_json(), headers=NO_STORE, media_type="application/json")


def _read_version(snapshot: Snapshot) -> str:
    return str(snapshot.execute(select(models.Release.version)).scalar_one())
