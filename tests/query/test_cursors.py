"""A cursor is what was made, for the list it was made for, or it is refused."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.query.cursors import CursorError, decode, encode

# As they are made of what a database holds: no NUL, no surrogates.
LETTERS_AND_MORE = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
KEYS = st.text(LETTERS_AND_MORE) | st.floats(allow_nan=False, allow_infinity=False)
IDS = st.text(LETTERS_AND_MORE, min_size=1)
BINDINGS = st.text(st.characters(exclude_categories=["Cs"]))
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(BINDINGS, KEYS, IDS)
def test_a_cursor_gives_back_what_was_put_in(binding: str, key: str | float, last_id: str) -> None:
    assert decode(binding, encode(binding, key, last_id), type(key)) == (key, last_id)


@given(BINDINGS, BINDINGS, KEYS, IDS)
def test_a_cursor_of_another_list_is_refused(binding: str, other: str, key: str | float, last_id: str) -> None:
    if binding != other:
        with pytest.raises(CursorError):
            decode(other, encode(binding, key, last_id), type(key))


@given(KEYS, IDS, st.data())
def test_a_cursor_with_another_letter_is_refused(key: str | float, last_id: str, data: st.DataObject) -> None:
    cursor = encode("list", key, last_id)
    at = data.draw(st.integers(0, len(cursor) - 1))
    letter = data.draw(st.sampled_from(LETTERS.replace(cursor[at], "")))

    with pytest.raises(CursorError):
        decode("list", f"{cursor[:at]}{letter}{cursor[at + 1 :]}", type(key))


@given(KEYS, IDS, st.data())
def test_a_cursor_that_is_cut_is_refused(key: str | float, last_id: str, data: st.DataObject) -> None:
    cursor = encode("list", key, last_id)

    with pytest.raises(CursorError):
        decode("list", cursor[: data.draw(st.integers(0, len(cursor) - 1))], type(key))


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(CursorError):
        decode("list", text, str)


@pytest.mark.parametrize("spelling", ["{}=", "{}==", " {}", "{}\n", "{}A", "{}.", "{}\x00"])
def test_a_cursor_has_one_spelling(spelling: str) -> None:
    with pytest.raises(CursorError):
        decode("list", spelling.format(encode("list", "2004-01-01", "daegu--da-nang")), str)


@pytest.mark.parametrize(
    ("key", "last_id", "kind"),
    [("7", "a", float), (7.5, "a", str), (float("inf"), "a", float), ("\0", "a", str), ("a", "\0", str)],
)
def test_a_forged_cursor_that_no_database_could_compare_is_refused(
    key: str | float, last_id: str, kind: type[str] | type[float]
) -> None:
    with pytest.raises(CursorError):
        decode("list", encode("list", key, last_id), kind)
