"""Example requests of every list of the small seeds (tests/seed), with the ids that the responses must have."""

from app.api.resources.agreements import AgreementQuery
from app.api.resources.cities import CityQuery
from app.api.resources.delegations import DelegationQuery
from app.api.resources.evidence import EvidenceQuery
from app.api.resources.indicators import IndicatorQuery
from app.api.resources.observations import ObservationQuery
from app.api.resources.sources import SourceQuery
from app.query.list_query import ListQuery

LISTS: dict[str, type[ListQuery]] = {
    "/cities": CityQuery,
    "/agreements": AgreementQuery,
    "/delegations": DelegationQuery,
    "/indicators": IndicatorQuery,
    "/observations": ObservationQuery,
    "/sources": SourceQuery,
    "/evidence": EvidenceQuery,
}

ITEMS = {
    "/cities": "isvik",
    "/agreements": "isvik--portavela",
    "/delegations": "tarahui-meets-portavela",
    "/indicators": "fish_sales",
    "/observations": "portavela-fish-is-2000",
    "/sources": "harbour-gazette",
    "/evidence": "harbour-gazette-choir",
}

# Parameters that do not filter records.
NOT_FILTERS = {"limit", "cursor", "sort", "include"}

SHORES, HILLS, SISTERS, FRIENDS = AGREEMENTS = [
    "alta-serra--isvik--tarahui",  # 2004/2006
    "alta-serra--portavela",  # 2004?
    "isvik--portavela",  # 1998-05-17
    "portavela--tarahui",  # undated
]
MEETING, VISIT, CHOIR = DELEGATIONS = [
    "alta-serra-meets-isvik-2004",
    "isvik-to-portavela-1997",
    "tarahui-meets-portavela",  # undated
]
TO_NZ, FISH_2001, FISH_2000, FISH_1999, TO_ISVIK = OBSERVATIONS = [
    "nz-visitors-portavela",  # 2011-03-05
    "portavela-fish-is-2001",  # without a value
    "portavela-fish-is-2000",
    "portavela-fish-is-1999",
    "isvik-visitors",  # undated
]


def _gazette(*keys: str) -> list[str]:
    return [f"harbour-gazette-{key}" for key in keys]


def _courier(*keys: str) -> list[str]:
    return [f"hill-courier-{key}" for key in keys]


