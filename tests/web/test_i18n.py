"""Dates, numbers, places and observations in each language."""

from typing import Any

import pytest

from app.web.i18n import ForeignText, localizer_for, with_korean_particles

KO, VI, EN = ("ko", "vi", "en")


def date(edtf: str, basis: str = "stated") -> dict[str, Any]:
    return {"edtf": edtf, "uncertain": "?" in edtf, "basis": basis}


@pytest.mark.parametrize(
    ("value", "korean", "vietnamese", "english"),
    [
        (date("2004"), "2004년", "2004", "2004"),
        (date("2018-09"), "2018년 9월", "tháng 9 năm 2018", "September 2018"),
        (date("2004-07-20"), "2004년 7월 20일", "20/07/2004", "July 20, 2004"),
        (date("2004/2006"), "2004년 – 2006년", "2004 – 2006", "2004 – 2006"),
        (
            date("2019?-02-22", "mixed"),
            "2019년 2월 22일(연도 추정)",
            "22/02/2019 (năm suy luận)",
            "February 22, 2019 (year inferred)",
        ),
        (date("2020-10", "inferred"), "2020년 10월(추정)", "tháng 10 năm 2020 (suy luận)", "October 2020 (inferred)"),
    ],
)
def test_dates_keep_their_precision_and_basis(
    value: dict[str, Any], korean: str, vietnamese: str, english: str
) -> None:
    assert [localizer_for(language).date(value) for language in (KO, VI, EN)] == [korean, vietnamese, english]


@pytest.mark.parametrize(
    ("value", "korean", "vietnamese", "english"),
    [
        (233, "233", "233", "233"),
        (9000, "9,000", "9.000", "9,000"),
        (1_740_000, "174만", "1,74 triệu", "1.74 million"),
        (376_000_000, "3.76억", "376 triệu", "376 million"),
        (70_000_000_000, "700억", "70 tỷ", "70 billion"),
        (1_234_567, "1,234,567", "1.234.567", "1,234,567"),  # no compact form is exact
        (0.5, "0.5", "0,5", "0.5"),
    ],
)
def test_numbers_are_never_rounded(value: float, korean: str, vietnamese: str, english: str) -> None:
    assert [localizer_for(language).number(value) for language in (KO, VI, EN)] == [korean, vietnamese, english]


@pytest.mark.parametrize(
    ("relation", "unit", "value", "korean", "vietnamese", "english"),
    [
        ("gt", "USD", 70_000_000_000, "700억 달러 초과", "hơn 70 tỷ USD", "more than 70 billion USD"),
        ("approx", "persons", 1_740_000, "약 174만 명", "khoảng 1,74 triệu người", "around 1.74 million people"),
        ("eq", "percent", 19, "19%", "19%", "19%"),
        ("eq", "rank", 1, "1위", "hạng 1", "rank 1"),
        ("ge", "ratio", 3, "3배 이상", "từ 3 lần trở lên", "at least 3 times"),
        (None, "USD", None, "수치 없음", "không có số liệu", "no figure given"),
    ],
)
def test_values_have_unit_and_relation(
    relation: str | None, unit: str, value: float | None, korean: str, vietnamese: str, english: str
) -> None:
    observation = {"value": value, "relation": relation, "status": "missing", "indicator": {"unit": unit}}

    assert [localizer_for(language).observation_value(observation) for language in (KO, VI, EN)] == [
        korean,
        vietnamese,
        english,
    ]


@pytest.mark.parametrize(
    ("kind", "korean", "vietnamese", "english"),
    [
        ("as_of", "2020년 10월 기준", "tính đến tháng 10 năm 2020", "as of October 2020"),
        ("during", "2020년 10월", "trong tháng 10 năm 2020", "in October 2020"),
        ("current", "자료 작성 시점: 2020년 10월", "tại thời điểm của nguồn: tháng 10 năm 2020",
         "at the time of the source: October 2020"),
    ],
)  # fmt: skip
def test_periods_have_their_kind(kind: str, korean: str, vietnamese: str, english: str) -> None:
    observation = {"period_kind": kind, "period": date("2020-10")}

    assert [localizer_for(language).observation_period(observation) for language in (KO, VI, EN)] == [
        korean,
        vietnamese,
        english,
    ]


@pytest.mark.parametrize(
    ("code", "korean", "vietnamese", "english"),
    [("VN", "베트남", "Việt Nam", "Vietnam"), ("KR", "대한민국", "Hàn Quốc", "South Korea")],
)
def test_country_names_of_cldr(code: str, korean: str, vietnamese: str, english: str) -> None:
    assert [localizer_for(language).country(code) for language in (KO, VI, EN)] == [korean, vietnamese, english]


def test_text_without_translation_is_marked_as_english() -> None:
    place = {"name": "Ísvík", "names": {"en": "Ísvík", "ko": None, "vi": "Ísvík"}}

    assert [localizer_for(language).place(place) for language in (KO, VI, EN)] == [
        ForeignText("Ísvík", "en"),
        "Ísvík",
        "Ísvík",
    ]
    assert localizer_for(KO).term("topic", "glaciers") == ForeignText("glaciers", "en")
    assert ForeignText("<b>", "en").__html__() == '<span lang="en" dir="auto">&lt;b&gt;</span>'


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("베트남과(와)의 협정", "베트남과의 협정"),
        ("대구과(와)의 협정", "대구와의 협정"),
        ("Daegu과(와)의 협정", "Daegu과(와)의 협정"),
    ],
)
def test_korean_particles(written: str, expected: str) -> None:
    assert with_korean_particles(written) == expected
