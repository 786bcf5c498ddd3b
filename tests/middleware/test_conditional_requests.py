"""Content codings and conditional requests."""

import gzip
from datetime import UTC, datetime

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.middleware.conditional_requests import encode, etag, is_not_modified, negotiate_encoding, parse_weights
from app.values.http_dates import format_http_date

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
        ("br;q=nan, gzip", "gzip"),
        ("br;q=0.5, gzip;q=inf", "br"),
        ("x," * 99 + "br", "br"),
        ("x," * 100 + "br", "identity"),
        ("," * 60_000, "identity"),
    ],
)
def test_the_content_coding_that_a_client_prefers(accepted: str, expected: str) -> None:
    assert negotiate_encoding(accepted) == expected


@given(st.text(max_size=40))
def test_any_header_gives_a_content_coding(accepted: str) -> None:
    assert negotiate_encoding(accepted) in {"br", "gzip", "identity"}


@pytest.mark.parametrize(
    ("written", "weight"),
    [
        *(("", 1.0), ("q=1", 1.0), ("Q=0.25", 0.25), ("q=0", 0.0), ("q=0.", 0.0), ("q=1.000", 1.0), (" q=0.5\t", 0.5)),
        *(
            (f"q={none}", 0.0)
            for none in ("", "nan", "inf", "-inf", "1e309", "-1", "2", "1.001", "0.1234", "1_0", ".5")
        ),
        *((f"q={none}", 0.0) for none in ("+1", "0x1", "00.5", "0,5", "٠.٥", "½", "0.5;q=1", "9" * 5000)),
        *(("0.5", 0.0), ("level=1", 0.0), ("q", 0.0), ("q =1", 0.0), ("\xff", 0.0)),
    ],
)
def test_a_weight_is_from_0_to_1(written: str, weight: float) -> None:
    assert parse_weights(f"br;{written}").get("br") == weight


@given(st.binary(max_size=200))
def test_an_encoded_body_decodes_to_the_body(body: bytes) -> None:
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
    ("fields", "expected"),
    [
        ([], False),
        ([("if-none-match", TAG)], True),
        ([("if-none-match", f"W/{TAG}")], True),
        ([("if-none-match", f'"x", W/"y",{TAG}')], True),
        ([("if-none-match", "*")], True),
        ([("if-none-match", " * ")], True),
        ([("if-none-match", '"abcd"')], False),
        ([("if-none-match", "abc")], False),
        ([("if-none-match", "")], False),
        ([("if-none-match", '"x"'), ("if-modified-since", format_http_date(LOADED))], False),
        ([("if-modified-since", format_http_date(LOADED))], True),
        ([("if-modified-since", "Fri, 02 Jan 2026 03:04:06 GMT")], True),
        ([("if-modified-since", "Fri, 02 Jan 2026 03:04:04 GMT")], False),
        ([("if-modified-since", "Fri, 02 Jan 2026 03:04:05")], False),
        ([("if-modified-since", "Friday, 02-Jan-26 03:04:05 GMT")], True),
        ([("if-modified-since", "yesterday")], False),
        ([("if-modified-since", "")], False),
        ([("if-modified-since", "Fri, 99 Jan 2026 03:04:05 GMT")], False),
        ([("if-modified-since", "0")], False),
        ([("if-modified-since", "Fri Jan  2 03:04:05 2026")], True),
        ([("if-modified-since", "\tFri, 02 Jan 2026 03:04:05 GMT  ")], True),
        ([("if-modified-since", "Fri, 02 Jan 2026 03:04:05 +0000")], False),
        ([("if-modified-since", "Fri, 31 Dec 99999999999999999999 23:59:59 GMT")], False),
        ([("if-modified-since", "Fri, 31 Dec 2026 23:59:59 +99999999999999999999")], False),
        ([("if-none-match", TAG), ("if-none-match", '"x"')], True),
        ([("if-none-match", '"x"'), ("accept", "*"), ("if-none-match", TAG)], True),
        ([("if-none-match", "*"), ("if-none-match", '"x"')], False),
        ([("if-modified-since", format_http_date(LOADED)), ("if-modified-since", format_http_date(LOADED))], False),
    ],
)
def test_whether_a_client_has_it_already(fields: list[tuple[str, str]], expected: bool) -> None:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in fields]

    assert is_not_modified(raw, TAG, LOADED) == expected


@given(st.sampled_from([b"if-none-match", b"if-modified-since"]), st.binary(max_size=40))
def test_any_condition_is_met_or_not(name: bytes, value: bytes) -> None:
    assert is_not_modified([(name, value)], TAG, LOADED) in {True, False}
