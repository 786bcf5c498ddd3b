"""Responses of the pages: language and display options, headers, caching, URLs, and the number of SQL statements."""

import httpx
import pytest

from app.settings import Settings
from tests.support.serving import Served, serving
from tests.web.html_pages import EMBEDS, LANGUAGES, PAGES, parse_page

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; base-uri 'none'; form-action {form}; "
    "{frames}frame-ancestors {ancestors}"
)


@pytest.mark.parametrize(
    ("accept_language", "language"),
    [(None, "en"), ("ko-KR,ko;q=0.9,en;q=0.8", "ko"), ("fr, vi;q=0.5", "vi"), ("de", "en"), ("*;q=x, ko;q=0", "en")],
)
@pytest.mark.parametrize("path", PAGES)
def test_without_lang_accept_language_decides(
    real_sqlite: Served, path: str, accept_language: str | None, language: str
) -> None:
    response = real_sqlite.get(path, headers={"Accept-Language": accept_language} if accept_language else {})

    assert (response.headers["content-language"], response.headers["vary"]) == (
        language,
        "Accept-Language, Accept-Encoding",
    )
    assert parse_page(response).find_all("html")[0].attributes["lang"] == language


@pytest.mark.parametrize("path", PAGES)
def test_lang_overrides_accept_language(real_sqlite: Served, path: str) -> None:
    response = real_sqlite.get(f"{path}?lang=vi", headers={"Accept-Language": "ko"})

    assert (response.headers["content-language"], response.headers["vary"]) == ("vi", "Accept-Encoding")


@pytest.mark.parametrize(
    "parameters",
    ["theme=neon", "accent=red", "accent=%23ff0000", "title=yes", "limit=0", "limit=201", "limit=many", "lang=",
     "utm_source=x&fbclid=1&gclid=2", "theme=light&accent=0b50d0&title=1"],
)  # fmt: skip
def test_invalid_display_options_fall_back_to_defaults(real_sqlite: Served, parameters: str) -> None:
    expected = real_sqlite.get("/embed/agreements?country=VN", headers={"Accept-Language": "ko"})
    response = real_sqlite.get(f"/embed/agreements?country=VN&{parameters}", headers={"Accept-Language": "ko"})

    assert (response.status_code, response.content) == (200, expected.content)


def test_presentation_is_applied(real_sqlite: Served) -> None:
    page = parse_page(real_sqlite.get("/embed/agreements?theme=dark&accent=C8102E&title=0&limit=2&lang=en"))

    assert page.find_all("html")[0].attributes["data-theme"] == "dark"
    assert page.find_all("link", rel="stylesheet")[0].attributes["href"].endswith("?accent=c8102e")
    assert page.find_all("header")[0].attributes == {"class": "unseen"}
    assert len(page.find_all("tbody")[0].find_all("tr")) == 2


def test_pagination(real_sqlite: Served) -> None:
    url, ids = "/embed/agreements?limit=3&lang=en&theme=dark", []
    for _ in range(3):
        page = parse_page(real_sqlite.get(url))
        ids += [row.attributes["id"] for row in page.find_all("tbody")[0].find_all("tr")]
        url = "/embed/agreements" + page.find_all("nav")[0].find_all("a")[-1].attributes["href"]

    assert sorted(ids) == sorted(real_sqlite.ids("/agreements"))
    assert page.find_all("html")[0].attributes["data-theme"] == "dark"


@pytest.mark.parametrize("path", [*EMBEDS, "/embed", "/", "/embed/agreements?country=XX"])
def test_a_page_has_no_inline_script_or_style(real_sqlite: Served, path: str) -> None:
    response = real_sqlite.get(f"{path}{'&' if '?' in path else '?'}lang=vi")
    page = parse_page(response, response.status_code)
    elements = page.descendants()
    scripts = [script for script in page.find_all("script") if script.attributes.get("type") != "application/ld+json"]
    assets = [script.attributes["src"] for script in scripts]
    assets += [link.attributes["href"] for link in page.find_all("link", rel="stylesheet")]
    page_url = httpx.URL(f"{real_sqlite.settings.base_url}{path}")

    assert page.find_all("style") == []
    assert [name for element in elements for name in element.attributes if name == "style" or name[:2] == "on"] == []
    assert [script.text for script in scripts] == [""] * len(scripts)
    assert [asset for asset in assets if not asset.startswith(("embed/static/", "../embed/static/"))] == []
    assert [real_sqlite.get(str(page_url.join(asset))).headers["cache-control"] for asset in assets] == [
        "public, max-age=31536000, immutable"
    ] * len(assets)


@pytest.mark.parametrize(
    ("path", "form", "frames", "ancestors"),
    [
        *((path, "'none'", "", "*") for path in EMBEDS),
        ("/embed", "'self'", "frame-src 'self'; connect-src 'self'; ", "*"),
        ("/", "'none'", "", "'none'"),
    ],
)
def test_headers(real_sqlite: Served, path: str, form: str, frames: str, ancestors: str) -> None:
    response = real_sqlite.get(f"{path}?lang=ko")
    headers = {name: response.headers.get(name) for name in HEADERS}

    policy = POLICY.format(form=form, frames=frames, ancestors=ancestors)
    frame_options = "DENY" if path == "/" else None
    assert headers == {**HEADERS, "content-security-policy": policy, "x-frame-options": frame_options}


