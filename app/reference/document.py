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
from app.kit.files import File
from app.kit.openapi import document
from app.settings import Settings

HERE = Path(__file__).parent
ANSWERS = HERE / "answers.json"
"""Real answers by the request they answer; `make openapi` asks for them anew."""
BASE_URL = "{base_url}"
"""What stands in the kept answers for the address of the service."""
REFUSED = {400: "/agreements?cuontry=VN", 404: "/agreements/daegu--danang"}
"""Requests whose answers show what an error looks like."""


def about(settings: Settings, nouns: Iterable[ModuleType]) -> dict[str, Any]:
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


class Document:
    """The OpenAPI document of an application, made when it is first asked for."""

    def __init__(self, api: FastAPI, base_url: str) -> None:
        self.api, self.base_url = api, base_url

    @cached_property
    def content(self) -> dict[str, Any]:
        """The document."""
        answers = json.loads(ANSWERS.read_text().replace(BASE_URL, self.base_url)) if ANSWERS.exists() else {}
        return document(self.api, answers, REFUSED)

    @cached_property
    def file(self) -> File:
        """The document as it is served."""
        return File(json.dumps(self.content, ensure_ascii=False, separators=(",", ":")).encode(), "application/json")


router = APIRouter(include_in_schema=False)


@router.get("/openapi.json")
def get_document(request: Request) -> Response:
    """The OpenAPI document; needs no database."""
    own: Document = request.app.state.document
    return own.file.answer(request, request.app.state.settings.max_age)
