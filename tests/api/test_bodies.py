"""The JSON of every resource, as the small seeds make it (contract section 4)."""

from typing import Any

import pytest

from tests.support.examples import LISTS
from tests.support.serving import Served

ADDRESS = "https://gazette.example/three-shores#:~:text="


def place(key: str, country: str, name: str, kind: str = "city", **more: str) -> dict[str, Any]:
    names = {"en": name, "ko": None, "vi": None, **more}
    return {"id": key, "name": name, "names": names, "kind": kind, "country": country}


ISVIK = place("isvik", "IS", "Isvik", ko="이스비크", vi="Isvik")
PORTAVELA = place("portavela", "PT", "Portavela")
TARAHUI = place("tarahui", "NZ", "Tarahui")
SERRA = place("alta-serra", "PT", "Alta Serra", "province")
ICELAND = place("is", "IS", "Iceland", "country", ko="아이슬란드", vi="Iceland")


def date(edtf: str, earliest: str, latest: str, precision: str, printed: str, **more: Any) -> dict[str, Any]:
    bounds = {"edtf": edtf, "earliest": earliest, "latest": latest, "precision": precision}
    return {**bounds, "uncertain": False, "basis": "stated", "printed": printed, "note": None, **more}


def gazette(key: str, field: str, quote: str, start: int, fragment: str, **more: str) -> dict[str, Any]:
    nulls = dict.fromkeys(("says", "inferred", "note", "speaker"))
    return {
        **{"id": f"harbour-gazette-{key}", "field": field, "basis": "stated", "source": "harbour-gazette"},
        **{"quote": {"exact": quote, "start": start, "end": start + len(quote)}, "link": ADDRESS + fragment},
        **{**nulls, **more},
    }


CHOIR = gazette(
    "choir",
    "record",
    "A choir from Tarahui is to meet the musicians of Portavela",
    361,
    "A%20choir%20from%20Tarahui%20is%20to%20meet%20the%20musicians%20of%20Portavela",
    note="No day is set.",
    speaker="the Gazette",
)

CITY = {
    **{"id": "isvik", "name": "Isvik", "names": ISVIK["names"], "native_name": "Ísvík"},
    "aliases": [{"name": "Isvik Town", "kind": "variant"}, {"name": "Isvick", "kind": "misspelling"}],
    **{"kind": "city", "country": "IS", "iso_3166_2": None, "admin1": "IS-1"},
    **{"location": {"lat": 64.5, "lon": -21.25}, "geonames_id": 12345, "wikidata_id": "Q12345"},
    **{"agreement_count": 2, "delegation_count": 2, "observation_count": 1},
}
CITY_EVIDENCE = [
    gazette("isvick", "aliases", "Isvick", 611, "Isvick", says="Isvick"),
    gazette("isvik", "record", "Isvick, as tourists spell it", 611, "Isvick%2C%20as%20tourists%20spell%20it"),
]

# The newest observation of the indicator `fish_sales`.
FISH = {
    "id": "portavela-fish-is-2000",
    "indicator": {"id": "fish_sales", "name": "Sales of fish", "unit": "USD", "measure": "amount"},
    **{"area": PORTAVELA, "counterpart": ICELAND, "flow": {"origin": "portavela", "destination": "is"}},
    **{"value": 310000, "relation": "gt", "status": "estimated", "printed": "more than 310,000 dollars"},
    **{"trend": None, "cause": None},
    "period": date("2000", "2000-01-01", "2000-12-31", "year", "2000"),
    **{"period_kind": "during", "topics": [], "note": None, "sources": ["harbour-gazette"]},
}

