"""The seeds of the two real documents, with each decision about how to read them."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from app.enums import AliasKind
from app.seeding.reading import records
from app.values import dates
from tests.seeding.real_seed import real_evidence, real_seeds

DAEGU, DA_NANG = "daegu-go-kr-bac-ninh", "danang-gov-vn-korea"
CURRENT = {"edtf": "2021-01-11", "basis": "inferred"}


@cache
def record_data() -> dict[str, dict[str, Any]]:
    """Return the data of every record, by `kind id`."""
    return {
        f"{kind} {record.id}": record.model_dump(mode="json", exclude_none=True)
        for document in real_seeds().documents
        for kind, record in records(document)
    }


def says(record: str, field: str) -> list[tuple[str, str]]:
    """Return `says` and quote of the evidence for a field of a record, in the order of the documents."""
    return [
        (item.says or "", item.quote)
        for _, kind, key, item in real_evidence()
        if (f"{kind} {key}", item.field) == (record, field)
    ]


def test_how_many_records_the_two_documents_have() -> None:
    uses = [use["id"] for record in record_data().values() for use in record["topics"]]
    participants = [item for record in record_data().values() for item in record.get("participants", [])]
    kinds = [record.split()[0] for record in record_data()]

    assert {
        "places": len(real_seeds().places),
        "countries": sum(place.kind == "country" for place in real_seeds().places),
        "agreements": kinds.count("agreement"),
        "delegations": kinds.count("delegation"),
        "observations": kinds.count("observation"),
        "indicators": len(real_seeds().indicators),
        "indicators observed": len({record["indicator"] for record in record_data().values() if "indicator" in record}),
        "topics": len(real_seeds().topics),
        "topics used": len(set(uses)),
        "uses of topics": len(uses),
        "people": sorted(item["name"] for item in participants if "name" in item),
    } == {
        "places": 12,
        "countries": 3,
        "agreements": 7,
        "delegations": 3,
        "observations": 14,
        "indicators": 11,
        "indicators observed": 11,
        "topics": 25,
        "topics used": 25,
        "uses of topics": 28,
        "people": ["Ahn Min Sik", "Lee Seung-ho", "Luong Nguyen Minh Triet"],
    }


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        # The year of "February 22" stands nowhere.
        ("agreement daegu--bac-ninh", {"signed": {"edtf": "2019?-02-22", "printed": "February 22", "basis": "mixed"}}),
        ("agreement daegu--bac-ninh", {"kind": "friendship_city", "status": "announced"}),
        ("agreement daegu--bac-ninh", {"negotiation_started": {"edtf": "2018-09", "basis": "stated"}}),
        ("agreement daegu--da-nang", {"status": "signed", "signed": {"edtf": "2004", "basis": "stated"}}),
        ("agreement daegu--da-nang", {"kind": "friendship_city", "parties": ["daegu", "da-nang"]}),
        ("agreement daegu--ho-chi-minh-city", {"status": "signed", "signed": {"edtf": "2015", "basis": "stated"}}),
        *(
            (
                f"agreement da-nang--{city}",
                {
                    "kind": "friendly_relations",
                    "kind_label": "friendly relations",
                    "status": "established",
                    "parties": ["da-nang", city],
                    "signed": None,
                },
            )
            for city in ("changwon", "hwaseong", "seoul", "gyeongsan")
        ),
        ("delegation daegu-to-bac-ninh-02-22", {"status": "planned", "kind": "visit", "agreement": "daegu--bac-ninh"}),
        ("delegation daegu-to-bac-ninh-02-22", {"location": {"place": "bac-ninh", "basis": "stated"}}),
        ("delegation bac-ninh-to-daegu-2018-09", {"status": "held", "kind": "visit", "date": {"edtf": "2018-09"}}),
        (
            "delegation da-nang-korea-meeting-2021-01-11",
            {
                "kind": "meeting",
                "status": "held",
                "date": {"edtf": "2021-01-11", "basis": "mixed"},
                "day_part": "morning",
                "location": {"place": "da-nang", "basis": "inferred"},
                "agreement": None,
            },
        ),
        ("observation bac-ninh-growth-rate", {"value": 19, "relation": "eq", "counterpart": None, "period": None}),
        ("observation bac-ninh-income-ratio", {"value": 3, "relation": "eq", "counterpart": "vn", "period": None}),
        ("observation bac-ninh-korean-hightech-companies", {"value": 800, "relation": "gt", "printed": "over 800"}),
        ("observation vn-korean-enterprises", {"value": 9000, "relation": "gt", "printed": "more than 9,000"}),
        ("observation vn-korean-enterprises", {"period": CURRENT, "period_kind": "current"}),
        ("observation vn-investment-kr", {"value": 7e10, "relation": "gt", "printed": "over 70 billion USD"}),
        ("observation vn-investment-kr", {"period": CURRENT, "period_kind": "current"}),
        ("observation da-nang-investment-kr-2020-11", {"value": 376e6, "relation": "gt", "period_kind": "as_of"}),
        ("observation da-nang-projects-kr-2020-11", {"value": 233, "relation": "eq", "period": {"edtf": "2020-11"}}),
        ("observation da-nang-tourists-kr-2019", {"value": 1740000, "relation": "eq", "period": {"edtf": "2019"}}),
        ("observation da-nang-tourist-market-rank-kr-2019", {"value": 1, "indicator": "tourist_market_rank"}),
        ("observation vn-investor-rank-kr", {"value": 1, "indicator": "investor_rank", "period": CURRENT}),
        ("observation da-nang-investor-rank-kr", {"value": None, "relation": None, "status": "missing"}),
        (
            "observation da-nang-tourists-kr-2020",
            {"value": None, "relation": None, "status": "missing", "trend": "down", "cause": "COVID-19"},
        ),
        (
            "observation da-nang-exports-kr-2020-10",
            {"value": 32e6, "status": "estimated", "period": {"edtf": "2020-10", "basis": "stated"}},
        ),
        (
            "observation da-nang-imports-kr-2020-10",
            {"value": 60e6, "status": "estimated", "period": {"edtf": "2020-10", "basis": "inferred"}},
        ),
    ],
)
def test_a_decision(record: str, expected: dict[str, Any]) -> None:
    assert select_fields(expected, record_data()[record]) == expected


def select_fields(expected: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """Return the data without the fields that are not expected."""
    return {
        name: select_fields(value, data[name]) if isinstance(value, dict) else data.get(name)
        for name, value in expected.items()
    }


def test_contradicting_quotes_about_the_status_are_all_evidence() -> None:
    assert says("agreement daegu--bac-ninh", "status") == [
        ("signed", "Daegu signs"),
        ("announced", "visits Bac Nihn Province to sign"),
        ("announced", "will sign"),
        ("announced", "will be signing"),
        ("signed", "By signing Friendship Agreements"),
        ("signed", "has established"),
    ]
    assert "mixes tenses" in record_data()["agreement daegu--bac-ninh"]["status_note"]


def test_both_documents_support_the_one_agreement_of_daegu_with_da_nang() -> None:
    sources = {source for source, kind, key, _ in real_evidence() if (kind, key) == ("agreement", "daegu--da-nang")}

    assert sources == {DAEGU, DA_NANG}


def test_da_nang_has_as_many_korean_partners_as_its_document_says() -> None:
    ((count, _),) = says("place da-nang", "partner_city_count")
    korean = {place.id for place in real_seeds().places if place.country == "KR"}
    partners = [
        other
        for record in record_data().values()
        for other in record.get("parties", [])
        if "da-nang" in record["parties"] and other in korean
    ]

    assert (int(count), len(partners)) == (5, 5)


@pytest.mark.parametrize(
    ("delegation", "expected"),
    [
        (
            "bac-ninh-to-daegu-2018-09",
            [("guest", "bac-ninh", None, "stated"), ("host", "daegu", None, "inferred")],
        ),
        (
            "daegu-to-bac-ninh-02-22",
            [("guest", "daegu", "Lee Seung-ho", "mixed"), ("host", "bac-ninh", None, "inferred")],
        ),
        (  # the Consul General stands for the country, not for a city
            "da-nang-korea-meeting-2021-01-11",
            [("host", "da-nang", "Luong Nguyen Minh Triet", "mixed"), ("guest", "kr", "Ahn Min Sik", "stated")],
        ),
    ],
)
def test_participants(delegation: str, expected: list[tuple[str, str, str | None, str]]) -> None:
    participants = record_data()[f"delegation {delegation}"]["participants"]

    assert [(item["side"], item["represents"], item.get("name"), item["basis"]) for item in participants] == expected


@pytest.mark.parametrize(
    ("source", "published"),
    [(DAEGU, None), (DA_NANG, {"edtf": "2021-01-11", "printed": "11-01-2021 09:18"})],
)
def test_when_a_document_was_published(source: str, published: dict[str, str] | None) -> None:
    (seed,) = [document.seed.source for document in real_seeds().documents if document.seed.source.id == source]

    assert published == (seed.published and seed.published.model_dump(include={"edtf", "printed"}))


@pytest.mark.parametrize(
    ("role", "count"),
    [
        ("planned_field", 5),
        ("headline", 3),
        ("requested_field", 4),
        ("hoped_field", 2),
        ("export_good", 7),
        ("import_good", 4),
        ("investment_sector", 3),
    ],
)
def test_how_many_topics_have_a_role(role: str, count: int) -> None:
    uses = [use for record in record_data().values() for use in record["topics"] if use["role"] == role]

    assert len(uses) == count


def test_every_misspelling_is_quoted() -> None:
    misspellings = {
        (place.id, alias.name)
        for place in real_seeds().places
        for alias in place.aliases
        if alias.kind is AliasKind.misspelling
    }

    assert misspellings == {
        ("bac-ninh", "Bac Nihn"),
        ("daegu", "Daegus"),
        ("ho-chi-minh-city", "Ho Chi Mihn City"),
        ("vn", "Vietnma"),
        ("vn", "Vietnams"),
    }
    assert all(
        name in quote
        for place, name in misspellings
        for said, quote in says(f"place {place}", "aliases")
        if said == name
    )


def test_quotes_are_short() -> None:
    lengths = [len(item.quote) for *_, item in real_evidence()]

    assert len(lengths) >= 130
    assert max(lengths) <= 100
    assert sum(lengths) / len(lengths) < 40


def test_which_records_have_an_uncertain_date() -> None:
    uncertain = {
        record
        for record, data in record_data().items()
        for date in _edtf_dates(data)
        if dates.parse_edtf(date).uncertain
    }

    assert uncertain == {"agreement daegu--bac-ninh", "delegation daegu-to-bac-ninh-02-22"}


def _edtf_dates(data: dict[str, Any]) -> Iterator[str]:
    fields = (data.get(name) for name in ("signed", "negotiation_started", "date", "period"))
    return (field["edtf"] for field in fields if field)
