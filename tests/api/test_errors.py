"""What is wrong with a request, and what would have been right (contract sections 3 and 5)."""

import unicodedata
from typing import Any
from urllib.parse import quote

import pytest

from tests.support.examples import ITEMS, LISTS
from tests.support.problems import errors_of, problem_of, refused
from tests.support.serving import Served

NO_CITY = "No city of the register is called so."
NO_COUNTRY = "Not a country code of ISO 3166-1 alpha-2, such as VN."
NO_DATE = "Not a date of the form YYYY, YYYY-MM or YYYY-MM-DD."
NO_LIMIT = "Not a whole number from 1 to 200."


def error(parameter: str, value: str, reason: str, **more: Any) -> dict[str, Any]:
    return {"parameter": parameter, "value": value, "reason": reason, **more}


def test_the_whole_problem(small: Served) -> None:
    assert small.get("/sources?undatd=only").json() == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "undatd: No such parameter.",
        "errors": [
            error(
                "undatd",
                "only",
                "No such parameter.",
                allowed=["limit", "cursor", "since", "until", "undated", "q", "sort"],
                suggestion="undated",
            )
        ],
    }


def test_all_errors_come_at_once(small: Served) -> None:
    path = "/agreements?cuontry=IS&country=Iceland&city=isvic&kind=sister&since=2005&until=2004&partner=PT&limit=0&q=!"

    assert sorted(refused(small.get(path))) == ["city", "country", "cuontry", "kind", "limit", "q", "since"]


def test_errors_between_parameters_come_at_once(small: Served) -> None:
    path = "/agreements?partner=PT&undated=only&since=2005&until=2004"

    assert sorted(refused(small.get(path))) == ["partner", "since", "undated"]


def test_each_wrong_value_has_its_own_error(small: Served) -> None:
    found = errors_of(
        small.get("/cities?country=Vietnam&country=IS&country=Korea&country=%EB%8C%80%ED%95%9C%EB%AF%BC%EA%B5%AD")
    )

    assert [(e["value"], e["suggestion"]) for e in found] == [("Vietnam", "VN"), ("Korea", "KR"), ("대한민국", "KR")]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        # closed vocabularies that are data
        ("/agreements?city=isvic", error("city", "isvic", NO_CITY, suggestion="isvik")),
        ("/agreements?city=Ísvík", error("city", "Ísvík", NO_CITY, suggestion="isvik")),
        ("/agreements?city=이스비크", error("city", "이스비크", NO_CITY, suggestion="isvik")),
        ("/agreements?city=Isvick", error("city", "Isvick", NO_CITY, suggestion="isvik")),
        ("/agreements?city=is", error("city", "is", NO_CITY)),
        ("/agreements?city=isvik,portavela", error("city", "isvik,portavela", NO_CITY, suggestion="portavela")),
        (
            "/agreements?city=isvik&partner=Iceland",
            error("partner", "Iceland", "No city or country of the register is called so.", suggestion="IS"),
        ),
        (
            "/observations?area=portavel",
            error("area", "portavel", "No city or country of the register is called so.", suggestion="portavela"),
        ),
        (
            "/agreements?topic=musik",
            error("topic", "musik", "No topic of the register is called so.", suggestion="music"),
        ),
        (
            "/agreements?source=hill-curier",
            error("source", "hill-curier", "No source of the register is called so.", suggestion="hill-courier"),
        ),
        (
            "/observations?indicator=visitor",
            error("indicator", "visitor", "No indicator of the register is called so.", suggestion="visitors"),
        ),
        (
            "/evidence?agreement=isvik-portavela",
            error(
                "agreement",
                "isvik-portavela",
                "No agreement of the register is called so.",
                suggestion="isvik--portavela",
            ),
        ),
        (
            "/evidence?field=Signed",
            error("field", "Signed", "No field of the register is called so.", suggestion="signed"),
        ),
        # countries
        ("/agreements?country=Vietnam", error("country", "Vietnam", NO_COUNTRY, suggestion="VN")),
        ("/agreements?country=VNM", error("country", "VNM", NO_COUNTRY, suggestion="VN")),
        ("/agreements?country=XX", error("country", "XX", NO_COUNTRY)),
        ("/agreements?country=VN,KR", error("country", "VN,KR", NO_COUNTRY)),
        # enums
        (
            "/delegations?kind=visits",
            error("kind", "visits", "Not one of the allowed values.", allowed=["visit", "meeting"], suggestion="visit"),
        ),
        (
            "/delegations?sort=-dat",
            error(
                "sort",
                "-dat",
                "Not one of the allowed values.",
                allowed=["-date", "date", "id"],
                suggestion="-date",
            ),
        ),
        (
            "/agreements?include=topics",
            error("include", "topics", "Not one of the allowed values.", allowed=["evidence"]),
        ),
        # numbers and booleans
        ("/cities?limit=1_0", error("limit", "1_0", NO_LIMIT)),
        ("/cities?limit=%2B5", error("limit", "+5", NO_LIMIT)),
        ("/cities?limit=%205", error("limit", " 5", NO_LIMIT)),
        ("/cities?limit=5.0", error("limit", "5.0", NO_LIMIT)),
        ("/cities?limit=٣", error("limit", "٣", NO_LIMIT)),
        ("/cities?limit=201", error("limit", "201", NO_LIMIT)),
        ("/observations?latest=1", error("latest", "1", "Not `true` or `false`.")),
        ("/observations?latest=True", error("latest", "True", "Not `true` or `false`.")),
        ("/observations?latest=yes", error("latest", "yes", "Not `true` or `false`.")),
        # dates
        ("/agreements?since=2019-02-30", error("since", "2019-02-30", NO_DATE)),
        ("/agreements?since=2019-13", error("since", "2019-13", NO_DATE)),
        ("/agreements?since=2019-1", error("since", "2019-1", NO_DATE)),
        ("/agreements?since=0000", error("since", "0000", NO_DATE)),
        ("/agreements?until=2004/2006", error("until", "2004/2006", NO_DATE)),
        ("/agreements?until=%202004", error("until", " 2004", NO_DATE)),
        # parameters that do not go together
        (
            "/agreements?partner=PT",
            error("partner", "PT", "Needs `city` or `country`: the side whose partner it is."),
        ),
        ("/sources?since=2005&until=2004-12", error("since", "2005", "After `until`; the window is empty.")),
        (
            "/sources?undated=only&until=2004",
            error("undated", "only", "`only` asks for records without a date; leave out `since` and `until`."),
        ),
        # searches
        ("/cities?q=...", error("q", "...", "Nothing to search for is left of it; give letters or digits.")),
        ("/cities?q", error("q", "", "Empty; give a value or leave the parameter out.")),
        ("/cities?Q=x", error("Q", "x", "No such parameter.", suggestion="q")),
        # bad bytes
        ("/cities?q=a%00b", error("q", "a%00b", "Has control characters.")),
        ("/cities?q=%ED%A0%80", error("q", "%ED%A0%80", "Is not UTF-8.")),
        ("/cities?%FF=a", error("%FF", "a", "Is not UTF-8.")),
    ],
)
def test_an_error_says_what_would_be_right(small: Served, path: str, expected: dict[str, Any]) -> None:
    (found,) = errors_of(small.get(path))
    found.pop("allowed", None) if found["reason"] == "No such parameter." else None

    assert found == expected