BODIES: dict[str, dict[str, Any]] = {
    "/cities/isvik": {**CITY, "evidence": CITY_EVIDENCE},
    "/agreements/portavela--tarahui": {
        **{"id": "portavela--tarahui", "kind": "friendship_city", "kind_label": "friendship agreement"},
        **{"status": "announced", "status_note": "It is only announced.", "parties": [PORTAVELA, TARAHUI]},
        **{"signed": None, "negotiation_started": None, "aim": None, "topics": []},
        **{"delegations": ["tarahui-meets-portavela"], "sources": ["harbour-gazette"]},
        "evidence": [
            gazette(
                "friends",
                "record",
                "Portavela will soon sign a friendship agreement with Tarahui",
                299,
                "Portavela%20will%20soon%20sign%20a%20friendship%20agreement%20with%20Tarahui",
            )
        ],
    },
    "/delegations/tarahui-meets-portavela": {
        **{"id": "tarahui-meets-portavela", "kind": "meeting", "status": "planned"},
        **{"title": "A choir from Tarahui meets the musicians of Portavela", "purpose": None},
        **{"date": None, "day_part": None, "location": None},
        "participants": [
            {"side": "guest", "represents": TARAHUI, "name": None, "titles": [], "basis": "stated"},
            {"side": "host", "represents": PORTAVELA, "name": None, "titles": [], "basis": "inferred"},
        ],
        "agreement": "portavela--tarahui",
        "topics": [{"id": "music", "label": "choir music", "role": "hoped_field"}],
        "sources": ["harbour-gazette"],
        "evidence": [CHOIR, gazette("music", "topics", "musicians", 397, "musicians", says="music")],
    },
    "/indicators/fish_sales": {
        **{"id": "fish_sales", "name": "Sales of fish"},
        "description": "Worth of the fish that the area sold to the counterpart in a year.",
        **{"unit": "USD", "measure": "amount", "aggregation": "flow", "direction": "out"},
        **{"observation_count": 3, "latest": FISH},
    },
    "/indicators/reused_waste": {
        **{"id": "reused_waste", "name": "Reused waste"},
        "description": "How much waste is used again, in %; called re_use in some tables.",
        **{"unit": "percent", "measure": "rate", "aggregation": "none", "direction": "none"},
        **{"observation_count": 0, "latest": None},
    },
    "/observations/portavela-fish-is-2000": {
        **FISH,
        "evidence": [
            gazette(
                "fish-2000",
                "record",
                "in 2000 an estimated more than 310,000 dollars",
                513,
                "in%202000%20an%20estimated%20more%20than%20310%2C000%20dollars",
                says="more than 310 000 USD",
            )
        ],
    },
    "/sources/harbour-gazette": {
        **{"id": "harbour-gazette", "title": "Three shores, one table"},
        **{"publisher": "The Harbour Gazette", "publisher_basis": "stated", "language": "en"},
        "published": date("2011-03-05", "2011-03-05", "2011-03-05", "day", "5 March 2011"),
        **{"url": "https://gazette.example/three-shores", "url_basis": "stated"},
        "sha256": "5da85866ccd24a0428417c0f045f046e7e7f56980fe226b3ed007515057de031",
        **{"length": 726, "evidence_count": 22},
    },
    "/evidence/harbour-gazette-choir": {
        **CHOIR,
        "subject": {"type": "delegation", "id": "tarahui-meets-portavela"},
    },
}


@pytest.mark.parametrize("path", BODIES)
def test_an_item_has_all_its_fields(small: Served, path: str) -> None:
    assert small.get(path).json() == BODIES[path]


def test_a_list_has_items_total_and_next(small: Served) -> None:
    assert small.get("/cities?country=IS").json() == {"items": [CITY], "total": 1, "next": None}


def test_a_list_can_include_evidence(small: Served) -> None:
    expected = {"items": [{**CITY, "evidence": CITY_EVIDENCE}], "total": 1, "next": None}

    assert small.get("/cities?country=IS&include=evidence").json() == expected


def test_an_empty_list_has_no_items(small: Served) -> None:
    assert small.get("/agreements?country=AQ").text == '{"items":[],"total":0,"next":null}'


def test_an_indicator_counts_matching_observations(small: Served) -> None:
    (indicator,) = small.get("/indicators?until=1999").json()["items"]

    assert (indicator["id"], indicator["observation_count"], indicator["latest"]["id"]) == (
        "fish_sales",
        1,
        "portavela-fish-is-1999",
    )


def test_an_indicator_without_a_value_has_no_latest(small: Served) -> None:
    (indicator,) = small.get("/indicators?since=2001&until=2001").json()["items"]

    assert (indicator["id"], indicator["observation_count"], indicator["latest"]) == ("fish_sales", 1, None)


