"""The string formats that a contract may ask for; both validators use these very functions."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from urllib.parse import urlsplit

import jsonschema

DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
SLASHED = re.compile(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \+0000", re.ASCII)
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
UNCHECKED = frozenset({"int32", "int64", "float", "double", "binary", "byte", "password"})
"""Formats of OpenAPI that tell a reader something and are no rule for a text."""


def _date_time(text: str) -> bool:
    return bool(DATE_TIME.fullmatch(text)) and _is(
        datetime.fromisoformat, text.upper().replace("Z", "+00:00")
    )


def _date(text: str) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII)) and _is(date.fromisoformat, text)


def _slashed(text: str) -> bool:
    return bool(SLASHED.fullmatch(text)) and _is(datetime.fromisoformat, text[:19].replace("/", "-"))


def _uri(text: str) -> bool:
    if re.search(r"[\s\x00-\x1f\"<>\\^`{|}]", text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.scheme not in ("http", "https")))


def _is(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


FORMATS: dict[str, Callable[[str], bool]] = {
    "date": _date,
    "date-time": _date_time,
    "slashed-date-time": _slashed,
    "uri": _uri,
    "uuid": lambda text: bool(UUID.fullmatch(text)),
}
"""By name: RFC 3339 dates and times, `YYYY/MM/DD HH:MM:SS +0000`, absolute URIs (RFC 3986), UUIDs."""


def checker() -> jsonschema.FormatChecker:
    """The same formats for jsonschema, which hands over values of any type."""
    checking = jsonschema.FormatChecker(formats=())
    for name, holds in FORMATS.items():
        checking.checks(name)(_of_any_type(holds))
    return checking


def _of_any_type(holds: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or holds(value)
