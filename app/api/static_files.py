"""Files whose bytes stay the same as long as the process runs."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from fastapi import Request
from starlette.responses import Response

from app.middleware.conditional_requests import is_not_modified, make_representation
from app.query.parsing import refuse_parameters


@dataclass(frozen=True)
class StaticFile:
    """A body with its media type and additional headers."""

    body: bytes
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def version(self) -> str:
        """The SHA-256 of the body, in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()

    def response(self, request: Request, max_age: int) -> Response:
        """Return the file, or a 304 if the client has it; a query parameter is a 400. `max_age` is in seconds."""
        refuse_parameters(request.scope["query_string"])
        accept_encoding = request.headers.get("accept-encoding", "")
        representation = make_representation(self.version, None, request.url.path, accept_encoding, max_age)
        if is_not_modified(request.headers.raw, representation.tag, None):
            return representation.not_modified_response(self.headers)
        return representation.response(self.body, self.headers, self.media_type)
