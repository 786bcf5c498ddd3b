"""Dates: parsed EDTF, and the first and last day of partial dates."""

import datetime
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from app.values.dates import Edtf, PartialDate, first_day, last_day, parse_edtf


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "precision", "uncertain"),
    [
        ("2004", "2004-01-01", "2004-12-31", "year", False),
        ("2004?", "2004-01-01", "2004-12-31", "year", True),
        ("2004-02", "2004-02-01", "2004-02-29", "month", False),
        ("1900-02", "1900-02-01", "1900-02-28", "month", False),
        ("2019?-02-22", "2019-02-22", "2019-02-22", "day", True),
        ("2004/2006", "2004-01-01", "2006-12-31", "year", False),
        ("2004-06/2004-08-03", "2004-06-01", "2004-08-03", "month", False),
        ("2004-06-01/2005", "2004-06-01", "2005-12-31", "year", False),
        ("2004/2004", "2004-01-01", "2004-12-31", "year", False),
        ("2004-12-31/2004-12-31", "2004-12-31", "2004-12-31", "day", False),
        ("2004-12-31/2004", "2004-12-31", "2004-12-31", "year", False),
        ("2004/2006?-01", "2004-01-01", "2006-01-31", "year", True),
        ("0004-01", "0004-01-01", "0004-01-31", "month", False),
        ("2004?/2006", "2004-01-01", "2006-12-31", "year", True),
        ("0001", "0001-01-01", "0001-12-31", "year", False),
        ("9999-12-31", "9999-12-31", "9999-12-31", "day", False),
    ],
)
def test_an_edtf_date_is_parsed(text: str, earliest: str, latest: str, precision: str, uncertain: bool) -> None:
    assert parse_edtf(text) == Edtf(text, earliest, latest, precision, uncertain)


@pytest.mark.parametrize(
    "text",
    [
        *("", "04", "20044", "2004-1", "2004-00", "2004-13", "2019-02-30", "2004-06-31", "0000", "-2004", "Y20040"),
        *("2004~", "20XX", "2004-06?", "2004-06-01?", "2004-06-01T00:00", "2004 ", "2004\n", "２００４"),
        *("../2004", "2004/..", "2004/", "/2004", "2006/2004", "2004/2005/2006", "2004/2019-02-30"),
    ],
)
def test_other_text_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_edtf(text)


FORM = "is not an EDTF date such as '2004', '2018-09', '2019?-02-22' or '2004-06/2004-08'"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("20044", FORM),
        ("2004-06?", FORM),
        ("2004-13", "is not a date of the calendar"),
        ("2006/2005", "ends before it begins"),
        ("2004-02-01/2004-01", "ends before it begins"),
    ],
)
def test_what_is_wrong_is_said(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=r".+") as refused:
        parse_edtf(text)

    assert str(refused.value) == f"{text!r} {reason}"


@pytest.mark.parametrize("bound", [first_day, last_day])
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2004-1", "is not YYYY, YYYY-MM or YYYY-MM-DD"),
        ("2004-02-30", "is not a date of the calendar"),
        ("2004-00", "is not a date of the calendar"),
        ("2004-01-00", "is not a date of the calendar"),
        ("0000", "is not a date of the calendar"),
    ],
)
def test_only_a_date_of_the_calendar_has_bounds(bound: Callable[[str], str], text: str, reason: str) -> None:
    with pytest.raises(ValueError, match="is not") as refused:
        bound(text)

    assert str(refused.value) == f"{text!r} {reason}"


def test_a_date_in_a_query_is_refused_in_our_words() -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(PartialDate).validate_python("2004-13")

    (error,) = refused.value.errors()
    assert (error["type"], error["msg"]) == ("partial_date", "Not a date of the form YYYY, YYYY-MM or YYYY-MM-DD.")


DAYS = st.dates(datetime.date(1990, 1, 1), datetime.date(2010, 12, 31))


@st.composite
def partial_dates(draw: st.DrawFn) -> str:
    """A year, a month or a day."""
    return str(draw(DAYS))[: draw(st.sampled_from([4, 7, 10]))]


def days_of(text: str) -> Iterator[datetime.date]:
    """Every day of a year, month or day, by comparing each day of the year."""
    year = int(text[:4])
    day = datetime.date(year, 1, 1)
    while day.year == year:
        if str(day).startswith(text):
            yield day
        day += datetime.timedelta(days=1)


@given(partial_dates())
def test_the_bounds_are_the_first_and_the_last_day(text: str) -> None:
    inside = [str(day) for day in days_of(text)]

    assert (first_day(text), last_day(text)) == (inside[0], inside[-1])
    assert (parse_edtf(text).earliest, parse_edtf(text).latest) == (inside[0], inside[-1])


@given(partial_dates(), partial_dates(), partial_dates())
def test_a_date_overlaps_a_window_when_they_share_a_day(date: str, since: str, until: str) -> None:
    shared_days = {day for day in days_of(date) if first_day(since) <= str(day) <= last_day(until)}

    overlaps = parse_edtf(date).latest >= first_day(since) and parse_edtf(date).earliest <= last_day(until)
    if first_day(since) <= last_day(until):
        assert overlaps == bool(shared_days)


@given(partial_dates(), partial_dates())
def test_an_interval_lasts_from_its_first_day_to_its_last(one: str, other: str) -> None:
    first, last = sorted([one, other])
    if last_day(last) < first_day(first):
        first, last = last, first
    interval = parse_edtf(f"{first}/{last}")

    assert (interval.earliest, interval.latest) == (first_day(first), last_day(last))


@given(st.text(alphabet="0123456789-/?X.", max_size=12))
def test_any_text_is_a_date_or_a_value_error(text: str) -> None:
    try:
        date = parse_edtf(text)
    except ValueError:
        return
    assert (date.text, date.earliest <= date.latest, len(date.earliest), len(date.latest)) == (text, True, 10, 10)
