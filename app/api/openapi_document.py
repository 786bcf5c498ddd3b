"""The OpenAPI document of this service, and its route."""

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
from app.openapi.schemas import JsonObject
from app.settings import Settings

HERE = Path(__file__).parent
EXAMPLES_FILE = HERE / "examples.json"
"""The JSON of real responses by their requests; `make openapi` writes it."""
BASE_URL_PLACEHOLDER = "{base_url}"
"""Stands in the examples for the address of the service."""
ERROR_EXAMPLES = {400: "/agreements?cuontry=VN", 404: "/agreements/daegu--danang"}
"""The requests whose responses are the examples of errors, by status."""


def document_metadata(settings: Settings, resources: Iterable[ModuleType]) -> dict[str, Any]:  # of different types
    """Return what the document says of the whole service, as keyword arguments of FastAPI."""
    return {
        "title": "Citypact",
        "summary": "What sources say about friendship agreements between cities.",
        "description": (HERE / "about.md").read_text(),
        "version": VERSION,
        "contact": {"name": "Citypact", "url": settings.contact_url},
        "license_info": {"name": "MIT", "url": "https://spdx.org/licenses/MIT.html"},
        "servers": [{"url": settings.base_url, "description": "The production service.", "x-internal": False}],
        "openapi_tags": [_tag(resource) for resource in resources],
    }


def _tag(resource: ModuleType) -> dict[str, str]:
    """Return the tag of a resource, from the docstring of its module: `Agreements: ties between places.`"""
    name, _, description = (resource.__doc__ or "").partition(": ")
    return {"name": name.lower(), "description": description[:1].upper() + description[1:]}


class OpenApiDocument:
    """The OpenAPI document of an application, generated when it is first requested."""

    def __init__(self, app: FastAPI, base_url: str) -> None:
        self.app, self.base_url = app, base_url

    @cached_property
    def content(self) -> JsonObject:
        """The document as JSON."""
        return build_document(self.app, self._examples(), ERROR_EXAMPLES)

    def _examples(self) -> dict[str, object]:
        """Return the examples with the address of this service; none before `make openapi` has written them."""
        if not EXAMPLES_FILE.exists():
            return {}
        examples: dict[str, object] = json.loads(EXAMPLES_FILE.read_text().replace(BASE_URL_PLACEHOLDER, self.base_url))
        return examples

    @cached_property
    def file(self) -> StaticFile:
        """The document as it is served."""
        body = json.dumps(self.content, ensure_ascii=False, separators=(",", ":")).encode()
        return StaticFile(body, "application/json")


router = APIRouter(include_in_schema=False)


@router.get("/openapi.json")
def get_document(request: Request) -> Response:
    """The OpenAPI document; needs no database."""
    document: OpenApiDocument = request.app.state.document
    return document.file.response(request, request.app.state.settings.max_age)
