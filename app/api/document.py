"""The OpenAPI document of this service, and its address."""

import json
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import Response

from app import VERSION
from app.api.static_files import StaticFile
from app.openapi.document import build_document
from app.settings import Settings

HERE = Path(__file__).parent
EXAMPLES_FILE = HERE / "answers.json"
"""Real answers by the request they answer; `make openapi` asks for them anew."""
BASE_URL_PLACEHOLDER = "{base_url}"
"""What stands in the kept answers for the address of the service."""
ERROR_EXAMPLES = {400: "/agreements?cuontry=VN", 404: "/agreements/daegu--danang"}
"""Requests whose answers show what an error looks like."""


def document_metadata(settings: Settings, nouns: Iterable[ModuleType]) -> dict[str, Any]:
    """What the document says of the whole service: keyword arguments of FastAPI."""
    return {
        "title": "Citypact",
        "summary": "What sources say about friendship agreements between cities.",
        "description": (HERE / "about.md").read_text(),
        "version": VERSION,
        "contact": {"name": "Citypact", "url": settings.contact_url},
        "license_info": {"name": "MIT", "url": "https://spdx.org/licenses/MIT.html"},
        "servers": [{"url": settings.base_url, "description": "The production service.", "x-internal": False}],
        "openapi_tags": [_tag(noun) for noun in nouns],
    }


def _tag(noun: ModuleType) -> dict[str, str]:
    """The tag of a noun; its module says what it is: `Agreements: ties between two or more places.`"""
    name, _, what = (noun.__doc__ or "").partition(": ")
    return {"name": name.lower(), "description": what[:1].upper() + what[1:]}


class OpenApiDocument:
    """The OpenAPI document of an application, made when it is first asked for."""

    def __init__(self, api: FastAPI, base_url: str) -> None:
        self.api, self.base_url = api, base_url

    @cached_property
    def content(self) -> dict[str, Any]:
        """The document."""
        answers = (
            json.loads(EXAMPLES_FILE.read_text().replace(BASE_URL_PLACEHOLDER, self.base_url))
            if EXAMPLES_FILE.exists()
            else {}
        )
        return build_document(self.api, answers, ERROR_EXAMPLES)

    @cached_property
    def file(self) -> StaticFile:
        """The document as it is served."""
        return StaticFile(
            json.dumps(self.content, ensure_ascii=False, separators=(",", ":")).encode(), "application/json"
        )


router = APIRouter(include_in_schema=False)


@router.get("/openapi.json")
def get_document(request: Request) -> Response:
    """The OpenAPI document; needs no database."""
    own: OpenApiDocument = request.app.state.document
    return own.file.response(request, request.app.state.settings.max_age)
