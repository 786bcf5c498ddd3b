"""Folded text is the same however it is typed; the nearest word is suggested."""

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.values.text import fold, fold_words, nearest

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
LATIN = st.text("abcdeghiklmnopqrstuvxyABCDEĐđàảãáạăằẵâầêếôốơờưừỳÀÉÎÕÜçñ ", max_size=20)
MARKS = st.sampled_from(["\u0300", "\u0301", "\u0302", "\u0303", "\u0309", "\u0323"])


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Đà Nẵng", "danang"),
        ("ĐÀ NẴNG", "danang"),
        ("Da-Nang", "danang"),
        ("da nang", "danang"),
        (unicodedata.normalize("NFD", "Đà Nẵng"), "danang"),
        ("TP. Hồ Chí Minh", "tphochiminh"),
        ("대구광역시", "대구광역시"),
        (unicodedata.normalize("NFD", "대구"), "대구"),
        ("Straße", "strasse"),
        ("ÆØŁ", "aeol"),
        ("İstanbul", "istanbul"),
        ("５０%_x", "50%_x"),
        ("’–…", ""),
    ],
)
def test_text_is_folded(typed: str, expected: str) -> None:
    assert fold(typed) == expected


@given(TEXTS)
def test_folding_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(LATIN)
def test_folding_ignores_case(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower()) == fold(text)


@given(TEXTS, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_folding_ignores_unicode_normalization(text: str, form: str) -> None:
    assume(unicodedata.normalize("NFC", text) == text)

    assert fold(unicodedata.normalize(form, text)) == fold(text)  # type: ignore[arg-type]


@given(LATIN, MARKS)
def test_folding_ignores_accents(text: str, mark: str) -> None:
    assert fold("".join(f"{letter}{mark}" for letter in text)) == fold(text)


@given(TEXTS, st.integers(0, 30))
def test_folding_ignores_spaces(text: str, at: int) -> None:
    assert fold(f"{text[:at]}  {text[at:]}") == fold(text)


@given(LATIN, st.integers(0, 20), st.integers(0, 20))
def test_the_folded_words_of_a_part_are_in_the_folded_name(name: str, start: int, length: int) -> None:
    part = name[start : start + length]

    assert all(word in fold(name) for word in fold_words(part))


@given(st.lists(st.sampled_from(["Da", "Nang", "đà", "?", "ĐÀ"]), max_size=6))
def test_folded_words_are_distinct_and_in_order(words: list[str]) -> None:
    folded = fold_words(" ".join(words))

    assert folded == list(dict.fromkeys(fold(word) for word in words if fold(word)))


@pytest.mark.parametrize(
    ("value", "words", "expected"),
    [
        ("cuontry", ["country", "city", "limit"], "country"),
        ("DA NANG", ["da-nang", "daegu"], "da-nang"),
        ("daegu--danang", ["daegu--da-nang", "daegu--bac-ninh"], "daegu--da-nang"),
        ("xyz", ["country", "city"], None),
        ("", ["country"], None),
        ("country", [], None),
        ("abcxy", ["abcde"], "abcde"),  # three of five letters are enough
        ("abcxyz", ["abcdefg"], None),
        ("da-nang", ["Da Nang", "da-nang", "DANANG"], "da-nang"),  # of one folded form the nearest
        ("Da Nang", ["DANANG", "da-nang", "Da Nang"], "Da Nang"),
    ],
)
def test_the_nearest_word_is_similar_or_none(value: str, words: list[str], expected: str | None) -> None:
    assert nearest(value, words) == expected


@pytest.mark.parametrize(("likeness", "expected"), [(0.6, "abcde"), (0.8, "abcde"), (0.9, None)])
def test_the_nearest_word_is_as_similar_as_asked_for(likeness: float, expected: str | None) -> None:
    assert nearest("abcdx", ["abcde"], likeness) == expected
