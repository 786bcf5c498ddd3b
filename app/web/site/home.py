"""The home page: what the register holds, and how to use it."""

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
from app.web.display_options import DisplayOptions, filter_parameters, page_parameters, parse_display_options
from app.web.i18n import LANGUAGE_NAMES

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

# Requests to the API, and what they ask for (messages of the catalogues).
EXAMPLES = (
    ("/agreements?country=VN", "Agreements with Vietnam"),
    ("/delegations?city=da-nang", "Visits to and meetings in Da Nang"),
    ("/observations?indicator=tourist_arrivals&latest=true", "The latest figures on tourists"),
)

router = APIRouter(include_in_schema=False)


@router.get("/")
async def get_home(context: RequestContextDep) -> Response:
    """Totals, sources, examples and ways to embed; takes display options and no filter."""
    parameters = page_parameters(context.query_string)
    accept_language = context.headers.get("accept-language", "")
    display = parse_display_options([*parameters, ("theme", templating.SITE_THEME)], accept_language)
    headers = templating.page_headers(display, "'none'")

    def respond(snapshot: Snapshot) -> Response:
        context.parse(snapshot, NoParameters, filter_parameters(parameters, {}))
        canonical = f"{display.canonical}&{assets.assets_version()}"
        write = partial(_render, snapshot, display, context.settings.base_url)
        return context.conditional_response(snapshot, canonical, write, headers)

    return await context.run_in_thread(respond)


def _render(snapshot: Snapshot, display: DisplayOptions, base_url: str) -> ResponseBody:
    sources = find_page(snapshot, SourceQuery.model_validate({"limit": MAX_SOURCES}))
    body = templating.render_template(
        "home.html",
        "/",
        display,
        counts={query.noun: count_matching(snapshot, query()) for query in COUNTED_QUERIES},
        updated=snapshot.release.loaded_at,
        sources=[json.loads(body) for body in sources.items],
        examples=EXAMPLES,
        languages=LANGUAGE_NAMES,
        base_url=base_url,
    )
    return ResponseBody(body, media_type=templating.HTML)
