"""The one error shape: a problem of RFC 9457, and the exceptions that become one."""

import json
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
SHOWN = 100  # characters of a refused value that an answer repeats

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the request being answered, if it has one."""


def _absent_not_null(schema: dict[str, Any]) -> None:
    """An answer leaves out what it has nothing to say for; so in the schema that is optional, and never null."""
    for name, field in schema["properties"].items():
        if name not in schema["required"]:
            (said,) = (branch for branch in field.pop("anyOf") if branch != {"type": "null"})
            field.update(said)


class ParameterError(BaseModel):
    """What is wrong with one parameter, and what would be right."""

    model_config = ConfigDict(json_schema_extra=_absent_not_null)

    parameter: str = Field(description="The name of the parameter.")
    value: str = Field(description="The value as received, cut at 100 characters.")
    reason: str = Field(description="What is wrong, as a sentence.")
    allowed: list[str] | None = Field(None, description="All values that are allowed, where they are few.")
    suggestion: str | None = Field(None, description="The value or name that was probably meant.")


class Problem(BaseModel):
    """An error as RFC 9457 asks; every error of the request at once."""

    model_config = ConfigDict(json_schema_extra=_absent_not_null)

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
    """Ends a request with a problem."""

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
        """The answer; never cached, and safe to show inside HTML."""
        known = {"instance": self.problem.instance or request_id.get()}
        return Response(
            as_json(self.problem.model_copy(update=known).model_dump(exclude_none=True)),
            self.problem.status,
            {"Cache-Control": "no-store", **self.headers},
            MEDIA_TYPE,
        )


class OperatorError(Exception):
    """What an operator must mend, as one sentence; the verbs print it and exit with 1."""


def as_json(value: object) -> bytes:
    """JSON in which `<`, `>` and `&` are escaped, so that it can stand in a page."""
    return _JSON.encode(value).translate(_ESCAPED).encode()


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_ESCAPED = {ord(c): f"\\u{ord(c):04x}" for c in "<>&"}


def bad_request(errors: Sequence[ParameterError]) -> ProblemError:
    """A 400 that names every parameter that is wrong."""
    cut = [
        error.model_copy(update={"parameter": error.parameter[:SHOWN], "value": error.value[:SHOWN]})
        for error in errors
    ]
    return ProblemError(400, " ".join(f"{error.parameter}: {error.reason}" for error in cut), cut)


def unavailable(detail: str) -> ProblemError:
    """A 503 that says when to try again."""
    return ProblemError(503, detail, headers={"Retry-After": "5"})
