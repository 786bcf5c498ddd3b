"""Answers with bytes that stay the same as long as the process runs."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from fastapi import Request
from starlette.responses import Response

from app.kit.asking import refuse_parameters
from app.kit.caching import not_modified, represent


@dataclass(frozen=True)
class File:
    """Bytes of a media type, and the headers that go with them."""

    body: bytes
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def version(self) -> str:
        """A hash of the bytes."""
        return hashlib.sha256(self.body).hexdigest()

    def answer(self, request: Request, max_age: int) -> Response:
        """The file, or a 304 for who has it already; takes no parameter."""
        refuse_parameters(request.scope["query_string"])
        accepted = request.headers.get("accept-encoding", "")
        representation = represent(self.version, None, request.url.path, accepted, max_age)
        if not_modified(request.headers.raw, representation.tag, None):
            return representation.unchanged(self.headers)
        return representation.answer(self.body, self.headers, self.media_type)
