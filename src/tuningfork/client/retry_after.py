"""Reads how long a response requires to wait."""

from __future__ import annotations

import time

from tuningfork.client.http_date import unix_time
from tuningfork.model import Response

MAX_PAUSE_S = 60
"""Longest Retry-After that is waited for; a 429 with a longer one is returned to the test."""


def retry_after(response: Response) -> float | None:
    """Return the seconds that a 429 requires to wait (RFC 9110 10.2.3); None if unknown or too long."""
    value = response.headers.get("retry-after", "").strip()
    seconds = float(value) if value.isdecimal() else _seconds_until(value, response.headers.get("date", ""))
    return None if seconds is None or seconds > MAX_PAUSE_S else max(seconds, 0.0)


def _seconds_until(date: str, now: str) -> float | None:
    """Return the seconds between the target's Date header and `date`; without a Date header, from now."""
    until = unix_time(date)
    since = unix_time(now)
    return None if until is None else until - (time.time() if since is None else since)
