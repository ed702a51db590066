"""Times as Audioboo writes and reads them."""

from __future__ import annotations

import re
import time
from datetime import datetime
from functools import lru_cache

_READ = re.compile(r"([0-9-]{10})[ T]([0-9:]{8}) ?(Z|[+-][0-9]{4})?", re.ASCII)


@lru_cache(maxsize=4096)
def format_timestamp(seconds: int) -> str:
    """`2009-04-29T16:28:14Z` (AB-CLIP-02)."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def parse_timestamp(text: str) -> int | None:
    """Seconds since 1970 of `2009-04-29 17:28:14 +0100` or of a stamp; None for anything else."""
    if not (found := _READ.fullmatch(text)):
        return None
    day, hour, zone = found.groups()
    try:
        moment = datetime.strptime(f"{day} {hour} {zone or 'Z'}", "%Y-%m-%d %H:%M:%S %z")
        return int(moment.timestamp())
    except (ValueError, OverflowError):
        return None
