"""What went wrong, as a page in the reader's language; it names the parameter and repeats nothing of the request."""

import re
from typing import Any

from starlette.responses import Response
from starlette.types import Scope

from app.embed import paper
from app.embed.looks import is_for_people, looks_of, parse
from app.embed.voice import Foreign, Said, Voice, voice
from app.errors import ParameterError, ProblemError
from app.settings import Settings

NAME = re.compile(r"[A-Za-z_]{1,30}")
NUMBER = re.compile(r"\d+")

TITLES = {
    400: ("This address is not right", "The list cannot be shown, because a part of its address is not understood."),
    404: ("Nothing is here", "There is no page at this address."),
    503: ("Not available at the moment", "The register cannot be read at the moment. Please try again in a minute."),
}
OTHERWISE = ("This did not work", "The page cannot be shown.")


def shown(settings: Settings, scope: Scope, problem: ProblemError) -> Response:
    """A page where people look, a problem in JSON elsewhere."""
    return page(settings, scope, problem) if is_for_people(scope["path"]) else problem.response()


def page(settings: Settings, scope: Scope, problem: ProblemError) -> Response:
    """The problem as a page."""
    accepted = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
    looks = looks_of(parse(scope["query_string"]), accepted)
    speaker, status = voice(looks.language), problem.problem.status
    title, detail = (speaker.say(message) for message in TITLES.get(status, OTHERWISE))
    errors = [_told(speaker, error) for error in problem.problem.errors or []]
    body = paper.render("fault.html", _depth(scope["path"]), looks, title=title, detail=detail, errors=errors)
    ancestors = settings.frame_ancestors if scope["path"] != "/" else "'none'"
    headers = {**paper.headers(looks, ancestors), "Cache-Control": "no-store", **problem.headers}
    return Response(body, status, headers, paper.HTML)


def _depth(path: str) -> str:
    """A path as deep as this one, with nothing of it."""
    return "/" * path.count("/")


def _reason(speaker: Voice, english: str) -> Said:
    """The reason in the reader's language; one with numbers is in the catalogues with `{}` in their place."""
    said = speaker.term("reason", english)
    pattern = NUMBER.sub("{}", english)
    if said == english or pattern == english or isinstance(words := speaker.term("reason", pattern), Foreign):
        return said
    return words.format(*NUMBER.findall(english))


def _told(speaker: Voice, error: ParameterError) -> dict[str, Any]:
    return {
        "parameter": error.parameter,
        "named": NAME.fullmatch(error.parameter),
        "reason": _reason(speaker, error.reason),
        "suggestion": error.suggestion,
        "allowed": error.allowed,
    }
