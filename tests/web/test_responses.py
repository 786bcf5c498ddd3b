"""The embeds as answers: in which language and looks, with which headers, kept for how long."""

import httpx
import pytest

from tests.support.serving import Served
from tests.web.pages import EMBEDS, LANGUAGES, read

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; base-uri 'none'; form-action {form}; "
    "{frames}frame-ancestors {ancestors}"
)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [(None, "en"), ("ko-KR,ko;q=0.9,en;q=0.8", "ko"), ("fr, vi;q=0.5", "vi"), ("de", "en"), ("*;q=x, ko;q=0", "en")],
)
@pytest.mark.parametrize("path", [*EMBEDS, "/embed", "/"])
def test_without_lang_the_reader_chooses(register: Served, path: str, accepted: str | None, language: str) -> None:
    response = register.get(path, headers={"Accept-Language": accepted} if accepted else {})

    assert (response.headers["content-language"], response.headers["vary"]) == (
        language,
        "Accept-Language, Accept-Encoding",
    )
    assert read(response).all("html")[0].attributes["lang"] == language


@pytest.mark.parametrize("path", [*EMBEDS, "/embed", "/"])
def test_with_lang_the_address_alone_decides(register: Served, path: str) -> None:
    response = register.get(f"{path}?lang=vi", headers={"Accept-Language": "ko"})

    assert (response.headers["content-language"], response.headers["vary"]) == ("vi", "Accept-Encoding")


@pytest.mark.parametrize(
    "parameters",
    ["theme=neon", "accent=red", "accent=%23ff0000", "title=yes", "limit=0", "limit=201", "limit=many", "lang=",
     "utm_source=x&fbclid=1&gclid=2", "theme=light&accent=0b50d0&title=1"],
)  # fmt: skip
def test_looks_fall_back(register: Served, parameters: str) -> None:
    expected = register.get("/embed/agreements?country=VN", headers={"Accept-Language": "ko"})
    found = register.get(f"/embed/agreements?country=VN&{parameters}", headers={"Accept-Language": "ko"})

    assert (found.status_code, found.content) == (200, expected.content)


def test_looks_are_followed(register: Served) -> None:
    page = read(register.get("/embed/agreements?theme=dark&accent=C8102E&title=0&limit=2&lang=en"))

    assert page.all("html")[0].attributes["data-theme"] == "dark"
    assert page.all("link", rel="stylesheet")[0].attributes["href"].endswith("?accent=c8102e")
    assert page.all("header")[0].attributes == {"class": "unseen"}
    assert len(page.all("tbody")[0].all("tr")) == 2


def test_pages_follow_each_other(register: Served) -> None:
    address, seen = "/embed/agreements?limit=3&lang=en&theme=dark", []
    for _ in range(3):
        page = read(register.get(address))
        seen += [row.attributes["id"] for row in page.all("tbody")[0].all("tr")]
        address = "/embed/agreements" + page.all("nav")[0].all("a")[-1].attributes["href"]

    assert sorted(seen) == sorted(register.ids("/agreements"))
    assert page.all("html")[0].attributes["data-theme"] == "dark"


