"""The string formats that a contract may ask for."""

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
MINUTES_A_DAY = 24 * 60
DAYS_IN_400_YEARS = 146_097
EPOCH = date(1970, 1, 1).toordinal()

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
"""Formats that the validator checks by itself."""
UNCHECKED = frozenset({"int32", "int64", "float", "double", "binary", "byte", "password"})
"""Formats of OpenAPI that tell a reader something and are no rule for a text."""


def _form(pattern: str, holds: Callable[[re.Match[str]], bool]) -> Callable[[str], bool]:
    form = re.compile(pattern, re.ASCII)

    @functools.lru_cache(maxsize=4096)  # the items of a list have the same times again and again
    def check(text: str) -> bool:
        found = form.fullmatch(text)
        return found is not None and holds(found)

    return check


def _is_date(found: re.Match[str]) -> bool:
    month = int(found["month"])
    return 1 <= month <= 12 and 1 <= int(found["day"]) <= _days(found)


def _is_time(found: re.Match[str]) -> bool:
    """A leap second ends a day of UTC (RFC 3339 5.7)."""
    return found["second"] != "60" or _utc_minutes(found) % MINUTES_A_DAY == MINUTES_A_DAY - 1


def _is_date_time(found: re.Match[str]) -> bool:
    """A leap second ends a month of UTC (RFC 3339 5.7)."""
    if not (_is_date(found) and _is_time(found)):
        return False
    utc_day = int(found["day"]) + _utc_minutes(found) // MINUTES_A_DAY
    return found["second"] != "60" or utc_day in (0, _days(found))


def _days(found: re.Match[str]) -> int:
    """The days of a month; the calendar of year 0000 is that of 2000 (RFC 3339, appendix C)."""
    return monthrange(2000 + int(found["year"]) % 400, int(found["month"]))[1]


def _utc_minutes(found: re.Match[str]) -> int:
    """Minutes since the start of the local day, in UTC: below 0 it is the day before."""
    local = int(found["hour"]) * 60 + int(found["minute"])
    ahead = int(found["ahead_hours"] or 0) * 60 + int(found["ahead_minutes"] or 0)
    return local + ahead if found["sign"] == "-" else local - ahead


def unix_seconds(text: str) -> int | None:
    """The Unix time of an RFC 3339 date-time, its fraction left out; None of any other text.

    A leap second has the time of the second after it (POSIX). Unlike datetime this takes year 0000 too.
    """
    found = DATE_TIME.fullmatch(text)
    if found is None or not _is_date_time(found):
        return None
    cycles, year = divmod(int(found["year"]), 400)
    day = date(2000 + year, int(found["month"]), int(found["day"]))
    days = day.toordinal() - EPOCH + (cycles - 5) * DAYS_IN_400_YEARS
    return (days * MINUTES_A_DAY + _utc_minutes(found)) * 60 + int(found["second"])


def _uri(text: str) -> bool:
    if re.search(r"[\s\x00-\x1f\"<>\\^`{|}]", text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.scheme not in ("http", "https")))


FORMATS: dict[str, Callable[[str], bool]] = {
    "date": _form(DATE, _is_date),
    "time": _form(TIME, _is_time),
    "date-time": _form(DATE_TIME.pattern, _is_date_time),
    "slashed-date-time": _form(SLASHED, _is_date),
    "uri": _uri,
    "uuid": lambda text: bool(UUID.fullmatch(text)),
}
"""By name: RFC 3339 dates and times, `YYYY/MM/DD HH:MM:SS +0000`, absolute URIs (RFC 3986), UUIDs."""