@pytest.mark.parametrize(
    ("path", "field", "expected"),
    [
        # an interval runs from its first to its last day
        (
            "/agreements/alta-serra--isvik--tarahui",
            "signed",
            date("2004/2006", "2004-01-01", "2006-12-31", "year", "between 2004 and 2006"),
        ),
        (
            "/agreements/alta-serra--portavela",
            "signed",
            date(
                "2004?",
                "2004-01-01",
                "2004-12-31",
                "year",
                "perhaps since 2004",
                uncertain=True,
                basis="inferred",
                note="The text doubts the year itself, and may mean the beginning of the relations.",
            ),
        ),
        ("/agreements/isvik--portavela", "parties", [PORTAVELA, ISVIK]),
        ("/agreements/isvik--portavela", "sources", ["harbour-gazette", "hill-courier"]),
        (
            "/agreements/isvik--portavela",
            "negotiation_started",
            date("1997-10", "1997-10-01", "1997-10-31", "month", "October 1997"),
        ),
        ("/delegations/alta-serra-meets-isvik-2004", "location", {"place": TARAHUI, "basis": "inferred"}),
        (
            "/delegations/alta-serra-meets-isvik-2004",
            "participants",
            [
                {
                    "side": "guest",
                    "represents": SERRA,
                    "name": "Ana Velho",
                    "titles": ["Choir Leader"],
                    "basis": "mixed",
                },
                {"side": "guest", "represents": ISVIK, "name": None, "titles": [], "basis": "stated"},
            ],
        ),
        # a value that "fell sharply" is missing, not 0
        ("/observations/portavela-fish-is-2001", "value", None),
        ("/observations/portavela-fish-is-2001", "status", "missing"),
        ("/observations/portavela-fish-is-2001", "trend", "down"),
        ("/observations/portavela-fish-is-2001", "cause", "storms"),
        ("/observations/portavela-fish-is-1999", "value", 250000.5),
        ("/observations/isvik-visitors", "counterpart", None),
        ("/observations/isvik-visitors", "flow", None),
        ("/observations/isvik-visitors", "period", None),
        ("/observations/nz-visitors-portavela", "flow", {"origin": "portavela", "destination": "nz"}),
        ("/sources/hill-courier", "published", None),
        ("/sources/hill-courier", "url", None),
        ("/evidence/hill-courier-shores", "link", None),
        ("/evidence/harbour-gazette-title", "subject", {"type": "source", "id": "harbour-gazette"}),
        ("/evidence/harbour-gazette-isvick", "subject", {"type": "place", "id": "isvik"}),
    ],
)
def test_a_field_has_its_value(small: Served, path: str, field: str, expected: Any) -> None:
    assert small.get(path).json()[field] == expected


def test_integral_values_are_written_without_a_fraction(small: Served) -> None:
    assert '"value":310000,' in small.get("/observations/portavela-fish-is-2000").text
    assert '"value":250000.5,' in small.get("/observations/portavela-fish-is-1999").text


@pytest.mark.parametrize("path", LISTS)
def test_a_list_has_each_item_as_its_own_address_has_it(small: Served, path: str) -> None:
    listed = {item["id"]: item for item in small.get(f"{path}?limit=200").json()["items"]}
    items = {key: small.get(f"{path}/{key}").json() for key in listed}

    evidence = {key: item.pop("evidence") for key, item in items.items() if "evidence" in item}
    assert listed == items
    assert set(evidence) == (set(listed) if "include" in LISTS[path].model_fields else set())


@pytest.mark.parametrize("noun", ["agreement", "delegation", "observation"])
def test_a_record_has_the_evidence_that_is_listed_for_it(small: Served, noun: str) -> None:
    for key in small.ids(f"/{noun}s"):
        carried = {row["id"]: row for row in small.get(f"/{noun}s/{key}").json()["evidence"]}
        listed = {row["id"]: row for row in small.get(f"/evidence?{noun}={key}").json()["items"]}

        assert {row: {**carried[row], "subject": {"type": noun, "id": key}} for row in carried} == listed
