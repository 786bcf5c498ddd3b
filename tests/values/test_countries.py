"""Countries: the codes of ISO 3166-1 and 3166-2, and the code that is suggested for what people type."""

import pycountry
import pytest

from app.values.countries import LANGUAGES, country_name, is_country, is_subdivision, suggest_country

CODES = sorted(country.alpha_2 for country in pycountry.countries)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_has_a_name(language: str) -> None:
    assert [code for code in CODES if not country_name(code, language).strip()] == []


def test_every_code_is_a_country() -> None:
    assert len(CODES) == 249
    assert [code for code in CODES if not is_country(code) or is_country(code.lower())] == []


@pytest.mark.parametrize("code", ["XX", "ZZ", "EU", "UK", "VNM", "V", "", "vn", "한국"])
def test_other_text_is_no_country(code: str) -> None:
    assert not is_country(code)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("KR", ["South Korea", "대한민국", "Hàn Quốc"]),
        ("VN", ["Vietnam", "베트남", "Việt Nam"]),
        ("CN", ["China", "중국", "Trung Quốc"]),
    ],
)
def test_a_country_has_its_name_in_each_language(code: str, names: list[str]) -> None:
    assert [country_name(code, language) for language in LANGUAGES] == names


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Vietnam", "VN"),
        ("Viet Nam", "VN"),
        ("VIỆT NAM", "VN"),
        ("vnm", "VN"),
        ("Vietnma", "VN"),
        ("베트남", "VN"),
        ("Korea", "KR"),
        ("Republic of Korea", "KR"),
        ("South Korea", "KR"),
        ("한국", "KR"),
        ("North Korea", "KP"),
        ("USA", "US"),
        ("UK", "GB"),
        ("Germnay", "DE"),
        ("Chna", "CN"),  # four letters of five
        ("Chinq", "CN"),
        ("Ira", None),  # too short to be anything but a code
        ("Irak", None),  # three of four letters are too few
        ("Atlantis", None),
        ("XX", None),
        ("", None),
    ],
)
def test_a_country_is_suggested_for_its_name_or_a_misspelling(typed: str, expected: str | None) -> None:
    assert suggest_country(typed) == expected


@pytest.mark.parametrize("code", CODES)
def test_a_country_is_suggested_for_its_english_name(code: str) -> None:
    assert suggest_country(country_name(code, "en")) == code


@pytest.mark.parametrize(
    ("code", "country", "expected"),
    [("KR-27", "KR", True), ("VN-DN", "VN", True), ("KR-27", "VN", False), ("KR-99", "KR", False), ("", "KR", False)],
)
def test_a_subdivision_lies_in_its_country(code: str, country: str, expected: bool) -> None:
    assert is_subdivision(code, country) == expected
