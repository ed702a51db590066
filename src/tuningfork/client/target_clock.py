"""The clock of the target, as its responses show it."""

from __future__ import annotations

import time

from tuningfork.client.http_date import unix_time
from tuningfork.model import Response

MAX_LAG_S = 900.0
"""Assumed lag of the target's clock behind the local one until a response has a Date header."""


class TargetClock:
    """Estimates the time of the target's clock from the last Date header.

    Attributes:
        last_date: the Date header of the last response, and the local Unix time at which it arrived.
    """

    def __init__(self) -> None:
        self.last_date = ("", 0.0)

    @property
    def is_known(self) -> bool:
        """Whether a response had a Date header."""
        return self.last_date[0] != ""

    def read(self, response: Response) -> None:
        """Read the Date header of a response."""
        if date := response.headers.get("date"):
            self.last_date = (date, time.time())

    def time(self) -> float:
        """Return the Unix time of the target's clock; without a Date header, a time that is not later."""
        date, received_at = self.last_date
        sent_at = unix_time(date)
        return time.time() - MAX_LAG_S if sent_at is None else sent_at + time.time() - received_at
