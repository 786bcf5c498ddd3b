"""Parsed EDTF dates have the bounds that the library `edtf` gives them; it is too slow to load a register with."""

import datetime

import pytest
from edtf import parse_edtf

from app.values import dates

DATES = [
    *("2004", "1999", "0001", "9999", "2004?", "2000-02", "2001-02", "1900-02", "2024-12", "2019?-02"),
    *("2004-02-29", "2018-09-30", "2019?-02-22", "2004/2006", "2004-06/2004-08", "2004?/2005-01-31", "2004-02/2004-02"),
]


def iso_date(bound: tuple[int, ...]) -> str:
    return datetime.date(*bound[:3]).isoformat()


@pytest.mark.parametrize("text", DATES)
def test_the_bounds_are_those_of_the_edtf_library(text: str) -> None:
    date, expected = dates.parse_edtf(text), parse_edtf(text)

    assert (date.earliest, date.latest) == (iso_date(expected.lower_strict()), iso_date(expected.upper_strict()))
