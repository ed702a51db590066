"""Timestamps in the formats of SoundCloud."""

from __future__ import annotations

import calendar
import re
import time
from functools import lru_cache

_PARAMETER_FORMAT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}", re.ASCII)


@lru_cache(maxsize=4096)
def format_timestamp(seconds: int) -> str:
    """Return seconds since 1970 as `2022/05/26 16:31:52 +0000` (SC-TRACK-03)."""
    return time.strftime("%Y/%m/%d %H:%M:%S +0000", time.gmtime(seconds))


def parse_timestamp(text: str) -> int | None:
    """Return the seconds since 1970 of `yyyy-mm-dd hh:mm:ss` in UTC, None for other text (SC-FIND-06)."""
    if not _PARAMETER_FORMAT.fullmatch(text):
        return None
    try:
        return calendar.timegm(time.strptime(text, "%Y-%m-%d %H:%M:%S"))
    except ValueError:
        return None
