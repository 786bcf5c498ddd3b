"""Error pages: localised, and without anything of the request; malicious parameters and texts stay harmless."""

from pathlib import Path

import pytest

from tests.support.serving import REAL_SEED, Served, loaded, serving, sqlite_settings
from tests.web.generated_seeds import MARKUP_INJECTION, SCRIPT, SCRIPT_URL
from tests.web.html_pages import EMBEDS, LANGUAGES, PAGES, heading, parse_page

TITLES = {"ko": "주소가 올바르지 않습니다", "vi": "Địa chỉ không đúng", "en": "This address is not right"}


@pytest.mark.parametrize("path", EMBEDS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("cuontry=VN", "cuontry"),
        ("country=Zzyzx", "country"),
        ("city=zzyzx", "city"),
        ("since=zzyzx", "since"),
        ("q=", "q"),
        ("cursor=zzyzx", "cursor"),
    ],
)
def test_a_wrong_filter_is_named_and_its_value_is_not_repeated(
    real_sqlite: Served, path: str, language: str, query: str, parameter: str
) -> None:
    response = real_sqlite.get(f"{path}?{query}&lang={language}")
    page = parse_page(response, 400)

    assert (heading(page), page.find_all("html")[0].attributes["lang"]) == (TITLES[language], language)
    assert [name.text for name in page.find_all("dt")] == [parameter]
    assert "zzyzx" not in response.text.lower()
    assert (response.headers["cache-control"], response.headers.get("x-frame-options")) == ("no-store", None)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    "query",
    ["cuontry=VN", "country=Zz", "city=zz", "topic=zz", "source=zz", "agreement=zz", "kind=zz", "since=zz",
     "since=2020&until=2010", "undated=only&since=2004", "undated=zz", "partner=da-nang", "city=daegu&partner=zz",
     "area=zz", "q=", "q=%21", "q=%00", "q=%FF", f"q={'x' * 300}", "since=2004&since=2005", "country=VN&" * 51,
     "cursor=zz", "sort=zz", "basis=zz", "status=zz", "participant="],
)  # fmt: skip
def test_every_reason_is_translated(real_sqlite: Served, path: str, query: str) -> None:
    for language in ("ko", "vi"):
        response = real_sqlite.get(f"{path}?{query}&lang={language}")
        if path in ("/embed", "/") and response.status_code == 200:
            continue  # a filter of agreements, which the builder takes, or a parameter that the home page ignores
        reasons = parse_page(response, 400).find_all("dd")

        assert reasons
        assert [reason.text for reason in reasons if reason.find_all("span")] == []


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("since=2004&since=2005", "2번 지정되었습니다. 한 번만 지정해 주세요."),
        ("country=VN&" * 51, "51번 지정되었습니다. 최대 50번까지 지정할 수 있습니다."),
    ],
)
def test_a_translated_reason_keeps_its_numbers(real_sqlite: Served, query: str, reason: str) -> None:
    page = parse_page(real_sqlite.get(f"/embed/agreements?{query}&lang=ko"), 400)

    assert [error.text for error in page.find_all("dd")] == [reason]


def test_suggestion(real_sqlite: Served) -> None:
    page = parse_page(real_sqlite.get("/embed/agreements?country=Vietnam&lang=vi"), 400)

    assert page.find_all("dd")[0].text == "Không phải mã quốc gia hai chữ cái theo ISO 3166-1, ví dụ VN. Ý bạn là VN?"


