"""Answers with bytes that stay the same as long as the process runs."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from fastapi import Request
from starlette.responses import Response

from app.middleware.conditional import is_not_modified, make_representation
from app.query.parsing import refuse_parameters


@dataclass(frozen=True)
class StaticFile:
    """Bytes of a media type, and the headers that go with them."""

    body: bytes
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def version(self) -> str:
        """A hash of the bytes."""
        return hashlib.sha256(self.body).hexdigest()

    def response(self, request: Request, max_age: int) -> Response:
        """The file, or a 304 for who has it already; takes no parameter."""
        refuse_parameters(request.scope["query_string"])
        accepted = request.headers.get("accept-encoding", "")
        representation = make_representation(self.version, None, request.url.path, accepted, max_age)
        if is_not_modified(request.headers.raw, representation.tag, None):
            return representation.not_modified_response(self.headers)
        return representation.response(self.body, self.headers, self.media_type)
