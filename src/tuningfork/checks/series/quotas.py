"""Judges the numbers of rate limits: they count down, unless the limit has started again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tuningfork.checks.series.observation import Quota
from tuningfork.checks.series.recent import Recent
from tuningfork.model import Finding

MAX_COUNTERS = 5_000
MIN_RESPONSES = 10
"""Responses of one window whose number does not fall: a few may be counted late."""
MIN_SECONDS = 5
"""Time that these responses take: the reset of a bucket that refills moves during this time."""
MAX_DRIFT_S = 1
"""How far the time of a reset may move within a window, because it is in whole seconds."""


@dataclass(slots=True)
class _Window:
    """The responses since the limit has started again."""

    first: Quota
    responses: int = 0
    has_fallen: bool = False
    is_told: bool = False


class Quotas:
    """Follows each counter of each client.

    Other clients may use the same quota, several servers may count apart, and responses may overtake each
    other. So a number that rises is not judged; only one that never falls within a window of known end is.
    """

    def __init__(self) -> None:
        self._windows: Recent[tuple[str, str, str], _Window] = Recent(MAX_COUNTERS)

    def judge(self, client: str, quota: Quota) -> Iterator[Finding]:
        """Yield what the numbers of a response show, or that they have fallen."""
        key = (client, quota.header, quota.limit)
        window = self._windows.get(key)
        if window is None or abs(window.first.reset - quota.reset) > MAX_DRIFT_S:
            window = self._windows.put(key, _Window(quota))
        window.responses += 1
        window.has_fallen |= quota.remaining != window.first.remaining
        is_long = quota.date - window.first.date >= MIN_SECONDS and window.responses >= MIN_RESPONSES
        if is_long and not window.has_fallen and not window.is_told and quota.remaining > 0:
            window.is_told = True
            found = f"{quota.remaining} in {window.responses} responses of the same window"
            for claim in quota.claims:
                yield Finding(claim, False, f"a lower {quota.header} after a request", found, quota.header)
