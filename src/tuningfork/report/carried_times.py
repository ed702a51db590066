"""Times in requests that are close to the time of the server; a block writes them relative to it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tuningfork.model import Response

FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y/%m/%d %H:%M:%S +0000")
"""Formats of times in UTC, as date(1) and strptime write them."""
MAX_OFFSET_S = 86_400
"""A time that is further away does not depend on when the request is sent."""
_TIME = re.compile(r"\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:Z| \+0000)?")


def relative_time(text: str, response: Response) -> tuple[str, str] | None:
    """Return the format of a time and its distance from the Date header of a response, in seconds.

    None is returned if the text is not a time, if the response has no date, or if they are far apart.
    """
    if not _TIME.fullmatch(text):
        return None
    for form in FORMATS:
        try:
            time = datetime.strptime(text, form).replace(tzinfo=UTC)
            offset = (time - parsedate_to_datetime(response.headers.get("date", ""))).total_seconds()
        except (ValueError, TypeError):
            continue
        return (form, f"{offset:.0f}") if abs(offset) <= MAX_OFFSET_S else None
    return None