@pytest.mark.parametrize("path", ["/agreements?since=2004&until=2004-01-01", "/agreements?since=2004-12-31&until=2004"])
def test_a_window_within_a_year_is_no_contradiction(small: Served, path: str) -> None:
    assert small.get(path).status_code == 200


@pytest.mark.parametrize("path", [path for path in LISTS if path != "/sources"])
def test_a_country_without_data_is_an_empty_list(small: Served, path: str) -> None:
    assert small.get(f"{path}?country=aq").json() == {"items": [], "total": 0, "next": None}


def test_a_refused_value_is_cut_and_cannot_leave_its_page(small: Served) -> None:
    value = "<b>&" + "é" * 150
    response = small.get("/agreements", params={"city": value})

    assert errors_of(response)[0]["value"] == value[:100]
    assert "<" not in response.text
    assert "&" not in response.text
    assert r"\u003cb\u003e\u0026" in response.text


def test_the_name_of_an_unknown_parameter_is_cut(small: Served) -> None:
    response = small.get("/agreements", params={"<" * 150: "1"})

    assert refused(response) == ["<" * 100]
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
def test_what_is_not_there(small: Served, path: str, detail: str) -> None:
    found = problem_of(small.get(path), 404)

    assert found == {"type": "about:blank", "title": "Not Found", "status": 404, "detail": detail}


@pytest.mark.parametrize("path", [*LISTS, "/nowhere"])
def test_a_404_repeats_nothing_of_the_path(small: Served, path: str) -> None:
    assert "script" not in small.get(f"{path}/<script>alert").text


@pytest.mark.parametrize("path", ["/agreements/%00", "/cities/isvik%0A", "/%FF", "/cities/%ED%A0%80"])
def test_a_broken_path_is_refused(small: Served, path: str) -> None:
    assert problem_of(small.get(path), 400)["title"] == "Bad Request"


@pytest.mark.parametrize("name", ["healthz", "readyz"])
def test_health_takes_no_parameters(small: Served, name: str) -> None:
    expected = error("a", "1", "No such parameter; this address takes none.")

    assert errors_of(small.get(f"/{name}?a=1")) == [expected]


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC"])
def test_an_accent_may_be_typed_in_any_way(small: Served, form: Any) -> None:
    typed = quote(unicodedata.normalize(form, "Ísvík"))
    found = small.get(f"/cities?q={typed}")

    assert [city["id"] for city in found.json()["items"]] == ["isvik"]
    assert found.headers["etag"] == small.get("/cities?q=Ísvík").headers["etag"]


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
def test_percent_and_underscore_are_letters_like_others(small: Served, query: str, ids: list[str]) -> None:
    assert small.ids(f"/indicators?{query}") == ids


@pytest.mark.parametrize("path", [*LISTS, *(f"{path}/{key}" for path, key in ITEMS.items()), "/healthz", "/nowhere"])
def test_a_query_of_just_over_4_kb_is_too_long(small: Served, path: str) -> None:
    assert problem_of(small.get(f"{path}?{'x' * 4097}"), 414)["detail"] == "The query may have 4096 bytes at most."
    assert small.get(f"{path}?{'x' * 4096}").status_code != 414


def test_headers_of_64_kb_are_too_large(small: Served) -> None:
    headers = {f"X-{number}": "x" * 7000 for number in range(10)}

    assert problem_of(small.get("/cities", headers=headers), 431)["title"] == "Request Header Fields Too Large"
