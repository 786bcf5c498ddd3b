"""The front page: what the register holds, for people."""

import json
from functools import partial

from fastapi import APIRouter
from starlette.responses import Response

from app.api.records import find_page
from app.api.request_context import RequestContextDep, ResponseBody
from app.api.resources.agreements import AgreementQuery
from app.api.resources.cities import CityQuery
from app.api.resources.delegations import DelegationQuery
from app.api.resources.evidence import EvidenceQuery
from app.api.resources.indicators import IndicatorQuery
from app.api.resources.observations import ObservationQuery
from app.api.resources.sources import SourceQuery
from app.db.register import Snapshot
from app.query.list_query import ListQuery, NoParameters
from app.query.planner import count_matching
from app.web import assets, templating
from app.web.i18n import LANGUAGE_NAMES
from app.web.presentation import Presentation, filter_parameters, page_parameters, parse_presentation

COUNTED_QUERIES: tuple[type[ListQuery], ...] = (
    CityQuery,
    AgreementQuery,
    DelegationQuery,
    IndicatorQuery,
    ObservationQuery,
    SourceQuery,
    EvidenceQuery,
)
MAX_SOURCES = 20

# A request, and what it answers (a message of the catalogues).
EXAMPLES = (
    ("/agreements?country=VN", "Agreements with Vietnam"),
    ("/delegations?city=da-nang", "Visits to and meetings in Da Nang"),
    ("/observations?indicator=tourist_arrivals&latest=true", "The latest figures on tourists"),
)

router = APIRouter(include_in_schema=False)


@router.get("/")
async def get_home(context: RequestContextDep) -> Response:
    """What this register holds, where it comes from, and how to use it."""
    pairs = page_parameters(context.query_string)
    presentation = parse_presentation(
        [*pairs, ("theme", templating.SITE_THEME)], context.headers.get("accept-language", "")
    )
    headers = templating.page_headers(presentation, "'none'")

    def answer(snapshot: Snapshot) -> Response:
        context.parse(snapshot, NoParameters, filter_parameters(pairs, {}))
        write = partial(_write, snapshot, presentation, context.settings.base_url)
        return context.conditional_response(
            snapshot, f"{presentation.canonical}&{assets.assets_version()}", write, headers
        )

    return await context.run_in_thread(answer)


def _write(snapshot: Snapshot, presentation: Presentation, base: str) -> ResponseBody:
    newest = find_page(snapshot, SourceQuery.model_validate({"limit": MAX_SOURCES}))
    values = {
        "counts": {query.noun: count_matching(snapshot, query()) for query in COUNTED_QUERIES},
        "updated": snapshot.release.loaded_at,
        "sources": [json.loads(item) for item in newest.items],
        "examples": EXAMPLES,
        "languages": LANGUAGE_NAMES,
        "base": base,
    }
    return ResponseBody(
        templating.render_template("home.html", "/", presentation, **values), media_type=templating.HTML
    )
