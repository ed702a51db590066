"""Reads the dates of HTTP headers (RFC 9110 5.6.7)."""

from __future__ import annotations

from email.utils import parsedate_to_datetime


def unix_time(date: str) -> float | None:
    """Return the Unix time of an HTTP date; None if it is not valid."""
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        return None
