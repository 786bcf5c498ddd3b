"""The index of substrings by which records are found."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.query.text_search import MAX_SUFFIX_LENGTH, bind_words
from app.seeding.rendering.search_terms import TermIndex

LONG = "a" * MAX_SUFFIX_LENGTH


def as_dicts(rows: list[Any]) -> list[dict[str, Any]]:
    return [{"table": row.table, **vars(row)} for row in rows]


def test_a_text_is_indexed_once_with_all_its_suffixes() -> None:
    terms = TermIndex()
    first, second = (
        terms.mentions("city", 7, "danang", ["Đà Nẵng", None, "…", "Da Nang"]),
        terms.mentions("city", 8, "other", ["DANANG"]),
    )

    assert [row for row in as_dicts(first) if row["table"] != "suffix"] == [
        {"table": "term", "number": 1, "text": "danang"},
        {"table": "mention", "noun": "city", "subject": 7, "sort_key": "danang", "term": 1},
    ]
    assert {row.text for row in first if row.table == "suffix"} == {"danang", "anang", "nang", "ang", "ng", "g"}  # type: ignore[attr-defined]
    assert as_dicts(second) == [{"table": "mention", "noun": "city", "subject": 8, "sort_key": "other", "term": 1}]


def test_the_suffixes_of_a_long_text_are_cut() -> None:
    rows = TermIndex().mentions("city", 1, "", [f"{LONG}bc"])

    assert {len(row.text) for row in rows if row.table == "suffix"} == set(range(1, MAX_SUFFIX_LENGTH + 1))  # type: ignore[attr-defined]


@given(st.text("ab 대%_", max_size=40), st.integers(0, 40), st.integers(1, 40))
def test_every_substring_of_a_text_is_a_prefix_of_a_suffix(text: str, start: int, length: int) -> None:
    _, rows = TermIndex().add([text])
    suffixes = {row.text for row in rows if row.table == "suffix"}  # type: ignore[attr-defined]
    bound = bind_words(text[start : start + length])

    for first, last in zip(bound[::3], bound[1::3], strict=True):
        assert any(first <= suffix < last for suffix in suffixes)


def test_words_are_bound_as_ranges_of_suffixes_the_longest_first_with_a_pattern_if_they_exceed_a_suffix() -> None:
    assert bind_words(f"Nẵng 50%{LONG}") == [
        *(f"50%{LONG}"[:MAX_SUFFIX_LENGTH], f"{f'50%{LONG}'[:MAX_SUFFIX_LENGTH]}\U0010ffff", f"%50/%{LONG}%"),
        *("nang", "nang\U0010ffff", None),
    ]
