"""The front page: what the register holds, for people."""

import json
from functools import partial

from fastapi import APIRouter
from starlette.responses import Response

from app.answers import ReaderDep, Written, find, total_of
from app.db import Snapshot
from app.embed import assets, paper
from app.embed.builder import LANGUAGE_NAMES
from app.embed.looks import Looks, filters_of, looks_of, parse
from app.kit.listing import ListQuery, NoParameters
from app.resources.agreements import AgreementQuery
from app.resources.cities import CityQuery
from app.resources.delegations import DelegationQuery
from app.resources.evidence import EvidenceQuery
from app.resources.indicators import IndicatorQuery
from app.resources.observations import ObservationQuery
from app.resources.sources import SourceQuery

COUNTED: tuple[type[ListQuery], ...] = (
    CityQuery,
    AgreementQuery,
    DelegationQuery,
    IndicatorQuery,
    ObservationQuery,
    SourceQuery,
    EvidenceQuery,
)
MOST_SOURCES = 20

# A request, and what it answers (a message of the catalogues).
EXAMPLES = (
    ("/agreements?country=VN", "Agreements with Vietnam"),
    ("/delegations?city=da-nang", "Visits to and meetings in Da Nang"),
    ("/observations?indicator=tourist_arrivals&latest=true", "The latest figures on tourists"),
)

router = APIRouter(include_in_schema=False)


@router.get("/")
async def get_home(reader: ReaderDep) -> Response:
    """What this register holds, where it comes from, and how to use it."""
    pairs = parse(reader.query_string)
    looks = looks_of([*pairs, ("theme", paper.OWN_THEME)], reader.headers.get("accept-language", ""))
    headers = paper.headers(looks, "'none'")

    def answer(snapshot: Snapshot) -> Response:
        reader.understood(snapshot, NoParameters, filters_of(pairs, {}))
        write = partial(_write, snapshot, looks, reader.settings.base_url)
        return reader.conditional(snapshot, f"{looks.canonical}&{assets.version()}", write, headers)

    return await reader.answer(answer)


def _write(snapshot: Snapshot, looks: Looks, base: str) -> Written:
    newest = find(snapshot, SourceQuery.model_validate({"limit": MOST_SOURCES}))
    values = {
        "counts": {query.noun: total_of(snapshot, query()) for query in COUNTED},
        "updated": snapshot.release.loaded_at,
        "sources": [json.loads(body) for body in newest.bodies],
        "examples": EXAMPLES,
        "languages": LANGUAGE_NAMES,
        "base": base,
    }
    return Written(paper.render("home.html", "/", looks, **values), media_type=paper.HTML)
