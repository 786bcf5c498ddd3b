"""The real register as every list serves it: what the README promises, on both databases."""

import pytest

from tests.support.serving import Served

DAEGU = ["daegu--bac-ninh", "daegu--da-nang", "daegu--ho-chi-minh-city"]


def test_agreements_with_viet_nam(real: Served) -> None:
    assert real.get("/agreements?country=VN").json()["total"] == 7


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("city=daegu", DAEGU),
        ("since=2004-06-01&until=2004-06-30", ["daegu--da-nang"]),
        ("city=daegu&partner=da-nang", ["daegu--da-nang"]),
        ("status=announced", ["daegu--bac-ninh"]),
    ],
)
def test_agreements_that_match(real: Served, query: str, expected: list[str]) -> None:
    assert sorted(real.ids(f"/agreements?{query}")) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("danang", ["da-nang"]),
        ("Đà Nẵng", ["da-nang"]),
        ("Bac Nihn", ["bac-ninh"]),
        ("대구", ["daegu"]),
        ("구광역", ["daegu"]),
        ("TP. Hồ Chí Minh", ["ho-chi-minh-city"]),
    ],
)
def test_a_city_is_found_in_any_spelling(real: Served, typed: str, expected: list[str]) -> None:
    cities = real.get("/cities", params={"q": typed}).json()["items"]

    assert [city["id"] for city in cities] == expected


def test_over_70_billion_is_a_lower_bound(real: Served) -> None:
    (observation,) = real.get("/observations?area=VN&indicator=investment_total").json()["items"]

    expected = (70_000_000_000, "gt", "over 70 billion USD")
    assert (observation["value"], observation["relation"], observation["printed"]) == expected


def test_a_misspelt_filter_is_a_400(real: Served) -> None:
    response = real.get("/agreements?cuontry=VN")

    assert response.status_code == 400
    assert [(e["parameter"], e["suggestion"]) for e in response.json()["errors"]] == [("cuontry", "country")]


@pytest.mark.parametrize(
    ("path", "total"),
    [
        ("/cities", 9),
        ("/agreements", 7),
        ("/delegations", 3),
        ("/indicators", 11),
        ("/observations", 14),
        ("/sources", 2),
    ],
)
def test_every_list_has_its_number_of_records(real: Served, path: str, total: int) -> None:
    assert real.get(path).json()["total"] == total
