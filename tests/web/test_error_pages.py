"""Bad input and faults on pages: readable, localised, and with nothing of the request in them."""

from pathlib import Path

import pytest

from app.web.accent_colors import MIN_CONTRAST, SURFACES, contrast, readable_accent
from tests.support.serving import REAL_SEED, Served, loaded, serving, sqlite_settings
from tests.web.pages import EMBEDS, LANGUAGES, heading, read
from tests.web.seeds import BREAKOUT, SCRIPT, SCRIPT_URL

TITLES = {"ko": "주소가 올바르지 않습니다", "vi": "Địa chỉ không đúng", "en": "This address is not right"}


@pytest.mark.parametrize("path", EMBEDS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ("cuontry=VN", "cuontry"),
        ("country=Zzyzx", "country"),
        ("city=zzyzx", "city"),
        ("since=zzyzx", "since"),
        ("q=", "q"),
        ("cursor=zzyzx", "cursor"),
    ],
)
def test_a_wrong_filter_is_named_in_the_language_of_the_page(
    register: Served, path: str, language: str, wrong: str, named: str
) -> None:
    response = register.get(f"{path}?{wrong}&lang={language}")
    page = read(response, 400)

    assert (heading(page), page.all("html")[0].attributes["lang"]) == (TITLES[language], language)
    assert [name.text for name in page.all("dt")] == [named]
    assert "zzyzx" not in response.text.lower()
    assert (response.headers["cache-control"], response.headers.get("x-frame-options")) == ("no-store", None)


@pytest.mark.parametrize("path", [*EMBEDS, "/embed", "/"])
@pytest.mark.parametrize(
    "wrong",
    ["cuontry=VN", "country=Zz", "city=zz", "topic=zz", "source=zz", "agreement=zz", "kind=zz", "since=zz",
     "since=2020&until=2010", "undated=only&since=2004", "undated=zz", "partner=da-nang", "city=daegu&partner=zz",
     "area=zz", "q=", "q=%21", "q=%00", "q=%FF", f"q={'x' * 300}", "since=2004&since=2005", "country=VN&" * 51,
     "cursor=zz", "sort=zz", "basis=zz", "status=zz", "participant="],
)  # fmt: skip
def test_all_that_can_be_wrong_is_said_in_the_language_of_the_page(register: Served, path: str, wrong: str) -> None:
    for language in ("ko", "vi"):
        response = register.get(f"{path}?{wrong}&lang={language}")
        if path in ("/embed", "/") and response.status_code == 200:
            continue  # what the builder's list of agreements knows, and the looks
        reasons = read(response, 400).all("dd")

        assert reasons
        assert [reason.text for reason in reasons if reason.all("span")] == []


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("since=2004&since=2005", "2번 지정되었습니다. 한 번만 지정해 주세요."),
        ("country=VN&" * 51, "51번 지정되었습니다. 최대 50번까지 지정할 수 있습니다."),
    ],
)
def test_a_reason_with_numbers_is_said_with_them(register: Served, wrong: str, reason: str) -> None:
    page = read(register.get(f"/embed/agreements?{wrong}&lang=ko"), 400)

    assert [found.text for found in page.all("dd")] == [reason]


def test_what_was_probably_meant_is_said(register: Served) -> None:
    page = read(register.get("/embed/agreements?country=Vietnam&lang=vi"), 400)

    assert page.all("dd")[0].text == "Không phải mã quốc gia hai chữ cái theo ISO 3166-1, ví dụ VN. Ý bạn là VN?"


@pytest.mark.parametrize("attack", [SCRIPT, BREAKOUT, SCRIPT_URL, "\u202ereversed", "{{7*7}}", "%s%n", "ha\u0300m"])
@pytest.mark.parametrize("name", ["q", "country", "lang", "theme", "accent", "title", "limit", "utm_source", None])
@pytest.mark.parametrize("path", [*EMBEDS, "/embed", "/"])
def test_a_hostile_parameter_is_harmless(register: Served, path: str, name: str | None, attack: str) -> None:
    response = register.get(path, params={name or attack: attack, "lang": "en"})

    assert response.status_code in (200, 400)
    assert "set-cookie" not in response.headers
    page = read(response, response.status_code)
    for tag in ("img", "script"):
        allowed = {"height.js", "builder.js", ""}
        assert {found.attributes.get("src", "").rpartition("/")[2] for found in page.all(tag)} <= allowed
    assert "\u202e" not in response.text
    assert SCRIPT not in response.text
    assert "49" not in [found.text for found in page.all("h1")]


