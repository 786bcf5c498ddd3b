"""Error responses name what is wrong with a request, and what would be right (contract sections 3 and 5)."""

import unicodedata
from typing import Any
from urllib.parse import quote

import pytest

from tests.support.examples import ITEMS, LISTS
from tests.support.problems import errors_of, problem_of, refused_parameters
from tests.support.serving import Served

NO_CITY = "No city of the register is called so."
NO_COUNTRY = "Not a country code of ISO 3166-1 alpha-2, such as VN."
NO_DATE = "Not a date of the form YYYY, YYYY-MM or YYYY-MM-DD."
NO_LIMIT = "Not a whole number from 1 to 200."


def error_for(parameter: str, value: str, reason: str, **more: Any) -> dict[str, Any]:
    return {"parameter": parameter, "value": value, "reason": reason, **more}


def test_a_problem_has_all_its_fields(small: Served) -> None:
    assert small.get("/sources?undatd=only").json() == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "undatd: No such parameter.",
        "errors": [
            error_for(
                "undatd",
                "only",
                "No such parameter.",
                allowed=["limit", "cursor", "since", "until", "undated", "q", "sort"],
                suggestion="undated",
            )
        ],
    }


def test_all_errors_are_in_one_response(small: Served) -> None:
    path = "/agreements?cuontry=IS&country=Iceland&city=isvic&kind=sister&since=2005&until=2004&partner=PT&limit=0&q=!"

    assert sorted(refused_parameters(small.get(path))) == ["city", "country", "cuontry", "kind", "limit", "q", "since"]


def test_all_conflicts_between_parameters_are_in_one_response(small: Served) -> None:
    path = "/agreements?partner=PT&undated=only&since=2005&until=2004"

    assert sorted(refused_parameters(small.get(path))) == ["partner", "since", "undated"]


