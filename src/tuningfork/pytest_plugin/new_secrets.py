"""Secrets that the target issues during a test."""

from __future__ import annotations

from tuningfork.client.exchange_log import ExchangeLog
from tuningfork.model import Exchange
from tuningfork.pytest_plugin.secrets import SecretMasker
from tuningfork.redaction import SecretLocations, collect_secrets

MAX_SEARCHED_EXCHANGES = 200
"""The latest exchanges of a test that are searched."""


class NewSecrets:
    """Finds the secrets in the exchanges of the running test, each searched once.

    Args:
        exchange_log: has the exchanges.
        locations: where secrets are.
        known: the secrets of the run, to which those that are found are added.
    """

    def __init__(self, exchange_log: ExchangeLog, locations: SecretLocations, known: SecretMasker) -> None:
        self._exchange_log = exchange_log
        self._locations = locations
        self._known = known
        self._searched: tuple[list[Exchange], int] = [], 0
        """The exchanges of the running test, and how many of them were searched."""

    def collect(self) -> None:
        """Add the secrets of those exchanges of the test that were not searched before."""
        exchanges = self._exchange_log.exchanges
        searched, count = self._searched
        start = count if searched is exchanges else 0
        self._searched = exchanges, len(exchanges)
        for exchange in exchanges[start:][-MAX_SEARCHED_EXCHANGES:]:
            collect_secrets(exchange, self._locations, self._known)
