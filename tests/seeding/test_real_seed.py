"""The seeds of the two documents say what the documents say, as it was decided to read them."""

import csv
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from app.enums import AliasKind
from app.seeding.checking.check import check
from app.seeding.reading import Seeds, evidence_of, records
from app.seeding.shapes import EvidenceSeed
from app.values import dates
from tests.seeding.registers import REAL_TEXTS
from tests.support.serving import REAL_SEED

DAEGU, DA_NANG = "daegu-go-kr-bac-ninh", "danang-gov-vn-korea"
CURRENT = {"edtf": "2021-01-11", "basis": "inferred"}
# Claims that are no facts: page chrome, and what the documents do not say of anything that the register has.
CLAIMS_IN_THE_REGISTER = 130


@cache
def seeds() -> Seeds:
    found, findings = check(REAL_SEED, REAL_TEXTS)
    assert findings == []
    return found


@cache
def described() -> dict[str, dict[str, Any]]:
    """Every record as plain data, by `kind id`."""
    return {
        f"{kind} {record.id}": record.model_dump(mode="json", exclude_none=True)
        for document in seeds().documents
        for kind, record in records(document)
    }


def evidence() -> Iterator[tuple[str, str, str, EvidenceSeed]]:
    """All evidence: source, kind and id of what it is about, and the row."""
    for document in seeds().documents:
        for kind, key, row in evidence_of(document):
            yield document.seed.source.id, kind, key, row


def says(record: str, field: str) -> list[tuple[str, str]]:
    """What is said of a field of a record, in the order of the documents: (says, quote)."""
    return [
        (row.says or "", row.quote)
        for _, kind, key, row in evidence()
        if (f"{kind} {key}", row.field) == (record, field)
    ]


def test_what_the_two_documents_hold() -> None:
    uses = [use["id"] for record in described().values() for use in record["topics"]]
    people = [who["name"] for record in described().values() for who in record.get("participants", []) if "name" in who]
    kinds = [record.split()[0] for record in described()]

    assert {
        "places": len(seeds().places),
        "countries": sum(place.kind == "country" for place in seeds().places),
        "agreements": kinds.count("agreement"),
        "delegations": kinds.count("delegation"),
        "observations": kinds.count("observation"),
        "indicators": len(seeds().indicators),
        "indicators observed": len({record["indicator"] for record in described().values() if "indicator" in record}),
        "topics": len(seeds().topics),
        "topics used": len(set(uses)),
        "uses of topics": len(uses),
        "people": sorted(people),
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
def test_a_judgement_call(record: str, expected: dict[str, Any]) -> None:
    assert cut_to(expected, described()[record]) == expected


def cut_to(expected: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """What was found, of the fields that are expected."""
    return {
        name: cut_to(value, found[name]) if isinstance(value, dict) else found.get(name)
        for name, value in expected.items()
    }


def test_every_quote_about_the_status_is_kept_though_they_contradict() -> None:
    assert says("agreement daegu--bac-ninh", "status") == [
        ("signed", "Daegu signs"),
        ("announced", "visits Bac Nihn Province to sign"),
        ("announced", "will sign"),
        ("announced", "will be signing"),
        ("signed", "By signing Friendship Agreements"),
        ("signed", "has established"),
    ]
    assert "mixes tenses" in described()["agreement daegu--bac-ninh"]["status_note"]


def test_both_documents_support_the_one_agreement_of_daegu_with_da_nang() -> None:
    sources = {source for source, kind, key, _ in evidence() if (kind, key) == ("agreement", "daegu--da-nang")}

    assert sources == {DAEGU, DA_NANG}


def test_da_nang_has_as_many_korean_partners_as_its_document_counts() -> None:
    ((count, _),) = says("place da-nang", "partner_city_count")
    korean = {place.id for place in seeds().places if place.country == "KR"}
    partners = [
        other
        for record in described().values()
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
def test_who_took_part(delegation: str, expected: list[tuple[str, str, str | None, str]]) -> None:
    participants = described()[f"delegation {delegation}"]["participants"]

    assert [(who["side"], who["represents"], who.get("name"), who["basis"]) for who in participants] == expected


@pytest.mark.parametrize(
    ("source", "published"),
    [(DAEGU, None), (DA_NANG, {"edtf": "2021-01-11", "printed": "11-01-2021 09:18"})],
)
def test_when_a_document_was_published(source: str, published: dict[str, str] | None) -> None:
    (found,) = [d.seed.source for d in seeds().documents if d.seed.source.id == source]

    assert published == (found.published and found.published.model_dump(include={"edtf", "printed"}))


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
def test_topics_are_named_in_roles(role: str, count: int) -> None:
    uses = [use for record in described().values() for use in record["topics"] if use["role"] == role]

    assert len(uses) == count


def test_every_misspelling_is_quoted() -> None:
    misspelt = {(p.id, a.name) for p in seeds().places for a in p.aliases if a.kind is AliasKind.misspelling}

    assert misspelt == {
        ("bac-ninh", "Bac Nihn"),
        ("daegu", "Daegus"),
        ("ho-chi-minh-city", "Ho Chi Mihn City"),
        ("vn", "Vietnma"),
        ("vn", "Vietnams"),
    }
    assert all(
        name in quote for place, name in misspelt for said, quote in says(f"place {place}", "aliases") if said == name
    )


def test_a_quote_has_a_few_words_only() -> None:
    lengths = [len(row.quote) for *_, row in evidence()]

    assert len(lengths) >= CLAIMS_IN_THE_REGISTER
    assert max(lengths) <= 100
    assert sum(lengths) / len(lengths) < 40


def test_what_is_not_certain_is_marked() -> None:
    uncertain = {
        record for record, data in described().items() for date in _dates(data) if dates.parse_edtf(date).uncertain
    }

    assert uncertain == {"agreement daegu--bac-ninh", "delegation daegu-to-bac-ninh-02-22"}


def _dates(data: dict[str, Any]) -> Iterator[str]:
    fields = (data.get(name) for name in ("signed", "negotiation_started", "date", "period"))
    return (field["edtf"] for field in fields if field)


def claims() -> dict[str, dict[str, str]]:
    """The claims that were read out of the texts, by evidence id; none where the texts are not at hand."""
    if REAL_TEXTS is None:
        return {}
    files = {document.seed.source.file: document.seed.source.id for document in seeds().documents}
    with (REAL_TEXTS / "claims.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    return {f"{files[row['document']]}-{row['fact_id'].lower()}": row for row in rows}


def test_every_claim_is_kept_within_the_words_that_make_it() -> None:
    rows = {f"{source}-{row.key}": row for source, _, _, row in evidence()}
    quoted = {key: row for key, row in rows.items() if row.key[0] in "ab" and row.key[1:].isdigit()}
    beyond = [
        key
        for key, claim in claims().items()
        if key in rows and not within(rows[key], int(claim["start"]), int(claim["end"]))
    ]

    assert len(quoted) >= CLAIMS_IN_THE_REGISTER
    assert beyond == []
    assert not claims() or quoted.keys() <= claims().keys()


def within(row: EvidenceSeed, start: int, end: int) -> bool:
    return row.at is not None and start <= row.at and row.at + len(row.quote) <= end
