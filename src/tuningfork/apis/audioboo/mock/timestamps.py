"""Formatting and parsing of the API's timestamps."""

from __future__ import annotations

import re
import time
from datetime import datetime
from functools import lru_cache

_TIMESTAMP = re.compile(r"([0-9-]{10})[ T]([0-9:]{8}) ?(Z|[+-][0-9]{4})?", re.ASCII)


@lru_cache(maxsize=4096)
def format_timestamp(seconds: int) -> str:
    """Return seconds since 1970 in the form `2009-04-29T16:28:14Z` (AB-CLIP-02)."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def parse_timestamp(text: str) -> int | None:
    """Return the seconds since 1970 of `2009-04-29 17:28:14 +0100` or `2009-04-29T16:28:14Z`, or None."""
    if not (match := _TIMESTAMP.fullmatch(text)):
        return None
    day, hour, zone = match.groups()
    try:
        moment = datetime.strptime(f"{day} {hour} {zone or 'Z'}", "%Y-%m-%d %H:%M:%S %z")
        return int(moment.timestamp())
    except (ValueError, OverflowError):
        return None
