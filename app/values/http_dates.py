"""Dates as HTTP writes them (RFC 9110, 5.6.7)."""

import email.utils
import re
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH = f"(?P<month>{'|'.join(MONTHS)})"
_WEEKDAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_WEEKDAY_IN_FULL = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_TIME = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>[0-5]\d|60)"
_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        rf"{_WEEKDAY}, (?P<day>\d\d) {_MONTH} (?P<year>\d{{4}}) {_TIME} GMT",  # IMF-fixdate
        rf"{_WEEKDAY_IN_FULL}, (?P<day>\d\d)-{_MONTH}-(?P<year>\d\d) {_TIME} GMT",  # RFC 850
        rf"{_WEEKDAY} {_MONTH} (?P<day>[ \d]\d) {_TIME} (?P<year>\d{{4}})",  # asctime
    )
)


@lru_cache(maxsize=16)
def format_http_date(moment: datetime) -> str:
    """The moment as HTTP writes it."""
    return email.utils.format_datetime(moment.astimezone(UTC), usegmt=True)


def parse_http_date(written: str) -> datetime | None:
    """The moment of an HTTP date in any of its three forms; None for all other text, whatever it is."""
    for form in _FORMS:
        if found := form.fullmatch(written):
            return _datetime_of(**found.groupdict())
    return None


def _datetime_of(day: str, month: str, year: str, hour: str, minute: str, second: str) -> datetime | None:
    """The moment, if the calendar and the clock have it; a leap second is the second before it."""
    numbers = (_year(year), MONTHS.index(month) + 1, int(day), int(hour), int(minute), min(int(second), 59))
    with suppress(ValueError):
        return datetime(*numbers, tzinfo=UTC)
    return None


def _year(written: str) -> int:
    """The year; of two digits, the last one that is at most 50 years from now."""
    latest = datetime.now(UTC).year + 50
    return int(written) if len(written) == 4 else latest - (latest - int(written)) % 100