@pytest.mark.parametrize("query", ["country=%00", "q=%FF", "%0A=1", "a=" + "b" * 5000])
def test_what_never_reaches_a_route_is_a_page_too(register: Served, query: str) -> None:
    response = register.get(f"/embed/agreements?{query}", headers={"Accept-Language": "ko"})

    assert response.status_code in (400, 414)
    assert read(response, response.status_code).all("html")[0].attributes["lang"] == "ko"


@pytest.mark.parametrize("path", ["/embed/nothing", "/embed/agreements/", "/embed/agreements/a/b"])
def test_a_page_that_is_not_there(register: Served, path: str) -> None:
    page = read(register.get(f"{path}?lang=ko"), 404)
    style = page.all("link", rel="stylesheet")[0].attributes["href"]

    assert heading(page) == "페이지가 없습니다"
    assert register.get(path.rpartition("/")[0] + "/" + style).status_code == 200


@pytest.mark.parametrize("path", EMBEDS)
def test_a_hostile_register_is_harmless(hostile: Served, path: str) -> None:
    for language in LANGUAGES:
        response = hostile.get(f"{path}?lang={language}")
        page = read(response)
        addresses = [link.attributes["href"] for tag in ("a", "link") for link in page.all(tag)]

        assert page.all("img") == []
        assert {script.attributes.get("type", "") for script in page.all("script")} == {"", "application/ld+json"}
        assert [
            address for address in addresses if not address.startswith(("http://", "https://", "../", "?", "data:,"))
        ] == []
        assert "\u202e" not in response.text
        assert "\\u202e" not in response.text
        assert (page.all("main")[0].text.count(SCRIPT) > 0, SCRIPT in response.text) == (True, False)


def test_a_hostile_register_is_harmless_to_the_builder_and_to_oembed(hostile: Served) -> None:
    builder = hostile.get("/embed?city=omega&lang=en")
    pasted = [area.text for area in read(builder).all("textarea")]
    embedded = hostile.get("/oembed", params={"url": f"{hostile.settings.base_url}/embed/agreements?city=omega"})

    assert [text.count("<img") for text in [*pasted, embedded.json()["html"]]] == [0, 0, 0, 0]
    assert "<" not in embedded.text


def test_a_hostile_source_is_harmless_on_the_front_page(hostile: Served) -> None:
    page = read(hostile.get("/?lang=en"))

    assert page.all("img") == []
    assert [a for a in page.all("a") if a.attributes["href"].startswith("javascript")] == []


@pytest.mark.slow
def test_two_hundred_rows(crowded: Served) -> None:
    page = read(crowded.get("/embed/agreements?limit=200&lang=ko"))

    assert len(page.all("tbody")[0].all("tr")) == 200
    assert page.all("nav") == []


@pytest.mark.slow
@pytest.mark.parametrize("path", [*EMBEDS, "/embed", "/"])
def test_without_a_database(tmp_path: Path, path: str) -> None:
    settings = loaded(sqlite_settings(tmp_path, REAL_SEED))
    with serving(settings) as served:
        (tmp_path / "register.db").unlink()
        response = served.get(f"{path}?lang=ko")

    assert heading(read(response, 503)) == "일시적으로 이용할 수 없습니다"
    assert (response.headers["retry-after"], response.headers["cache-control"]) == ("5", "no-store")


@pytest.mark.parametrize("accent", ["0b50d0", "ffffff", "000000", "ffff00", "c8102e", "7f7f7f", "00ff00"])
@pytest.mark.parametrize("theme", SURFACES)
def test_an_accent_can_always_be_read(accent: str, theme: str) -> None:
    assert contrast(readable_accent(accent, theme), SURFACES[theme]) >= MIN_CONTRAST


def test_an_accent_that_can_be_read_stays() -> None:
    assert readable_accent("0b50d0", "light") == "0b50d0"
