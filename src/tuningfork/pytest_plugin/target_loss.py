"""Decides whether unanswered requests are a fault of the API, or the target is lost."""

from __future__ import annotations

import time
from collections.abc import Sequence

import requests
from requests.adapters import BaseAdapter

from tuningfork.client.exchange_log import ExchangeLog
from tuningfork.client.session import IsolatedSession
from tuningfork.client.target_health import TargetHealth


class TargetLoss:
    """Tracks whether the target of a run is lost.

    Args:
        health: how long to wait for the target; None if it is in this process and cannot be lost.
        adapter: the connection to the target.
        probe_urls: URLs to which every server of this API responds.
    """

    def __init__(self, health: TargetHealth | None, adapter: BaseAdapter, probe_urls: Sequence[str]) -> None:
        self._health = health
        self._adapter = adapter
        self._probe_urls = probe_urls
        self._has_unanswered = False
        self.is_confirmed = False

    @property
    def reason(self) -> str:
        """Why the target counts as lost; empty if it does not."""
        return "" if self._health is None else self._health.lost_reason

    def add_unanswered(self) -> None:
        """Note that a request of the test had no response."""
        self._has_unanswered = True

    def settle(self, log: ExchangeLog) -> None:
        """Find out, after a phase of a test whose last requests had no response, whether the target is lost.

        If it responds to a probe, the missing responses stay violations. If it does not until it counts as
        lost, they are removed from `log`, and the loss is confirmed.
        """
        health, has_unanswered = self._health, self._has_unanswered
        self._has_unanswered = False
        if health is None or not has_unanswered or not health.unanswered_in_a_row:
            return
        while not (is_alive := any(self._responds(url, health) for url in self._probe_urls)):
            if health.lost_reason:
                break
        if not is_alive:
            self.is_confirmed = True
            log.violations = [
                (finding, exchange) for finding, exchange in log.violations if exchange.response.status
            ]

    def _responds(self, url: str, health: TargetHealth) -> bool:
        """Return whether the target responds to GET; a missing response counts for its health."""
        start = time.monotonic()
        try:
            IsolatedSession(self._adapter).get(url, allow_redirects=False)
        except (requests.RequestException, OSError):
            health.add_unanswered(time.monotonic() - start)
            return False
        return True
