"""HTTP at every address: methods, headers, content codings, conditions (contract sections 2, 4 and 7)."""

import gzip
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from itertools import combinations

import brotli
import httpx
import pytest

from app import VERSION
from tests.support.examples import EXAMPLES, ITEMS, LISTS
from tests.support.problems import problem_of
from tests.support.serving import Served

RECORDS = [*LISTS, *(f"{path}/{key}" for path, key in ITEMS.items())]
HEALTH = ["/healthz", "/readyz"]
ALL = [*RECORDS, *HEALTH]
REFUSED = {"/cities/nobody": 404, "/nowhere": 404, "/cities?x=1": 400, f"/cities?q={'x' * 5000}": 414}

COMMON_HEADERS = {
    "api-version": VERSION,
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "ETag, Link, API-Version, X-Request-ID, Retry-After, Content-Disposition",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
}
CACHE_CONTROL = "public, max-age=300, stale-while-revalidate=86400, stale-if-error=604800"


def headers_of(response: httpx.Response, *names: str) -> dict[str, str | None]:
    return {name: response.headers.get(name) for name in names}


def send_raw(served: Served, path: str, coding: str, method: str = "GET") -> tuple[httpx.Headers, bytes]:
    """Return the headers and the body of a response, its content coding not decoded."""
    with served.client.stream(method, path, headers={"Accept-Encoding": coding}) as response:
        return response.headers, b"".join(response.iter_raw())


def etag(served: Served, path: str, coding: str = "identity") -> str:
    return served.get(path, headers={"Accept-Encoding": coding}).headers["etag"]


@pytest.mark.parametrize("path", [*ALL, *REFUSED])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
def test_every_response_has_the_common_headers(small: Served, path: str, method: str) -> None:
    response = small.client.request(method, path)

    assert headers_of(response, *COMMON_HEADERS) == COMMON_HEADERS
    assert "server" not in response.headers
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize("path", RECORDS)
def test_caches_may_keep_data(small: Served, path: str) -> None:
    response = small.get(path)

    expected = {"cache-control": CACHE_CONTROL, "vary": "Accept-Encoding", "content-type": "application/json"}
    assert (response.status_code, headers_of(response, *expected)) == (200, expected)


@pytest.mark.parametrize("path", HEALTH)
def test_caches_may_not_keep_health(small: Served, path: str) -> None:
    response = small.get(path)

    assert (response.status_code, response.headers["cache-control"], response.json()["status"]) == (
        200,
        "no-store",
        "ok",
    )
    assert "etag" not in response.headers


def test_readiness_has_the_data_version(small: Served) -> None:
    assert small.get("/readyz").json() == {"status": "ok", "data_version": small.register.release().version}


@pytest.mark.parametrize("path", [*ALL, *REFUSED])
@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
def test_head_has_the_headers_of_get_and_no_body(small: Served, path: str, coding: str) -> None:
    get, _ = send_raw(small, path, coding)
    head, body = send_raw(small, path, coding, "HEAD")

    assert body == b""
    assert {**head, "date": ""} == {**get, "date": ""}