def test_each_wrong_value_has_its_own_error(small: Served) -> None:
    errors = errors_of(
        small.get("/cities?country=Vietnam&country=IS&country=Korea&country=%EB%8C%80%ED%95%9C%EB%AF%BC%EA%B5%AD")
    )

    assert [(e["value"], e["suggestion"]) for e in errors] == [("Vietnam", "VN"), ("Korea", "KR"), ("대한민국", "KR")]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        # closed vocabularies that are data
        ("/agreements?city=isvic", error_for("city", "isvic", NO_CITY, suggestion="isvik")),
        ("/agreements?city=Ísvík", error_for("city", "Ísvík", NO_CITY, suggestion="isvik")),
        ("/agreements?city=이스비크", error_for("city", "이스비크", NO_CITY, suggestion="isvik")),
        ("/agreements?city=Isvick", error_for("city", "Isvick", NO_CITY, suggestion="isvik")),
        ("/agreements?city=is", error_for("city", "is", NO_CITY)),
        ("/agreements?city=isvik,portavela", error_for("city", "isvik,portavela", NO_CITY, suggestion="portavela")),
        (
            "/agreements?city=isvik&partner=Iceland",
            error_for("partner", "Iceland", "No city or country of the register is called so.", suggestion="IS"),
        ),
        (
            "/observations?area=portavel",
            error_for("area", "portavel", "No city or country of the register is called so.", suggestion="portavela"),
        ),
        (
            "/agreements?topic=musik",
            error_for("topic", "musik", "No topic of the register is called so.", suggestion="music"),
        ),
        (
            "/agreements?source=hill-curier",
            error_for("source", "hill-curier", "No source of the register is called so.", suggestion="hill-courier"),
        ),
        (
            "/observations?indicator=visitor",
            error_for("indicator", "visitor", "No indicator of the register is called so.", suggestion="visitors"),
        ),
        (
            "/evidence?agreement=isvik-portavela",
            error_for(
                "agreement",
                "isvik-portavela",
                "No agreement of the register is called so.",
                suggestion="isvik--portavela",
            ),
        ),
        (
            "/evidence?field=Signed",
            error_for("field", "Signed", "No field of the register is called so.", suggestion="signed"),
        ),
        # countries
        ("/agreements?country=Vietnam", error_for("country", "Vietnam", NO_COUNTRY, suggestion="VN")),
        ("/agreements?country=VNM", error_for("country", "VNM", NO_COUNTRY, suggestion="VN")),
        ("/agreements?country=XX", error_for("country", "XX", NO_COUNTRY)),
        ("/agreements?country=VN,KR", error_for("country", "VN,KR", NO_COUNTRY)),
        # enums
        (
            "/delegations?kind=visits",
            error_for(
                "kind", "visits", "Not one of the allowed values.", allowed=["visit", "meeting"], suggestion="visit"
            ),
        ),
        (
            "/delegations?sort=-dat",
            error_for(
                "sort",
                "-dat",
                "Not one of the allowed values.",
                allowed=["-date", "date", "id"],
                suggestion="-date",
            ),
        ),
        (
            "/agreements?include=topics",
            error_for("include", "topics", "Not one of the allowed values.", allowed=["evidence"]),
        ),
        # numbers and booleans
        ("/cities?limit=1_0", error_for("limit", "1_0", NO_LIMIT)),
        ("/cities?limit=%2B5", error_for("limit", "+5", NO_LIMIT)),
        ("/cities?limit=%205", error_for("limit", " 5", NO_LIMIT)),
        ("/cities?limit=5.0", error_for("limit", "5.0", NO_LIMIT)),
        ("/cities?limit=٣", error_for("limit", "٣", NO_LIMIT)),
        ("/cities?limit=201", error_for("limit", "201", NO_LIMIT)),
        ("/observations?latest=1", error_for("latest", "1", "Not `true` or `false`.")),
        ("/observations?latest=True", error_for("latest", "True", "Not `true` or `false`.")),
        ("/observations?latest=yes", error_for("latest", "yes", "Not `true` or `false`.")),
        # dates
        ("/agreements?since=2019-02-30", error_for("since", "2019-02-30", NO_DATE)),
        ("/agreements?since=2019-13", error_for("since", "2019-13", NO_DATE)),
        ("/agreements?since=2019-1", error_for("since", "2019-1", NO_DATE)),
        ("/agreements?since=0000", error_for("since", "0000", NO_DATE)),
        ("/agreements?until=2004/2006", error_for("until", "2004/2006", NO_DATE)),
        ("/agreements?until=%202004", error_for("until", " 2004", NO_DATE)),
        # parameters that do not go together
        (
            "/agreements?partner=PT",
            error_for("partner", "PT", "Needs `city` or `country`: the side whose partner it is."),
        ),
        ("/sources?since=2005&until=2004-12", error_for("since", "2005", "After `until`; the window is empty.")),
        (
            "/sources?undated=only&until=2004",
            error_for("undated", "only", "`only` asks for records without a date; leave out `since` and `until`."),
        ),
        # searches
        ("/cities?q=...", error_for("q", "...", "Nothing to search for is left of it; give letters or digits.")),
        ("/cities?q", error_for("q", "", "Empty; give a value or leave the parameter out.")),
        ("/cities?Q=x", error_for("Q", "x", "No such parameter.", suggestion="q")),
        # bad bytes
        ("/cities?q=a%00b", error_for("q", "a%00b", "Has control characters.")),
        ("/cities?q=%ED%A0%80", error_for("q", "%ED%A0%80", "Is not UTF-8.")),
        ("/cities?%FF=a", error_for("%FF", "a", "Is not UTF-8.")),
    ],
)
def test_an_error_says_what_would_be_right(small: Served, path: str, expected: dict[str, Any]) -> None:
    (error,) = errors_of(small.get(path))
    if error["reason"] == "No such parameter.":
        error.pop("allowed")

    assert error == expected


@pytest.mark.parametrize("path", ["/agreements?since=2004&until=2004-01-01", "/agreements?since=2004-12-31&until=2004"])
def test_a_window_within_a_year_is_valid(small: Served, path: str) -> None:
    assert small.get(path).status_code == 200


@pytest.mark.parametrize("path", [path for path in LISTS if path != "/sources"])
def test_a_country_without_data_is_an_empty_list(small: Served, path: str) -> None:
    assert small.get(f"{path}?country=aq").json() == {"items": [], "total": 0, "next": None}


