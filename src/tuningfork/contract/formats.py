"""The string formats that schemas of a contract may use, with functions that check them."""

from __future__ import annotations

import functools
import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from urllib.parse import urlsplit

DATE = r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
TIME = (
    r"(?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d):(?P<second>[0-5]\d|60)(?:\.\d+)?"
    r"(?:[Zz]|(?P<sign>[+-])(?P<ahead_hours>[01]\d|2[0-3]):(?P<ahead_minutes>[0-5]\d))"
)
SLASHED = r"(?P<year>\d{4})/(?P<month>\d\d)/(?P<day>\d\d) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d \+0000"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
DATE_TIME = re.compile(f"{DATE}[Tt]{TIME}", re.ASCII)
MINUTES_PER_DAY = 24 * 60
DAYS_IN_400_YEARS = 146_097
EPOCH_DAY = date(1970, 1, 1).toordinal()

BUILT_IN = frozenset(
    {
        "duration",
        "email",
        "hostname",
        "idn-email",
        "idn-hostname",
        "ipv4",
        "ipv6",
        "iri",
        "iri-reference",
        "json-pointer",
        "regex",
        "relative-json-pointer",
        "uri-reference",
        "uri-template",
    }
)
"""Formats that jsonschema-rs checks by itself."""
UNCHECKED = frozenset({"int32", "int64", "float", "double", "binary", "byte", "password"})
"""Formats of OpenAPI that describe a value and restrict no string."""


MAX_REMEMBERED_CHARS = 64


def _make_check(pattern: str, is_valid: Callable[[re.Match[str]], bool]) -> Callable[[str], bool]:
    """Return a function: whether a whole text matches `pattern`, and `is_valid` accepts the match."""
    compiled = re.compile(pattern, re.ASCII)

    def has_format(text: str) -> bool:
        match = compiled.fullmatch(text)
        return match is not None and is_valid(match)

    remembered = functools.lru_cache(maxsize=4096)(has_format)  # items of a list often have equal timestamps
    return lambda text: remembered(text) if len(text) <= MAX_REMEMBERED_CHARS else has_format(text)


def _is_date(match: re.Match[str]) -> bool:
    """Return whether the matched year has this month and the month has this day."""
    month = int(match["month"])
    return 1 <= month <= 12 and 1 <= int(match["day"]) <= _days_in_month(match)


def _is_time(match: re.Match[str]) -> bool:
    """Return whether a time is valid; second 60 must be the last second of a UTC day (RFC 3339 5.7)."""
    return match["second"] != "60" or _utc_minutes(match) % MINUTES_PER_DAY == MINUTES_PER_DAY - 1


def _is_date_time(match: re.Match[str]) -> bool:
    """Return whether a date-time is valid; second 60 must be the last one of a UTC month (RFC 3339 5.7)."""
    if not (_is_date(match) and _is_time(match)):
        return False
    utc_day = int(match["day"]) + _utc_minutes(match) // MINUTES_PER_DAY
    return match["second"] != "60" or utc_day in (0, _days_in_month(match))


def _days_in_month(match: re.Match[str]) -> int:
    """Return the number of days of the matched month; year 0000 is a leap year (RFC 3339, appendix C)."""
    return monthrange(2000 + int(match["year"]) % 400, int(match["month"]))[1]


def _utc_minutes(match: re.Match[str]) -> int:
    """Return the UTC minute of a time, counted from the start of the local date; it may be negative."""
    local = int(match["hour"]) * 60 + int(match["minute"])
    offset = int(match["ahead_hours"] or 0) * 60 + int(match["ahead_minutes"] or 0)
    return local + offset if match["sign"] == "-" else local - offset


def unix_seconds(text: str) -> int | None:
    """Return the Unix time of an RFC 3339 date-time without its fraction; None if `text` is not valid.

    A leap second has the Unix time of the next second (POSIX). Unlike datetime, this supports year 0000.
    """
    match = DATE_TIME.fullmatch(text)
    if match is None or not _is_date_time(match):
        return None
    cycles, year = divmod(int(match["year"]), 400)
    day = date(2000 + year, int(match["month"]), int(match["day"]))
    days = day.toordinal() - EPOCH_DAY + (cycles - 5) * DAYS_IN_400_YEARS
    return (days * MINUTES_PER_DAY + _utc_minutes(match)) * 60 + int(match["second"])


def _is_uri(text: str) -> bool:
    """Return whether a text is an absolute URI without forbidden characters; http and https need a host."""
    if re.search(r"[\s\x00-\x1f\"<>\\^`{|}]", text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.scheme not in ("http", "https")))


FORMATS: dict[str, Callable[[str], bool]] = {
    "date": _make_check(DATE, _is_date),
    "time": _make_check(TIME, _is_time),
    "date-time": _make_check(DATE_TIME.pattern, _is_date_time),
    "slashed-date-time": _make_check(SLASHED, _is_date),
    "uri": _is_uri,
    "uuid": lambda text: bool(UUID.fullmatch(text)),
}
"""A check for each format: RFC 3339 dates and times, `YYYY/MM/DD HH:MM:SS +0000`, absolute URIs, UUIDs."""
