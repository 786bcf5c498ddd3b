"""Answers that leave whole; the rest is tested with connections."""

import pytest

from app.middleware.response_writer import encode_headers


def test_fields_are_encoded_as_they_are_sent() -> None:
    assert encode_headers([(b"etag", b'"1"'), (b"vary", b"")]) == b'etag: "1"\r\nvary: \r\n'


@pytest.mark.parametrize("value", [b"a\r\nset-cookie: b", b"a\nb", b"a\rb", b"\0"])
def test_a_field_cannot_become_two(value: bytes) -> None:
    with pytest.raises(ValueError, match="link"):
        encode_headers([(b"link", value)])
