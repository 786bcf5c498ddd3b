"""Error pages in the reader's language; they name each wrong parameter and never repeat its value."""

import re

from starlette.responses import Response
from starlette.types import Scope

from app.errors import ParameterError, ProblemError
from app.settings import Settings
from app.web import templating
from app.web.display_options import is_page_path, page_parameters, parse_display_options
from app.web.i18n import DisplayText, ForeignText, Localizer, localizer_for

SAFE_NAME = re.compile(r"[A-Za-z_]{1,30}")
NUMBERS = re.compile(r"\d+")

# Title and explanation by status; both are messages of the catalogues.
TITLES = {
    400: ("This address is not right", "The list cannot be shown, because a part of its address is not understood."),
    404: ("Nothing is here", "There is no page at this address."),
    503: ("Not available at the moment", "The register cannot be read at the moment. Please try again in a minute."),
}
DEFAULT_TITLE = ("This did not work", "The page cannot be shown.")


def problem_response(settings: Settings, scope: Scope, problem: ProblemError) -> Response:
    """Answer with an error page at the path of a page, with a JSON problem (RFC 9457) elsewhere."""
    return error_page(settings, scope, problem) if is_page_path(scope["path"]) else problem.response()


def error_page(settings: Settings, scope: Scope, problem: ProblemError) -> Response:
    """Render a problem as a page; it may come from before any route, so the query string is read here."""
    accept_language = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
    display = parse_display_options(page_parameters(scope["query_string"]), accept_language)
    localizer, status = localizer_for(display.language), problem.problem.status
    title, detail = (localizer.translate(message) for message in TITLES.get(status, DEFAULT_TITLE))
    errors = [_error_values(localizer, error) for error in problem.problem.errors or []]
    body = templating.render_template(
        "error.html", _path_of_same_depth(scope["path"]), display, title=title, detail=detail, errors=errors
    )
    frame_ancestors = settings.frame_ancestors if scope["path"] != "/" else "'none'"
    page_headers = templating.page_headers(display, frame_ancestors)
    return Response(
        body, status, {**page_headers, "Cache-Control": "no-store", **problem.headers}, media_type=templating.HTML
    )


def _path_of_same_depth(path: str) -> str:
    """A path with as many slashes, from which assets are addressed; nothing of the request gets into the page."""
    return "/" * path.count("/")


def _error_values(localizer: Localizer, error: ParameterError) -> dict[str, object]:
    return {
        "parameter": error.parameter,
        "is_safe_name": SAFE_NAME.fullmatch(error.parameter),
        "reason": _localized_reason(localizer, error.reason),
        "suggestion": error.suggestion,
        "allowed": error.allowed,
    }


def _localized_reason(localizer: Localizer, english: str) -> DisplayText:
    """Translate a reason; the catalogues have `{}` in place of its numbers."""
    translated = localizer.term("reason", english)
    pattern = NUMBERS.sub("{}", english)
    if translated == english or pattern == english:
        return translated
    translated_pattern = localizer.term("reason", pattern)
    if isinstance(translated_pattern, ForeignText):
        return translated
    return translated_pattern.format(*NUMBERS.findall(english))
