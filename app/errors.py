"""The problem details of RFC 9457, in which every error is sent, and the exceptions that become them."""

import json
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
MAX_ECHOED_CHARACTERS = 100  # of a refused name or value, in the response

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the current request, if it has one."""


def _omit_null(schema: dict[str, Any]) -> None:  # a JSON schema is untyped in pydantic, too
    """Change the schema of a model whose empty fields are left out: they are optional, and never null."""
    for name, field in schema["properties"].items():
        if name not in schema["required"]:
            (non_null,) = (branch for branch in field.pop("anyOf") if branch != {"type": "null"})
            field.update(non_null)


class ParameterError(BaseModel):
    """What is wrong with one parameter, and what would be right."""

    model_config = ConfigDict(json_schema_extra=_omit_null)

    parameter: str = Field(description="The name of the parameter.")
    value: str = Field(description="The value as received, cut at 100 characters.")
    reason: str = Field(description="What is wrong, as a sentence.")
    allowed: list[str] | None = Field(None, description="All values that are allowed, where they are few.")
    suggestion: str | None = Field(None, description="The value or name that was probably meant.")


class Problem(BaseModel):
    """An error as RFC 9457 asks; every error of the request at once."""

    model_config = ConfigDict(json_schema_extra=_omit_null)

    type: str = Field(
        description="The type of problem (a URI reference); `about:blank`: the status says it all.",
        examples=["about:blank"],
    )
    title: str = Field(description="The status in words.", examples=["Bad Request"])
    status: int = Field(
        description="The HTTP status code.",
        ge=400,
        le=599,
        examples=[400],
        json_schema_extra={"format": "int32"},
    )
    detail: str = Field(description="What went wrong, as a sentence for people.")
    instance: str | None = Field(None, description="An id of this occurrence that the server's log also has.")
    errors: list[ParameterError] | None = Field(None, description="Each parameter that is wrong.")


class ProblemError(Exception):
    """Raised to answer a request with a problem; `status` is that of the response."""

    def __init__(
        self,
        status: int,
        detail: str,
        errors: Sequence[ParameterError] = (),
        headers: Mapping[str, str] | None = None,
        instance: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.headers = dict(headers or {})
        self.problem = Problem(
            type="about:blank",
            title=HTTPStatus(status).phrase,
            status=status,
            detail=detail,
            instance=instance,
            errors=list(errors) or None,
        )

    def response(self) -> Response:
        """Return the JSON response, which no cache may keep; `instance` is by default the id of the request."""
        problem = self.problem.model_copy(update={"instance": self.problem.instance or request_id.get()})
        return Response(
            as_json(problem.model_dump(exclude_none=True)),
            self.problem.status,
            {"Cache-Control": "no-store", **self.headers},
            MEDIA_TYPE,
        )


class OperatorError(Exception):
    """Raised for what an operator must mend, as one sentence; the commands print it and exit with 1."""


def as_json(value: object) -> bytes:
    """Return the value as UTF-8 JSON in which `<`, `>` and `&` are escaped, so that it is safe inside HTML."""
    return _JSON.encode(value).translate(_ESCAPED).encode()


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_ESCAPED = {ord(c): f"\\u{ord(c):04x}" for c in "<>&"}


def bad_request(errors: Sequence[ParameterError]) -> ProblemError:
    """Return a 400 that names every parameter that is wrong, its name and value shortened."""
    shortened = [_shorten(error) for error in errors]
    return ProblemError(400, " ".join(f"{error.parameter}: {error.reason}" for error in shortened), shortened)


def _shorten(error: ParameterError) -> ParameterError:
    limit = MAX_ECHOED_CHARACTERS
    return error.model_copy(update={"parameter": error.parameter[:limit], "value": error.value[:limit]})


def unavailable(detail: str) -> ProblemError:
    """Return a 503 with `Retry-After`."""
    return ProblemError(503, detail, headers={"Retry-After": "5"})
