"""The records that each filter matches in the real register (contract section 3)."""

import pytest

from tests.support.serving import Served

BAC_NINH, HO_CHI_MINH, DA_NANG = SIGNED = ["daegu--bac-ninh", "daegu--ho-chi-minh-city", "daegu--da-nang"]
UNDATED = ["da-nang--changwon", "da-nang--gyeongsan", "da-nang--hwaseong", "da-nang--seoul"]
MEETING, TO_BAC_NINH, TO_DAEGU = [
    "da-nang-korea-meeting-2021-01-11",
    "daegu-to-bac-ninh-02-22",
    "bac-ninh-to-daegu-2018-09",
]
TOURISTS_2020, TOURISTS_2019 = TOURISTS = ["da-nang-tourists-kr-2020", "da-nang-tourists-kr-2019"]
OF_VIET_NAM = ["vn-investment-kr", "vn-investor-rank-kr", "vn-korean-enterprises"]
WITHOUT_PERIOD = ["bac-ninh-growth-rate", "bac-ninh-income-ratio", "bac-ninh-korean-hightech-companies"]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        # any party lies in the country
        ("country=VN", [*SIGNED, *UNDATED]),
        ("country=VN&country=KR", [*SIGNED, *UNDATED]),
        ("country=CN", []),
        ("city=daegu", SIGNED),
        ("city=daegu&city=seoul", [*SIGNED, "da-nang--seoul"]),
        ("city=hanoi", []),
        # the partner is another party
        ("city=daegu&partner=VN", SIGNED),
        ("country=VN&partner=KR", [*SIGNED, *UNDATED]),
        ("country=KR&partner=KR", []),
        ("city=daegu&partner=daegu", []),
        ("city=daegu&partner=KR", []),
        ("city=da-nang&partner=daegu&partner=seoul", [DA_NANG, "da-nang--seoul"]),
        # with both, the side is the city
        ("country=VN&city=daegu&partner=VN", SIGNED),
        ("country=VN&city=daegu&partner=KR", []),
        # a year is all of its days; an uncertain year is one
        ("since=2004-06-01&until=2004-06-30", [DA_NANG]),
        ("since=2004-12-31", SIGNED),
        ("until=2004-01-01", [DA_NANG]),
        ("since=2005&until=2014", []),
        ("since=2019-02-22&until=2019-02-22", [BAC_NINH]),
        ("since=2019-02-23", []),
        # four have no date
        ("since=1000&until=9999", SIGNED),
        ("undated=only", UNDATED),
        ("undated=include", [*SIGNED, *UNDATED]),
        ("since=2015&undated=include", [BAC_NINH, HO_CHI_MINH, *UNDATED]),
        # the basis is that of the date
        ("basis=mixed", [BAC_NINH]),
        ("basis=stated", [HO_CHI_MINH, DA_NANG]),
        ("basis=inferred", []),
        ("kind=friendly_relations&status=established", UNDATED),
        # supported by a source, also where another one describes it
        ("source=danang-gov-vn-korea", [DA_NANG, *UNDATED]),
        ("topic=medical-tourism", [BAC_NINH]),
        ("q=ho chi mihn", [HO_CHI_MINH]),
        ("q=대구 다낭", [DA_NANG]),
    ],
)
def test_agreements_that_match(real: Served, query: str, ids: list[str]) -> None:
    assert real.ids(f"/agreements?{query}") == ids


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("country=KR", [MEETING, TO_BAC_NINH, TO_DAEGU]),
        ("city=daegu", [TO_BAC_NINH, TO_DAEGU]),
        ("city=da-nang", [MEETING]),
        ("city=da-nang&partner=KR", [MEETING]),
        ("city=bac-ninh&partner=daegu", [TO_BAC_NINH, TO_DAEGU]),
        ("city=bac-ninh&partner=da-nang", []),
        ("participant=lee seung", [TO_BAC_NINH]),
        ("participant=SEUNGHO", [TO_BAC_NINH]),
        ("participant=lee ahn", []),
        ("agreement=daegu--bac-ninh", [TO_BAC_NINH, TO_DAEGU]),
        ("status=planned", [TO_BAC_NINH]),
        ("basis=mixed", [MEETING, TO_BAC_NINH]),
        ("since=2018-09-30&until=2018-10", [TO_DAEGU]),
        ("undated=only", []),
    ],
)
def test_delegations_that_match(real: Served, query: str, ids: list[str]) -> None:
    assert real.ids(f"/delegations?{query}") == ids


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("partner=KR", ["bac-ninh", "da-nang", "ho-chi-minh-city"]),
        ("partner=VN", ["changwon", "daegu", "gyeongsan", "hwaseong", "seoul"]),
        ("partner=daegu", ["bac-ninh", "da-nang", "ho-chi-minh-city"]),
        ("partner=daegu&kind=province", ["bac-ninh"]),
        ("country=VN", ["bac-ninh", "da-nang", "hanoi", "ho-chi-minh-city"]),
        ("q=tp ho chi minh", ["ho-chi-minh-city"]),
        ("q=Daegus", ["daegu"]),
    ],
)
def test_cities_that_match(real: Served, query: str, ids: list[str]) -> None:
    assert real.ids(f"/cities?{query}") == ids


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        # the exact role: the country as such, not the cities in it
        ("area=VN", ["vn-investment-kr", "vn-investor-rank-kr", "vn-korean-enterprises"]),
        ("area=vn", ["vn-investment-kr", "vn-investor-rank-kr", "vn-korean-enterprises"]),
        ("area=KR", []),
        ("counterpart=VN", ["bac-ninh-income-ratio"]),
        ("area=da-nang&counterpart=VN", []),
        # in either role, the country or a place in it
        ("city=bac-ninh", WITHOUT_PERIOD),
        ("country=VN&undated=only", WITHOUT_PERIOD),
        ("country=KR&undated=only", ["bac-ninh-korean-hightech-companies"]),
        # the newest period with a value
        ("indicator=tourist_arrivals", TOURISTS),
        ("indicator=tourist_arrivals&latest=false", TOURISTS),
        ("indicator=tourist_arrivals&latest=true", [TOURISTS_2019]),
        ("indicator=tourist_arrivals&latest=true&since=2020", []),
        ("indicator=investment_total&latest=true", ["vn-investment-kr", "da-nang-investment-kr-2020-11"]),
        ("latest=true&city=bac-ninh", WITHOUT_PERIOD),
        ("status=missing&latest=true", []),
        ("status=missing", ["da-nang-investor-rank-kr", TOURISTS_2020]),
        ("undated=only", WITHOUT_PERIOD),
        # the basis is that of the period
        ("basis=inferred&since=2020-10&until=2020-10", ["da-nang-imports-kr-2020-10"]),
        ("topic=rubber-raw-materials", ["da-nang-imports-kr-2020-10"]),
    ],
)
def test_observations_that_match(real: Served, query: str, ids: list[str]) -> None:
    assert real.ids(f"/observations?{query}") == ids