@pytest.mark.parametrize("path", [*ALL, "/nowhere"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_other_methods_are_refused(small: Served, path: str, method: str) -> None:
    response = small.client.request(method, path)

    assert problem_of(response, 405)["detail"] == "Citypact only answers GET, HEAD, OPTIONS."
    assert response.headers["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("path", ALL)
def test_a_cors_preflight_is_allowed(small: Served, path: str) -> None:
    headers = {
        "Origin": "https://page.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "if-none-match",
    }
    response = small.client.options(path, headers=headers)

    expected = {
        "allow": "GET, HEAD, OPTIONS",
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "GET, HEAD, OPTIONS",
        "access-control-allow-headers": "*",
        "access-control-max-age": "86400",
        "access-control-allow-credentials": None,
    }
    assert (response.status_code, response.content, headers_of(response, *expected)) == (204, b"", expected)


@pytest.mark.parametrize("path", RECORDS)
def test_every_coding_decodes_to_the_same_body(small: Served, path: str) -> None:
    (plain, body), (gzipped, gzip_body), (br, br_body) = (send_raw(small, path, c) for c in ("identity", "gzip", "br"))

    assert gzip.decompress(gzip_body) == brotli.decompress(br_body) == body
    assert [h.get("content-encoding") for h in (plain, gzipped, br)] == [None, "gzip", "br"]
    assert [h["content-length"] for h in (plain, gzipped, br)] == [str(len(b)) for b in (body, gzip_body, br_body)]


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", None),
        ("deflate", None),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip, br", "br"),
        ("br;q=0.1, gzip;q=0.9", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0", None),
        ("*", "br"),
        ("*;q=0", None),
        ("gzip;q=0.2, identity;q=0.9", None),
        ("gzip;q=abc", None),
        (";;,=,", None),
    ],
)
def test_the_client_chooses_the_coding(small: Served, accepted: str, coding: str | None) -> None:
    headers, _ = send_raw(small, "/cities", accepted)

    assert headers.get("content-encoding") == coding


def test_entity_tags_are_strong_and_unique(small: Served) -> None:
    addresses = [*RECORDS, *(f"{path}?{query}" for path in LISTS for each in EXAMPLES[path].values() for query in each)]
    tags = [etag(small, address, coding) for address in addresses for coding in ("identity", "gzip", "br")]

    assert len(set(tags)) == len(tags)
    assert all(tag.startswith('"') and tag.endswith('"') for tag in tags)


EQUIVALENT = [
    ["/agreements", "/agreements?limit=50", "/agreements?sort=-signed", "/agreements?&", "/agreements?limit=050"],
    ["/agreements?country=PT&city=isvik", "/agreements?city=isvik&country=pt", "/agreements?%63ity=isvik&country=Pt"],
    ["/cities?country=IS&country=PT", "/cities?country=PT&country=IS", "/cities?country=is&country=PT&country=IS"],
    ["/cities?partner=NZ", "/cities?partner=nz", "/cities?partner=NZ&partner=nz"],
    ["/observations", "/observations?latest=false"],
    ["/cities?q=Ísvík", "/cities?q=I%CC%81svi%CC%81k"],
    ["/cities/isvik", "/cities/%69svik", "/cities/isvik?"],
]


@pytest.mark.parametrize("addresses", EQUIVALENT, ids=lambda addresses: addresses[0])
def test_equivalent_addresses_share_an_entity_tag(small: Served, addresses: list[str]) -> None:
    responses = [small.get(address) for address in addresses]

    assert len({response.headers["etag"] for response in responses}) == 1
    assert len({response.content for response in responses}) == 1


def test_different_addresses_have_different_entity_tags(small: Served) -> None:
    for one, other in combinations(EQUIVALENT, 2):
        assert etag(small, one[0]) != etag(small, other[0])


@pytest.mark.parametrize(
    ("match", "status"),
    [
        ("{tag}", 304),
        ("W/{tag}", 304),
        ('"a", {tag}, "b"', 304),
        ('"a",W/{tag}', 304),
        ("*", 304),
        ('"a"', 200),
        ('W/"a"', 200),
        ("", 200),
        ("nonsense", 200),
        ('"a", *', 200),
    ],
)
@pytest.mark.parametrize("path", ["/evidence?limit=1", "/cities/isvik"])
def test_a_matching_entity_tag_is_a_304(small: Served, path: str, match: str, status: int) -> None:
    unconditional = small.get(path)
    condition = match.format(tag=unconditional.headers["etag"])
    response = small.get(path, headers={"If-None-Match": condition})

    kept_headers = ("etag", "last-modified", "cache-control", "vary")
    assert response.status_code == status
    assert response.content == (b"" if status == 304 else unconditional.content)
    assert headers_of(response, *kept_headers) == headers_of(unconditional, *kept_headers)
    assert headers_of(response, *COMMON_HEADERS) == COMMON_HEADERS


@pytest.mark.parametrize("path", RECORDS)
def test_every_record_has_an_entity_tag_that_matches(small: Served, path: str) -> None:
    assert small.get(path, headers={"If-None-Match": small.get(path).headers["etag"]}).status_code == 304


def test_the_entity_tag_of_another_coding_does_not_match(small: Served) -> None:
    headers = {"If-None-Match": etag(small, "/cities", "br"), "Accept-Encoding": "gzip"}

    assert small.get("/cities", headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["/evidence?limit=1", "/cities/isvik"])
@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (0, 304), (3600, 304)])
def test_a_date_is_a_condition(small: Served, path: str, seconds: int, status: int) -> None:
    modified = parsedate_to_datetime(small.get(path).headers["last-modified"])
    since = format_datetime(modified + timedelta(seconds=seconds), usegmt=True)

    assert small.get(path, headers={"If-Modified-Since": since}).status_code == status
    assert small.get(path, headers={"If-Modified-Since": since, "If-None-Match": '"a"'}).status_code == 200


@pytest.mark.parametrize("since", ["", "yesterday", "2011-03-05", "Sat, 99 Nov 2099 99:99:99 GMT", "0"])
def test_an_invalid_date_is_no_condition(small: Served, since: str) -> None:
    assert small.get("/cities", headers={"If-Modified-Since": since}).status_code == 200


@pytest.mark.parametrize("path", LISTS)
def test_a_304_of_a_list_executes_no_statement(small: Served, path: str) -> None:
    for queries in EXAMPLES[path].values():
        address = f"{path}?{next(iter(queries))}"
        tag = etag(small, address, "br")
        with small.statements() as statements:
            response = small.get(address, headers={"If-None-Match": tag, "Accept-Encoding": "br"})

        assert (response.status_code, statements) == (304, [])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/cities/nobody", 404),
        ("/nowhere", 404),
        ("/agreements?city=nobody", 400),
        ("/agreements?x=1", 400),
        ("/agreements?cursor=abc", 400),
    ],
)
def test_a_condition_does_not_hide_an_error(small: Served, path: str, status: int) -> None:
    for condition in ({"If-None-Match": "*"}, {"If-Modified-Since": "Sat, 01 Jan 2050 00:00:00 GMT"}):
        problem_of(small.get(path, headers=condition), status)


FORGED = {
    "Host": "evil.example",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "evil",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-For": "evil.example",
    "Forwarded": "host=evil.example;proto=evil",
    "X-Original-URL": "/evil",
    "X-Rewrite-URL": "/evil",
}


@pytest.mark.parametrize("path", [*ALL, *REFUSED, "/cities?limit=1", "/evidence?limit=1", "/cities/"])
def test_a_forged_host_is_ignored(small: Served, path: str) -> None:
    honest, forged = small.get(path), small.get(path, headers=FORGED)

    assert forged.content == honest.content
    assert {**forged.headers, "date": ""} == {**honest.headers, "date": ""}
    assert "evil" not in f"{forged.headers}{forged.text}"


@pytest.mark.parametrize("path", RECORDS)
def test_other_headers_do_not_change_the_body(small: Served, path: str) -> None:
    headers = {
        "Accept": "text/html",
        "Accept-Language": "ko",
        "Cookie": "a=b",
        "Authorization": "Bearer x",
        "Range": "bytes=0-1",
    }

    assert small.get(path, headers=headers).content == small.get(path).content