def test_a_refused_value_is_shortened_and_escaped(small: Served) -> None:
    value = "<b>&" + "é" * 150
    response = small.get("/agreements", params={"city": value})

    assert errors_of(response)[0]["value"] == value[:100]
    assert "<" not in response.text
    assert "&" not in response.text
    assert r"\u003cb\u003e\u0026" in response.text


def test_the_name_of_an_unknown_parameter_is_shortened_and_escaped(small: Served) -> None:
    response = small.get("/agreements", params={"<" * 150: "1"})

    assert refused_parameters(response) == ["<" * 100]
    assert "<" not in response.text


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/agreements/isvik-portavela", "No agreement with this id; did you mean isvik--portavela?"),
        ("/cities/Ísvík", "No city with this id; did you mean isvik?"),
        ("/cities/is", "No city with this id."),
        ("/cities/zzzzzzzz", "No city with this id."),
        ("/evidence/harbour-gazette-choirs", "No evidence with this id; did you mean harbour-gazette-choir?"),
        ("/nowhere", "There is nothing at this address."),
        ("/agreements/", "There is nothing at this address."),
        ("/agreements/isvik--portavela/", "There is nothing at this address."),
        ("/agreements//isvik--portavela", "There is nothing at this address."),
        ("/%2Fagreements", "There is nothing at this address."),
        ("/Agreements", "There is nothing at this address."),
        ("/agreements/a%2Fb", "There is nothing at this address."),
    ],
)
def test_an_unknown_path_or_id_is_a_404(small: Served, path: str, detail: str) -> None:
    assert problem_of(small.get(path), 404) == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": detail,
    }


@pytest.mark.parametrize("path", [*LISTS, "/nowhere"])
def test_a_404_does_not_repeat_the_path(small: Served, path: str) -> None:
    assert "script" not in small.get(f"{path}/<script>alert").text


@pytest.mark.parametrize("path", ["/agreements/%00", "/cities/isvik%0A", "/%FF", "/cities/%ED%A0%80"])
def test_a_path_with_control_characters_or_broken_utf_8_is_a_400(small: Served, path: str) -> None:
    assert problem_of(small.get(path), 400)["title"] == "Bad Request"


@pytest.mark.parametrize("name", ["healthz", "readyz"])
def test_health_takes_no_parameters(small: Served, name: str) -> None:
    expected = error_for("a", "1", "No such parameter; this address takes none.")

    assert errors_of(small.get(f"/{name}?a=1")) == [expected]


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC"])
def test_a_search_ignores_unicode_normalization(small: Served, form: Any) -> None:
    response = small.get(f"/cities?q={quote(unicodedata.normalize(form, 'Ísvík'))}")

    assert [city["id"] for city in response.json()["items"]] == ["isvik"]
    assert response.headers["etag"] == small.get("/cities?q=Ísvík").headers["etag"]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("q=%25", ["reused_waste"]),
        ("q=_", ["reused_waste"]),
        ("q=re_use", ["reused_waste"]),
        ("q=f_sh", []),
        ("q=f%25h", []),
    ],
)
def test_percent_and_underscore_are_no_wildcards(small: Served, query: str, ids: list[str]) -> None:
    assert small.ids(f"/indicators?{query}") == ids


@pytest.mark.parametrize("path", [*LISTS, *(f"{path}/{key}" for path, key in ITEMS.items()), "/healthz", "/nowhere"])
def test_a_query_of_more_than_4096_bytes_is_too_long(small: Served, path: str) -> None:
    assert problem_of(small.get(f"{path}?{'x' * 4097}"), 414)["detail"] == "The query may have 4096 bytes at most."
    assert small.get(f"{path}?{'x' * 4096}").status_code != 414


def test_headers_of_64_kb_are_too_large(small: Served) -> None:
    headers = {f"X-{number}": "x" * 7000 for number in range(10)}

    assert problem_of(small.get("/cities", headers=headers), 431)["title"] == "Request Header Fields Too Large"
