"""Fetches, stores and renews the tokens of each principal of an API."""

from __future__ import annotations

from collections.abc import Callable

from requests.auth import AuthBase

from tuningfork.apis import Credentials
from tuningfork.client.client import Client
from tuningfork.client.exchange_log import ExchangeLog, Step
from tuningfork.client.tokens import Tokens, TokenStore
from tuningfork.model import Exchange
from tuningfork.pytest_plugin.secrets import SecretMasker
from tuningfork.redaction import SecretLocations, collect_secrets


class PrincipalTokens:
    """The tokens of the principals of one API.

    Args:
        credentials: logs in.
        store: has the tokens, also those of earlier runs.
        new_client: makes a client from an auth; its exchanges are in `log`.
        log: the exchanges of logins.
        secrets: gets every token, and every code and cookie of a login.
        locations: where exchanges of this API have secrets.
        is_refused: returns whether a response refuses the token of its request.
        outlives_run: whether the store has tokens of earlier runs, which the target may reject by now.
    """

    def __init__(
        self,
        credentials: Credentials,
        store: TokenStore,
        new_client: Callable[[AuthBase | None], Client],
        log: ExchangeLog,
        secrets: SecretMasker,
        locations: SecretLocations,
        is_refused: Callable[[Exchange], bool],
        outlives_run: bool,
    ) -> None:
        self._credentials = credentials
        self._store = store
        self._new_client = new_client
        self._log = log
        self._secrets = secrets
        self._locations = locations
        self._is_refused = is_refused
        self._unverified = outlives_run
        self._verified: set[str] = set()
        self.logins: dict[str, list[Step]] = {}
        """What the login of each principal sent, and the renewals since then."""
        self.current: dict[str, Tokens] = {}
        """The tokens of each principal that were used last."""

    def get(self, principal: str) -> Tokens:
        """Return the tokens of a principal; stored ones are tried once, and fetched again if rejected."""
        tokens = self._fetch(principal)
        if self._unverified and principal not in self._verified:
            self._verified.add(principal)
            client = self._new_client(self._credentials.auth(principal, tokens))
            if self._is_refused(client.get(self._credentials.probe_path(principal)).exchange):
                self._store.discard(principal)
                tokens = self._fetch(principal)
        return tokens

    def doubt(self) -> None:
        """Try the tokens once before their next use; the target may have ended them."""
        self._unverified = True
        self._verified.clear()

    def _fetch_new(self, principal: str) -> Tokens:
        """Return new tokens from a login, whose earlier steps are no longer needed."""
        self.logins.pop(principal, None)
        return self._credentials.fetch(principal)

    def _fetch(self, principal: str) -> Tokens:
        """Return stored tokens, renewed if they are stale, else new ones; add all secrets of the login."""
        self._log.reset()
        tokens = self._store.fetch(
            principal,
            lambda: self._fetch_new(principal),
            lambda stale: self._credentials.renew(principal, stale),
        )
        self._secrets.add_from(tokens)
        self.current[principal] = tokens
        if self._log.steps:
            self.logins.setdefault(principal, []).extend(self._log.steps)
        for exchange in self._log.exchanges:
            collect_secrets(exchange, self._locations, self._secrets)
        return tokens