@pytest.mark.parametrize(
    "attack", [SCRIPT, MARKUP_INJECTION, SCRIPT_URL, "\u202ereversed", "{{7*7}}", "%s%n", "ha\u0300m"]
)
@pytest.mark.parametrize("name", ["q", "country", "lang", "theme", "accent", "title", "limit", "utm_source", None])
@pytest.mark.parametrize("path", PAGES)
def test_a_malicious_parameter_is_harmless(real_sqlite: Served, path: str, name: str | None, attack: str) -> None:
    response = real_sqlite.get(path, params={name or attack: attack, "lang": "en"})

    assert response.status_code in (200, 400)
    assert "set-cookie" not in response.headers
    page = parse_page(response, response.status_code)
    for tag in ("img", "script"):
        allowed = {"height.js", "builder.js", ""}
        assert {element.attributes.get("src", "").rpartition("/")[2] for element in page.find_all(tag)} <= allowed
    assert "\u202e" not in response.text
    assert SCRIPT not in response.text
    assert "49" not in [h1.text for h1 in page.find_all("h1")]


@pytest.mark.parametrize("query", ["country=%00", "q=%FF", "%0A=1", "a=" + "b" * 5000])
def test_a_request_refused_before_routing_gets_an_error_page(real_sqlite: Served, query: str) -> None:
    response = real_sqlite.get(f"/embed/agreements?{query}", headers={"Accept-Language": "ko"})

    assert response.status_code in (400, 414)
    assert parse_page(response, response.status_code).find_all("html")[0].attributes["lang"] == "ko"


@pytest.mark.parametrize("path", ["/embed/nothing", "/embed/agreements/", "/embed/agreements/a/b"])
def test_not_found(real_sqlite: Served, path: str) -> None:
    page = parse_page(real_sqlite.get(f"{path}?lang=ko"), 404)
    stylesheet = page.find_all("link", rel="stylesheet")[0].attributes["href"]

    assert heading(page) == "페이지가 없습니다"
    assert real_sqlite.get(path.rpartition("/")[0] + "/" + stylesheet).status_code == 200


@pytest.mark.parametrize("path", EMBEDS)
def test_a_malicious_register_is_harmless(malicious: Served, path: str) -> None:
    for language in LANGUAGES:
        response = malicious.get(f"{path}?lang={language}")
        page = parse_page(response)
        urls = [link.attributes["href"] for tag in ("a", "link") for link in page.find_all(tag)]

        assert page.find_all("img") == []
        assert {script.attributes.get("type", "") for script in page.find_all("script")} == {"", "application/ld+json"}
        assert [url for url in urls if not url.startswith(("http://", "https://", "../", "?", "data:,"))] == []
        assert "\u202e" not in response.text
        assert "\\u202e" not in response.text
        assert (page.find_all("main")[0].text.count(SCRIPT) > 0, SCRIPT in response.text) == (True, False)


def test_a_malicious_register_is_harmless_in_the_builder_and_in_oembed(malicious: Served) -> None:
    builder = malicious.get("/embed?city=omega&lang=en")
    snippets = [area.text for area in parse_page(builder).find_all("textarea")]
    oembed = malicious.get("/oembed", params={"url": f"{malicious.settings.base_url}/embed/agreements?city=omega"})

    assert [text.count("<img") for text in [*snippets, oembed.json()["html"]]] == [0, 0, 0, 0]
    assert "<" not in oembed.text


def test_a_malicious_source_is_harmless_on_the_home_page(malicious: Served) -> None:
    page = parse_page(malicious.get("/?lang=en"))

    assert page.find_all("img") == []
    assert [a for a in page.find_all("a") if a.attributes["href"].startswith("javascript")] == []


@pytest.mark.slow
def test_a_page_of_two_hundred_rows(long_names: Served) -> None:
    page = parse_page(long_names.get("/embed/agreements?limit=200&lang=ko"))

    assert len(page.find_all("tbody")[0].find_all("tr")) == 200
    assert page.find_all("nav") == []


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES)
def test_database_down(tmp_path: Path, path: str) -> None:
    settings = loaded(sqlite_settings(tmp_path, REAL_SEED))
    with serving(settings) as served:
        (tmp_path / "register.db").unlink()
        response = served.get(f"{path}?lang=ko")

    assert heading(parse_page(response, 503)) == "일시적으로 이용할 수 없습니다"
    assert (response.headers["retry-after"], response.headers["cache-control"]) == ("5", "no-store")