def test_the_latest_number_of_tourists_is_that_of_2019(real: Served) -> None:
    (observation,) = real.get("/observations?latest=true&indicator=tourist_arrivals").json()["items"]

    assert (observation["value"], observation["period"]["edtf"], observation["status"]) == (1_740_000, "2019", "normal")


def test_the_number_of_tourists_of_2020_is_missing_not_0(real: Served) -> None:
    observation = real.get(f"/observations/{TOURISTS_2020}").json()

    assert (observation["value"], observation["status"], observation["trend"]) == (None, "missing", "down")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("source=danang-gov-vn-korea", (2, TOURISTS_2019)),
        ("until=2019", (1, TOURISTS_2019)),
        ("since=2020&until=2020", (1, None)),
        ("city=da-nang", (2, TOURISTS_2019)),
        ("counterpart=KR", (2, TOURISTS_2019)),
        ("city=bac-ninh", None),
        ("area=VN", None),
    ],
)
def test_an_indicator_has_the_number_and_the_newest_of_its_matching_observations(
    real: Served, query: str, expected: tuple[int, str | None] | None
) -> None:
    items = {item["id"]: item for item in real.get(f"/indicators?{query}").json()["items"]}
    indicator = items.get("tourist_arrivals")

    latest = indicator and indicator["latest"]
    assert (indicator and (indicator["observation_count"], latest and latest["id"])) == expected


def test_a_single_indicator_counts_all_of_its_observations(real: Served) -> None:
    indicator = real.get("/indicators/investment_total").json()

    assert (indicator["observation_count"], indicator["latest"]["id"]) == (2, "vn-investment-kr")


def test_evidence_involves_the_places_of_its_subject(real: Served) -> None:
    for country in ("VN", "KR"):
        listed = {row["id"] for row in real.get(f"/evidence?country={country}&limit=200").json()["items"]}
        expected = {
            row["id"]
            for noun in ("agreement", "delegation", "observation")
            for key in real.ids(f"/{noun}s?country={country}")
            for row in real.get(f"/evidence?{noun}={key}&limit=200").json()["items"]
        }
        subjects = [real.get(f"/evidence/{key}").json()["subject"] for key in listed - expected]
        cities = set(real.ids(f"/cities?country={country}"))

        assert expected <= listed
        assert {subject["type"] for subject in subjects} == {"place"}
        assert {subject["id"] for subject in subjects} <= {*cities, country.lower()}


def test_evidence_of_a_city_is_about_it_or_involves_it(real: Served) -> None:
    rows = real.get("/evidence?city=hwaseong").json()["items"]

    expected = {("agreement", "da-nang--hwaseong"), ("place", "hwaseong")}
    assert {(row["subject"]["type"], row["subject"]["id"]) for row in rows} == expected


def test_the_basis_of_evidence_is_its_own(real: Served) -> None:
    rows = real.get("/evidence?agreement=daegu--bac-ninh&basis=stated&field=signed&field=parties").json()["items"]

    assert [row["says"] for row in rows] == ["bac-ninh"]
