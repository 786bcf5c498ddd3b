"""A cursor decodes for the list that it was encoded for; every other text is refused."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.query.cursors import CursorError, decode, encode

# Neither database stores NUL or surrogates in a text.
STORABLE = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
KEYS = st.text(STORABLE) | st.floats(allow_nan=False, allow_infinity=False)
IDS = st.text(STORABLE, min_size=1)
BINDINGS = st.text(st.characters(exclude_categories=["Cs"]))
BASE64_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(BINDINGS, KEYS, IDS)
def test_a_cursor_decodes_to_the_key_and_id_that_were_encoded(binding: str, key: str | float, last_id: str) -> None:
    assert decode(binding, encode(binding, key, last_id), type(key)) == (key, last_id)


@pytest.mark.parametrize(
    ("key", "last_id", "cursor"),
    [
        ("2004-01-01", "daegu--da-nang", "10hmlKAJ5fsgWyIyMDA0LTAxLTAxIiwiZGFlZ3UtLWRhLW5hbmciXQ"),
        ("đà", "대구", "leb39AAITptAWyLEkcOgIiwi64yA6rWsIl0"),
        (7.5, "a", "p_8F0ldKyvXEWzcuNSwiYSJd"),
    ],
)
def test_a_cursor_has_the_same_form_in_every_version(key: str | float, last_id: str, cursor: str) -> None:
    assert encode("list?country=VN", key, last_id) == cursor
    assert decode("list?country=VN", cursor, type(key)) == (key, last_id)


@given(BINDINGS, BINDINGS, KEYS, IDS)
def test_a_cursor_of_another_list_is_refused(binding: str, other: str, key: str | float, last_id: str) -> None:
    if binding != other:
        with pytest.raises(CursorError):
            decode(other, encode(binding, key, last_id), type(key))


@given(KEYS, IDS, st.data())
def test_a_cursor_with_another_letter_is_refused(key: str | float, last_id: str, data: st.DataObject) -> None:
    cursor = encode("list", key, last_id)
    at = data.draw(st.integers(0, len(cursor) - 1))
    letter = data.draw(st.sampled_from(BASE64_ALPHABET.replace(cursor[at], "")))

    with pytest.raises(CursorError):
        decode("list", f"{cursor[:at]}{letter}{cursor[at + 1 :]}", type(key))


@given(KEYS, IDS, st.data())
def test_a_truncated_cursor_is_refused(key: str | float, last_id: str, data: st.DataObject) -> None:
    cursor = encode("list", key, last_id)

    with pytest.raises(CursorError):
        decode("list", cursor[: data.draw(st.integers(0, len(cursor) - 1))], type(key))


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(CursorError):
        decode("list", text, str)


@pytest.mark.parametrize("encoding", ["{}=", "{}==", " {}", "{}\n", "{}A", "{}.", "{}\x00"])
def test_another_encoding_of_a_cursor_is_refused(encoding: str) -> None:
    with pytest.raises(CursorError):
        decode("list", encoding.format(encode("list", "2004-01-01", "daegu--da-nang")), str)


@pytest.mark.parametrize(
    ("key", "last_id", "kind"),
    [("7", "a", float), (7.5, "a", str), (float("inf"), "a", float), ("\0", "a", str), ("a", "\0", str)],
)
def test_a_valid_checksum_around_values_that_cannot_be_compared_is_refused(
    key: str | float, last_id: str, kind: type[str] | type[float]
) -> None:
    with pytest.raises(CursorError):
        decode("list", encode("list", key, last_id), kind)