@pytest.mark.parametrize("path", [*EMBEDS, "/embed", "/", "/embed/agreements?country=XX"])
def test_a_page_has_no_code_or_style_of_its_own(register: Served, path: str) -> None:
    response = register.get(f"{path}{'&' if '?' in path else '?'}lang=vi")
    page = read(response, response.status_code)
    elements = page.everything()
    scripts = [script for script in page.all("script") if script.attributes.get("type") != "application/ld+json"]
    assets = [script.attributes["src"] for script in scripts]
    assets += [link.attributes["href"] for link in page.all("link", rel="stylesheet")]
    here = httpx.URL(f"{register.settings.base_url}{path}")

    assert page.all("style") == []
    assert [name for element in elements for name in element.attributes if name == "style" or name[:2] == "on"] == []
    assert [script.text for script in scripts] == [""] * len(scripts)
    assert [asset for asset in assets if not asset.startswith(("embed/static/", "../embed/static/"))] == []
    assert [register.get(str(here.join(asset))).headers["cache-control"] for asset in assets] == [
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
def test_headers(register: Served, path: str, form: str, frames: str, ancestors: str) -> None:
    response = register.get(f"{path}?lang=ko")
    found = {name: response.headers.get(name) for name in HEADERS}

    policy = POLICY.format(form=form, frames=frames, ancestors=ancestors)
    framing = "DENY" if path == "/" else None
    assert found == {**HEADERS, "content-security-policy": policy, "x-frame-options": framing}


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
def test_what_did_not_change_is_not_sent_again(register: Served, path: str) -> None:
    url = {"url": f"{register.settings.base_url}/embed/agreements"} if path == "/oembed" else {}
    first = register.get(path, params={**url, "lang": "ko"})
    again = register.get(path, params={**url, "lang": "ko"}, headers={"If-None-Match": first.headers["etag"]})
    other = register.get(path, params={**url, "lang": "vi"})

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert (other.headers["etag"] == first.headers["etag"]) == (path == "/oembed")
    assert "x-frame-options" not in again.headers or path in ("/", "/oembed")


@pytest.mark.parametrize("path", EMBEDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_small(register: Served, path: str, language: str) -> None:
    response = register.get(f"{path}?lang={language}", headers={"Accept-Encoding": "identity"})

    assert len(response.content) <= 60_000


def test_an_embed_is_answered_from_the_cache_of_the_api(register: Served) -> None:
    with register.statements() as statements:
        register.get("/embed/agreements?lang=ko&country=VN")
        made = len(statements)
        register.get("/embed/agreements?lang=ko&country=VN")

    assert made == len(statements) > 0


@pytest.mark.parametrize("path", [*EMBEDS, "/embed", "/"])
def test_without_lang_each_language_is_kept_for_itself(register: Served, path: str) -> None:
    asked = ("ko", "vi-VN", "ko-KR,en;q=0.5", "vi")
    with register.statements() as statements:
        first = [register.get(path, headers={"Accept-Language": language}) for language in asked[:2]]
        made = len(statements)
        again = [register.get(path, headers={"Accept-Language": language}) for language in asked[2:]]

    assert made == len(statements) > 0
    assert [found.headers["content-language"] for found in again] == ["ko", "vi"]
    assert [(found.content, found.headers["vary"]) for found in again] == [
        (found.content, "Accept-Language, Accept-Encoding") for found in first
    ]


@pytest.mark.parametrize("path", EMBEDS)
def test_a_page_costs_few_statements(crowded: Served, path: str) -> None:
    with crowded.statements() as statements:
        crowded.get(f"{path}?limit=200&lang=vi&title=0")

    assert len(statements) <= 4


def test_a_page_names_its_other_addresses(register: Served) -> None:
    page = read(register.get("/embed/agreements?utm_source=x&theme=dark&country=vn&lang=ko&since=2004"))
    base = register.settings.base_url
    links = [link.attributes for link in page.all("link")]
    here = f"{base}/embed/agreements?country=VN"

    assert [link["href"] for link in links if link["rel"] == "canonical"] == [f"{here}&lang=ko&since=2004"]
    assert {link["hreflang"]: link["href"] for link in links if "hreflang" in link} == {
        **{language: f"{here}&lang={language}&since=2004" for language in LANGUAGES},
        "x-default": f"{here}&since=2004",
    }
    assert [link["href"] for link in links if link.get("type") == "application/json"] == [
        f"{base}/agreements?country=VN&since=2004"
    ]
    assert [register.get(link["href"]).status_code for link in links if "oembed" in link.get("type", "")] == [200, 200]


def test_addresses_never_come_from_the_host_header(register: Served) -> None:
    expected = register.get("/embed/agreements?lang=ko&kind=other").text
    for name in ("Host", "X-Forwarded-Host", "Forwarded"):
        forged = register.get("/embed/agreements?lang=ko&kind=other", headers={name: "evil.example"}).text

        assert forged == expected
    assert "evil.example" not in expected
