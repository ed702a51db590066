"""Times as SoundCloud writes and reads them."""

from __future__ import annotations

import calendar
import re
import time
from functools import lru_cache

_ASKED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}", re.ASCII)


@lru_cache(maxsize=4096)
def stamp(seconds: int) -> str:
    """`2022/05/26 16:31:52 +0000` (SC-TRACK-03)."""
    return time.strftime("%Y/%m/%d %H:%M:%S +0000", time.gmtime(seconds))


def read_stamp(text: str) -> int | None:
    """Seconds since 1970 of `yyyy-mm-dd hh:mm:ss`, UTC (SC-FIND-06); None for anything else."""
    if not _ASKED.fullmatch(text):
        return None
    try:
        return calendar.timegm(time.strptime(text, "%Y-%m-%d %H:%M:%S"))
    except ValueError:
        return None
