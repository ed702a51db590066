"""Reads the dates of HTTP headers (RFC 9110 5.6.7)."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

DATE = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")


def parse_http_date(value: str) -> float | None:
    """Return the Unix time of an HTTP date in the format that servers must send; None if it is not one."""
    if DATE.fullmatch(value.strip()) is None:
        return None
    try:
        return parsedate_to_datetime(value.strip()).timestamp()
    except (ValueError, OverflowError):
        return None
