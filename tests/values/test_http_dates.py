"""HTTP dates: three formats are parsed; all other text gives None and raises nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.values.http_dates import format_http_date, parse_http_date

MOMENT = datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)  # the example of RFC 9110
HUGE = "9" * 20
NOW = datetime.now(UTC).year


def rfc_850(year: int) -> str:
    return f"Sunday, 06-Nov-{year % 100:02} 08:49:37 GMT"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Sun, 06 Nov 1994 08:49:37 GMT", MOMENT),
        (rfc_850(1994), MOMENT),
        ("Sun Nov  6 08:49:37 1994", MOMENT),
        ("Sun Nov 06 08:49:37 1994", MOMENT),
        ("Mon, 06 Nov 1994 08:49:37 GMT", MOMENT),  # the name of the day is not checked
        (rfc_850(NOW), MOMENT.replace(year=NOW)),
        (rfc_850(NOW + 50), MOMENT.replace(year=NOW + 50)),
        (rfc_850(NOW + 51), MOMENT.replace(year=NOW - 49)),
        ("Sat, 31 Dec 2016 23:59:60 GMT", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("Thu, 29 Feb 2024 00:00:00 GMT", datetime(2024, 2, 29, tzinfo=UTC)),
        ("Mon, 01 Jan 0001 00:00:00 GMT", datetime(1, 1, 1, tzinfo=UTC)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_three_formats_are_parsed(text: str, moment: datetime) -> None:
    assert parse_http_date(text) == moment


NO_DATES = [
    *("", " ", "0", "-1", "nan", "yesterday", "2011-03-05", "1994-11-06T08:49:37Z", "Sun", "Nov", "- - - - -", "a,"),
    *("Sun, 06 Nov 1994 08:49:37", "Sun, 6 Nov 1994 08:49:37 GMT", "06 Nov 1994 08:49:37 GMT"),
    *("sun, 06 nov 1994 08:49:37 gmt", "Sun, 06 Nov 1994  08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT\n"),
    *("Sun, 06 Nov 94 08:49:37 GMT", "Sun, 06-Nov-94 08:49:37 GMT", "Sunday, 06-Nov-1994 08:49:37 GMT"),
    *("Sun, 06 Nov 0000 08:49:37 GMT", "Sun, 06 Nov 19945 08:49:37 GMT", f"Sun, 06 Nov {HUGE} 08:49:37 GMT"),
    *("Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT", f"Sun, {HUGE} Nov 1994 08:49:37 GMT"),
    *("Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:00 GMT", "Sun, 06 Nov 1994 08:49:61 GMT"),
    *(f"Sun, 06 Nov 1994 {HUGE}:49:37 GMT", f"Sun, 06 Nov 1994 08:49:{HUGE} GMT", "Sun, 06 Nov 1994 0_:49:37 GMT"),
    *(f"Sun, 06 Nov 1994 08:49:37 {zone}" for zone in ("+0000", "-0000", "+9999", "-9999", f"+{HUGE}", "UTC", "KST")),
    *("Thu, 29 Feb 2023 00:00:00 GMT", "Sun, ٠٦ Nov 1994 08:49:37 GMT", "Sun, ²² Nov 1994 08:49:37 GMT"),
    *("9" * 60_000, "Mon, 01 Jan " + "9" * 4301 + " 00:00:00 GMT", "Sun, 06 Nov " * 5000, ":" * 60_000, ", " * 30_000),
]


@pytest.mark.parametrize("text", NO_DATES, ids=lambda text: repr(text[:40]))
def test_all_other_text_is_no_date(text: str) -> None:
    assert parse_http_date(text) is None


@given(st.datetimes().map(lambda moment: moment.replace(microsecond=0, tzinfo=UTC)))
def test_a_formatted_date_is_parsed_to_the_same_moment(moment: datetime) -> None:
    assert parse_http_date(format_http_date(moment)) == moment
    assert parse_http_date(f"{moment:%a %b} {moment.day:2} {moment:%H:%M:%S} {moment.year:04}") == moment


@given(st.from_regex(r"[A-Z][a-z]{2,8},? [0-9]{2}[- ][A-Z][a-z]{2}[- ][0-9]{2,20} [0-9:]{8,30} (GMT|[+-][0-9]{4,20})"))
def test_text_like_a_date_is_a_moment_in_utc_or_none(text: str) -> None:
    moment = parse_http_date(text)

    assert moment is None or moment.utcoffset() == timedelta(0)
