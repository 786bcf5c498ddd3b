"""Content codings and conditional requests."""

import gzip
from datetime import UTC, datetime

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.caching import coding, encode, etag, http_date, not_modified

TAG = '"abc"'
LOADED = datetime(2026, 1, 2, 3, 4, 5, 600000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", "identity"),
        ("identity", "identity"),
        ("gzip", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br", "br"),
        ("GZIP", "gzip"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("br;q=0.5, gzip;q=0.5", "br"),
        ("br;q=0", "identity"),
        ("br;q=0, gzip", "gzip"),
        ("*", "br"),
        ("*;q=0.1", "br"),
        ("*, br;q=0", "gzip"),
        ("*;q=0", "identity"),
        ("identity;q=1, br;q=0.5", "identity"),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("deflate, zstd", "identity"),
        ("gzip;q=nonsense", "identity"),
        ("gzip;q=nan", "identity"),
        ("gzip; q = 0.7", "identity"),
        ("gzip;Q=0.7", "gzip"),
        (",,gzip,", "gzip"),
        (";q=1", "identity"),
    ],
)
def test_the_coding_that_a_client_prefers(accepted: str, expected: str) -> None:
    assert coding(accepted) == expected


@given(st.text(max_size=40))
def test_any_header_gives_a_coding(accepted: str) -> None:
    assert coding(accepted) in {"br", "gzip", "identity"}


@given(st.binary(max_size=200))
def test_a_coded_body_is_the_body(body: bytes) -> None:
    assert body == encode(body, "identity") == gzip.decompress(encode(body, "gzip"))
    assert body == brotli.decompress(encode(body, "br"))
    assert encode(body, "gzip") == encode(body, "gzip")


def test_a_tag_is_of_one_representation() -> None:
    tags = [
        etag(*of)
        for of in [("v1", "/a", "identity"), ("v1", "/a", "br"), ("v1", "/b", "identity"), ("v2", "/a", "identity")]
    ]

    assert len(set(tags)) == 4
    assert all(tag.startswith('"') and tag.endswith('"') for tag in tags)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, False),
        ({"if-none-match": TAG}, True),
        ({"if-none-match": f"W/{TAG}"}, True),
        ({"if-none-match": f'"x", W/"y",{TAG}'}, True),
        ({"if-none-match": "*"}, True),
        ({"if-none-match": " * "}, True),
        ({"if-none-match": '"abcd"'}, False),
        ({"if-none-match": "abc"}, False),
        ({"if-none-match": ""}, False),
        ({"if-none-match": '"x"', "if-modified-since": http_date(LOADED)}, False),
        ({"if-modified-since": http_date(LOADED)}, True),
        ({"if-modified-since": "Fri, 02 Jan 2026 03:04:06 GMT"}, True),
        ({"if-modified-since": "Fri, 02 Jan 2026 03:04:04 GMT"}, False),
        ({"if-modified-since": "Fri, 02 Jan 2026 03:04:05"}, False),
        ({"if-modified-since": "Friday, 02-Jan-26 03:04:05 GMT"}, True),
        ({"if-modified-since": "yesterday"}, False),
        ({"if-modified-since": ""}, False),
        ({"if-modified-since": "Fri, 99 Jan 2026 03:04:05 GMT"}, False),
        ({"if-modified-since": "0"}, False),
    ],
)
def test_whether_a_client_has_it_already(headers: dict[str, str], expected: bool) -> None:
    assert not_modified(headers, TAG, LOADED) == expected


@given(st.text(max_size=40))
def test_no_date_is_more_than_ignored(since: str) -> None:
    assert not_modified({"if-modified-since": since}, TAG, LOADED) in {True, False}