# For each list and parameter: query strings, and the ids of the records that match them, in the default order.
EXAMPLES: dict[str, dict[str, dict[str, list[str]]]] = {
    "/cities": {
        "country": {"country=pt": ["alta-serra", "portavela"], "country=NZ&country=IS": ["isvik", "tarahui"]},
        "partner": {
            "partner=NZ": ["alta-serra", "isvik", "portavela"],
            "partner=portavela": ["alta-serra", "isvik", "tarahui"],
        },
        "kind": {"kind=province": ["alta-serra"]},
        "source": {"source=harbour-gazette": ["isvik"]},
        "q": {"q=vela": ["portavela"], "q=ISVICK": ["isvik"], "q=이스": ["isvik"]},
    },
    "/agreements": {
        "country": {"country=is": [SHORES, SISTERS], "country=IS&country=NZ": [SHORES, SISTERS, FRIENDS]},
        "city": {"city=portavela": [HILLS, SISTERS, FRIENDS]},
        "partner": {
            "city=isvik&partner=NZ": [SHORES],
            "city=isvik&partner=PT": [SHORES, SISTERS],
            "country=PT&partner=PT": [HILLS],
            "country=NZ&partner=NZ": [],
            "city=isvik&partner=isvik": [],
            "city=isvik&partner=IS": [],
            "city=tarahui&country=PT&partner=isvik": [SHORES],
        },
        "kind": {"kind=memorandum": [SHORES], "kind=memorandum&kind=sister_city": [SHORES, SISTERS]},
        "status": {"status=announced": [FRIENDS]},
        "since": {"since=2005": [SHORES], "since=2004-12-31": [SHORES, HILLS], "since=2007": []},
        "until": {"until=2003-12": [SISTERS], "until=2004-01-01": [SHORES, HILLS, SISTERS]},
        "undated": {"undated=only": [FRIENDS], "since=2005&undated=include": [SHORES, FRIENDS]},
        "basis": {"basis=inferred": [HILLS], "basis=stated": [SHORES, SISTERS]},
        "topic": {"topic=music": [HILLS], "topic=harbours": [SISTERS]},
        "source": {"source=hill-courier": [SHORES, HILLS, SISTERS], "source=harbour-gazette": [SISTERS, FRIENDS]},
        "q": {"q=memorandum": [SHORES], "q=ísvík portavela": [SISTERS], "q=choir": [HILLS]},
    },
    "/delegations": {
        "country": {"country=NZ": [MEETING, CHOIR], "country=IS": [MEETING, VISIT]},
        "city": {"city=tarahui": [MEETING, CHOIR]},
        "partner": {"city=isvik&partner=portavela": [VISIT], "country=PT&partner=NZ": [MEETING, CHOIR]},
        "kind": {"kind=visit": [VISIT]},
        "status": {"status=planned&status=cancelled": [MEETING, CHOIR]},
        "since": {"since=2004-06-13": [MEETING]},
        "until": {"until=1997": [VISIT]},
        "undated": {"undated=only": [CHOIR]},
        "basis": {"basis=mixed": [MEETING]},
        "participant": {"participant=bjarna": [VISIT], "participant=VELHO ana": [MEETING]},
        "agreement": {"agreement=portavela--tarahui": [CHOIR]},
        "topic": {"topic=music": [MEETING, CHOIR]},
        "source": {"source=hill-courier": [MEETING]},
        "q": {
            "q=salgado": [VISIT],
            "q=choir tarahui": [MEETING, CHOIR],
            "q=musicians": [CHOIR],
            # Longer than the suffixes that the index has.
            "q=music tarahuimeetsthemusiciansofporta": [CHOIR],
            "q=harbourmasterofisvikvisitsportavela": [VISIT],
            "q=harbourmasterofisvikvisitsnobody": [],
        },
    },
    "/indicators": {
        "country": {"country=NZ": ["visitors"]},
        "city": {"city=portavela": ["fish_sales", "visitors"]},
        "area": {"area=portavela": ["fish_sales"], "area=NZ": ["visitors"], "area=PT": []},
        "counterpart": {"counterpart=is": ["fish_sales"]},
        "since": {"since=2002": ["visitors"]},
        "until": {"until=2000": ["fish_sales"]},
        "undated": {"undated=only": ["visitors"]},
        "topic": {"topic=fish": ["fish_sales"]},
        "source": {"source=hill-courier": ["visitors"]},
        "q": {"q=fish": ["fish_sales"], "q=%25": ["reused_waste"], "q=_": ["reused_waste"]},
    },
    "/observations": {
        "country": {"country=NZ": [TO_NZ], "country=IS": [FISH_2001, FISH_2000, FISH_1999, TO_ISVIK]},
        "city": {"city=isvik": [TO_ISVIK]},
        "area": {"area=nz": [TO_NZ], "area=IS": []},
        "counterpart": {"counterpart=IS": [FISH_2001, FISH_2000, FISH_1999], "counterpart=portavela": [TO_NZ]},
        "indicator": {"indicator=visitors": [TO_NZ, TO_ISVIK]},
        "status": {"status=missing": [FISH_2001]},
        "since": {"since=2001-12": [TO_NZ, FISH_2001]},
        "until": {"until=2000": [FISH_2000, FISH_1999]},
        "undated": {"undated=only": [TO_ISVIK]},
        "basis": {"basis=inferred": [TO_NZ]},
        "topic": {"topic=fish": [FISH_1999]},
        "source": {"source=hill-courier": [TO_ISVIK]},
        "latest": {
            "latest=true": [TO_NZ, FISH_2000, TO_ISVIK],
            "latest=true&until=1999": [FISH_1999],
            "latest=true&since=2001&until=2001": [],
        },
    },
    "/sources": {
        "since": {"since=2011-03": ["harbour-gazette"]},
        "until": {"until=2011-03-05": ["harbour-gazette"]},
        "undated": {"undated=only": ["hill-courier"]},
        "q": {"q=shores": ["harbour-gazette"], "q=the hill": ["hill-courier"]},
    },
    "/evidence": {
        "country": {
            "country=NZ": [
                *_gazette("choir", "friends", "music", "visitors-nz"),
                *_courier("days", "ended", "meeting", "mornings", "off", "shores", "sing"),
            ]
        },
        "city": {
            "city=tarahui": [
                *_gazette("choir", "friends", "music"),
                *_courier("days", "ended", "meeting", "mornings", "off", "shores", "sing"),
            ]
        },
        "basis": {"basis=mixed": _courier("perhaps")},
        "agreement": {"agreement=portavela--tarahui": _gazette("friends")},
        "delegation": {"delegation=tarahui-meets-portavela": _gazette("choir", "music")},
        "observation": {"observation=isvik-visitors": ["harbour-gazette-visitors-isvik", "hill-courier-visitors"]},
        "field": {"field=aliases": _gazette("isvick"), "field=title": ["harbour-gazette-title", "hill-courier-title"]},
        "source": {
            "source=hill-courier": _courier(
                *("also", "days", "ended", "friends", "meeting", "mornings", "off", "perhaps"),
                *("publisher", "relations", "shores", "sing", "title", "visitors"),
            )
        },
    },
}

QUERIES = [
    (path, name, query, ids)
    for path, parameters in EXAMPLES.items()
    for name, queries in parameters.items()
    for query, ids in queries.items()
]
"""All examples as tuples (path, parameter, query string, ids)."""

PARAMETERS = [(path, name) for path, model in LISTS.items() for name in model.model_fields]
"""All parameters of all lists as tuples (path, name)."""


def sorts_of(path: str) -> list[str]:
    """Return the values of `sort` of a list."""
    return list(LISTS[path].model_fields["sort"].annotation.__args__)  # type: ignore[union-attr]


SORTS = [(path, sort) for path in LISTS for sort in sorts_of(path)]
"""All orders of all lists as tuples (path, sort)."""
