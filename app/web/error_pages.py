"""What went wrong, as a page in the reader's language; it names the parameter and repeats nothing of the request."""

import re
from typing import Any

from starlette.responses import Response
from starlette.types import Scope

from app.errors import ParameterError, ProblemError
from app.settings import Settings
from app.web import templating
from app.web.i18n import DisplayText, ForeignText, Localizer, localizer_for
from app.web.presentation import is_page_path, page_parameters, parse_presentation

SAFE_NAME = re.compile(r"[A-Za-z_]{1,30}")
NUMBERS = re.compile(r"\d+")

TITLES = {
    400: ("This address is not right", "The list cannot be shown, because a part of its address is not understood."),
    404: ("Nothing is here", "There is no page at this address."),
    503: ("Not available at the moment", "The register cannot be read at the moment. Please try again in a minute."),
}
DEFAULT_TITLE = ("This did not work", "The page cannot be shown.")


def problem_response(settings: Settings, scope: Scope, problem: ProblemError) -> Response:
    """A page where people look, a problem in JSON elsewhere."""
    return error_page(settings, scope, problem) if is_page_path(scope["path"]) else problem.response()


def error_page(settings: Settings, scope: Scope, problem: ProblemError) -> Response:
    """The problem as a page."""
    accepted = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
    presentation = parse_presentation(page_parameters(scope["query_string"]), accepted)
    localizer, status = localizer_for(presentation.language), problem.problem.status
    title, detail = (localizer.translate(message) for message in TITLES.get(status, DEFAULT_TITLE))
    errors = [_error_values(localizer, error) for error in problem.problem.errors or []]
    body = templating.render_template(
        "fault.html", _same_depth(scope["path"]), presentation, title=title, detail=detail, errors=errors
    )
    ancestors = settings.frame_ancestors if scope["path"] != "/" else "'none'"
    headers = {**templating.page_headers(presentation, ancestors), "Cache-Control": "no-store", **problem.headers}
    return Response(body, status, headers, templating.HTML)


def _same_depth(path: str) -> str:
    """A path as deep as this one, with nothing of it."""
    return "/" * path.count("/")


def _localized_reason(localizer: Localizer, english: str) -> DisplayText:
    """The reason in the reader's language; one with numbers is in the catalogues with `{}` in their place."""
    said = localizer.term("reason", english)
    pattern = NUMBERS.sub("{}", english)
    if said == english or pattern == english or isinstance(words := localizer.term("reason", pattern), ForeignText):
        return said
    return words.format(*NUMBERS.findall(english))


def _error_values(localizer: Localizer, error: ParameterError) -> dict[str, Any]:
    return {
        "parameter": error.parameter,
        "named": SAFE_NAME.fullmatch(error.parameter),
        "reason": _localized_reason(localizer, error.reason),
        "suggestion": error.suggestion,
        "allowed": error.allowed,
    }
