"""Each part of a date that its source does not support is reported."""

import pytest

from app.seeding.checking.dates import date_errors
from app.seeding.seed_schema import DateSeed

NOT_YEAR, NOT_MONTH, NOT_DAY = (
    f"its {part} is neither printed nor said by any evidence" for part in ("year", "month", "day")
)
ANOTHER, COARSER = "its evidence says another date", "its evidence is more precise"


def unused(numbers: str) -> str:
    return f"`printed` has {numbers}, which the date has not"


@pytest.mark.parametrize(
    ("edtf", "printed", "says", "expected"),
    [
        ("2004", "2004", [], []),
        ("2004", "in 2004", ["2004"], []),
        ("2018-09", "September 2018", [], []),
        ("2018-09", "Sep 2018", [], []),
        ("2018-09", "2018년 9월", [], []),
        ("2018-09", "tháng 9 năm 2018", [], []),
        ("2021-01-11", "11-01-2021 09:18", [], []),
        ("2019?-02-22", "February 22", ["XXXX-02-22", "2019?"], []),
        ("2021-01-11", "the 11th of January", ["XXXX-01-11 (morning)", "2021"], []),
        ("2004-06/2004-08", "from June to August 2004", [], []),
        ("2004", None, ["2004"], []),
        ("2011-03-05", "As of 233 days, 1.74 million", ["2011-03-05"], []),
        ("2005", "2004", [], [NOT_YEAR, unused("2004")]),
        ("2005", None, ["2004"], [NOT_YEAR, ANOTHER]),
        ("2004", None, [], [NOT_YEAR]),
        ("2004", None, ["more than 2004 schools", "20041"], [NOT_YEAR]),
        ("2018", "September 2018", [], [unused("9")]),
        ("2018", None, ["2018-09"], [COARSER]),
        ("2018-10", "September 2018", [], [NOT_MONTH, unused("9")]),
        ("2021-11-11", "the 11th of January", ["XXXX-01-11 (morning)", "2021"], [ANOTHER, unused("1")]),
        ("2021-01-18", "11-01-2021 09:18", [], [unused("11")]),
        ("2021-01", "11-01-2021 09:18", [], [unused("11")]),
        ("2019?-02", "February 22", ["2019?"], [unused("22")]),
        ("2020?-02-22", "February 22", ["XXXX-02-22", "2019?"], [NOT_YEAR, ANOTHER]),
        ("2004-06/2004-07", "from June to August 2004", [], [NOT_MONTH, unused("8")]),
    ],
)
def test_each_part_of_a_date_needs_support(
    edtf: str, printed: str | None, says: list[str], expected: list[str]
) -> None:
    assert list(date_errors(DateSeed(edtf=edtf, printed=printed), says, None)) == expected


@pytest.mark.parametrize(
    ("edtf", "basis", "expected"),
    [
        ("2021-01-11", "inferred", []),
        ("2021", "mixed", []),
        ("2021-01-12", "inferred", [NOT_DAY]),
        ("2021-01-11", "stated", [NOT_YEAR, NOT_MONTH, NOT_DAY]),
    ],
)
def test_only_an_inferred_date_may_come_from_the_day_of_publication(edtf: str, basis: str, expected: list[str]) -> None:
    date = DateSeed.model_validate({"edtf": edtf, "printed": "Currently", "basis": basis, "note": "The day of it."})

    assert list(date_errors(date, [], "2021-01-11")) == expected