HEADERS = {
    "content-security-policy": "",
    "cross-origin-resource-policy": "cross-origin",
    "cross-origin-embedder-policy": "require-corp",
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "content-language": "ko",
    "cache-control": "public, max-age=300, stale-while-revalidate=86400, stale-if-error=604800",
    "x-frame-options": None,
    "set-cookie": None,
}


@pytest.mark.parametrize("path", [*EMBEDS, "/embed", "/", "/oembed"])
def test_not_modified(real_sqlite: Served, path: str) -> None:
    url = {"url": f"{real_sqlite.settings.base_url}/embed/agreements"} if path == "/oembed" else {}
    first = real_sqlite.get(path, params={**url, "lang": "ko"})
    again = real_sqlite.get(path, params={**url, "lang": "ko"}, headers={"If-None-Match": first.headers["etag"]})
    other = real_sqlite.get(path, params={**url, "lang": "vi"})

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert (other.headers["etag"] == first.headers["etag"]) == (path == "/oembed")
    assert "x-frame-options" not in again.headers or path in ("/", "/oembed")


@pytest.mark.parametrize("path", EMBEDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_page_size(real_sqlite: Served, path: str, language: str) -> None:
    response = real_sqlite.get(f"{path}?lang={language}", headers={"Accept-Encoding": "identity"})

    assert len(response.content) <= 60_000


def test_embeds_use_the_response_cache(real_sqlite: Served) -> None:
    with real_sqlite.statements() as statements:
        real_sqlite.get("/embed/agreements?lang=ko&country=VN")
        executed = len(statements)
        real_sqlite.get("/embed/agreements?lang=ko&country=VN")

    assert executed == len(statements) > 0


@pytest.mark.parametrize("path", PAGES)
def test_the_response_cache_has_one_entry_for_each_negotiated_language(real_sqlite: Served, path: str) -> None:
    accepted = ("ko", "vi-VN", "ko-KR,en;q=0.5", "vi")
    with real_sqlite.statements() as statements:
        first = [real_sqlite.get(path, headers={"Accept-Language": language}) for language in accepted[:2]]
        executed = len(statements)
        again = [real_sqlite.get(path, headers={"Accept-Language": language}) for language in accepted[2:]]

    assert executed == len(statements) > 0
    assert [response.headers["content-language"] for response in again] == ["ko", "vi"]
    assert [(response.content, response.headers["vary"]) for response in again] == [
        (response.content, "Accept-Language, Accept-Encoding") for response in first
    ]


@pytest.mark.parametrize("path", EMBEDS)
def test_number_of_sql_statements(long_names: Served, path: str) -> None:
    with long_names.statements() as statements:
        long_names.get(f"{path}?limit=200&lang=vi&title=0")

    assert len(statements) <= 4


def test_link_elements(real_sqlite: Served) -> None:
    page = parse_page(real_sqlite.get("/embed/agreements?utm_source=x&theme=dark&country=vn&lang=ko&since=2004"))
    base = real_sqlite.settings.base_url
    links = [link.attributes for link in page.find_all("link")]
    url = f"{base}/embed/agreements?country=VN"

    assert [link["href"] for link in links if link["rel"] == "canonical"] == [f"{url}&lang=ko&since=2004"]
    assert {link["hreflang"]: link["href"] for link in links if "hreflang" in link} == {
        **{language: f"{url}&lang={language}&since=2004" for language in LANGUAGES},
        "x-default": f"{url}&since=2004",
    }
    assert [link["href"] for link in links if link.get("type") == "application/json"] == [
        f"{base}/agreements?country=VN&since=2004"
    ]
    assert [real_sqlite.get(link["href"]).status_code for link in links if "oembed" in link.get("type", "")] == [
        200,
        200,
    ]


def test_urls_never_come_from_the_host_header(real_sqlite: Served) -> None:
    expected = real_sqlite.get("/embed/agreements?lang=ko&kind=other").text
    for name in ("Host", "X-Forwarded-Host", "Forwarded"):
        forged = real_sqlite.get("/embed/agreements?lang=ko&kind=other", headers={name: "evil.example"}).text

        assert forged == expected
    assert "evil.example" not in expected


def test_frame_ancestors_setting(real_sqlite: Served) -> None:
    origins = "https://www.daegu.go.kr https://danang.gov.vn"
    with serving(real_sqlite.settings.model_copy(update={"frame_ancestors": origins})) as served:
        policies = [served.get(path).headers["content-security-policy"] for path in (*EMBEDS, "/embed")]

    assert [policy.partition("frame-ancestors ")[2] for policy in policies] == [origins] * 4


@pytest.mark.parametrize("value", ["*; script-src *", "https://a.example, https://b.example\n", ""])
def test_frame_ancestors_cannot_change_other_directives(value: str) -> None:
    with pytest.raises(ValueError, match="frame_ancestors"):
        Settings(frame_ancestors=value)
