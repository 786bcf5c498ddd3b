"""HTTP dates (RFC 9110, 5.6.7)."""

import email.utils
import re
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH = f"(?P<month>{'|'.join(MONTHS)})"
_WEEKDAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_FULL_WEEKDAY = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_TIME = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>[0-5]\d|60)"
_FORMATS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"{_WEEKDAY}, (?P<day>\d\d) {_MONTH} (?P<year>\d{{4}}) {_TIME} GMT",  # IMF-fixdate
        rf"{_FULL_WEEKDAY}, (?P<day>\d\d)-{_MONTH}-(?P<year>\d\d) {_TIME} GMT",  # RFC 850
        rf"{_WEEKDAY} {_MONTH} (?P<day>[ \d]\d) {_TIME} (?P<year>\d{{4}})",  # asctime
    )
)


@lru_cache(maxsize=16)
def format_http_date(moment: datetime) -> str:
    """Format a moment as IMF-fixdate."""
    return email.utils.format_datetime(moment.astimezone(UTC), usegmt=True)


def parse_http_date(text: str) -> datetime | None:
    """Parse an HTTP date in any of its three formats; None for all other text, whatever it is."""
    for pattern in _FORMATS:
        if match := pattern.fullmatch(text):
            return _to_datetime(**match.groupdict())
    return None


def _to_datetime(day: str, month: str, year: str, hour: str, minute: str, second: str) -> datetime | None:
    """Return the moment, or None if there is no such day or time; a leap second becomes the second before it."""
    fields = (_full_year(year), MONTHS.index(month) + 1, int(day), int(hour), int(minute), min(int(second), 59))
    with suppress(ValueError):
        return datetime(*fields, tzinfo=UTC)
    return None


def _full_year(digits: str) -> int:
    """Return the year; one of two digits (RFC 850) is the latest that is at most 50 years from now (RFC 9110)."""
    latest = datetime.now(UTC).year + 50
    return int(digits) if len(digits) == 4 else latest - (latest - int(digits)) % 100
