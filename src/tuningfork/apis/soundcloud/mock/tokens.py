"""Access and refresh tokens (https://developers.soundcloud.com/docs/api/guide#refresh-tokens)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from authlib.oauth2.rfc6749 import TokenMixin

from tuningfork.apis.soundcloud.mock.apps import App
from tuningfork.apis.soundcloud.mock.models import User
from tuningfork.mock.clock import Clock


@dataclass(slots=True)
class Token(TokenMixin):  # type: ignore[misc]  # Authlib ships no types
    """A pair of an access token and a refresh token.

    `chain` is the id that a first pair shares with all pairs that refreshes have issued since. `spent` means
    that the refresh token was used, `revoked` that the access token was revoked, `ended` that the chain was.
    """

    access_token: str
    refresh_token: str
    app: App
    user: User | None
    chain: str
    expires_at: float
    spent: bool = False
    revoked: bool = False
    ended: bool = False

    def check_client(self, client: App) -> bool:
        """Return True: `Tokens.belongs_to` checks the client."""
        return True

    def get_scope(self) -> str:
        """Return the empty scope: the API has no scopes."""
        return ""


class Tokens:
    """The token pairs that were issued."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._by_access: dict[str, Token] = {}
        self._by_refresh: dict[str, Token] = {}

    def lifetime(self) -> int:
        """Return the number of seconds for which an access token is valid (SC-TOKEN-03)."""
        return 3599

    def new_secret(self) -> str:
        """Return a random token value (SC-TOKEN-17)."""
        return secrets.token_urlsafe(32)

    def new_chain(self) -> str:
        """Return the id of a new chain."""
        return secrets.token_hex(8)

    def issue(self, app: App, user: User | None, chain: str) -> Token:
        """Create and store a new pair."""
        expires_at = self._clock.now() + self.lifetime()
        token = Token(self.new_secret(), self.new_secret(), app, user, chain, expires_at)
        self._by_access[token.access_token] = token
        self._by_refresh[token.refresh_token] = token
        return token

    def serialize(self, token: Token) -> dict[str, Any]:
        """Return the body of the response to a token request (SC-TOKEN-01)."""
        return {
            "access_token": token.access_token,
            "refresh_token": token.refresh_token,
            "expires_in": self.lifetime(),
            "scope": "",
        }

    def find(self, access_token: str) -> Token | None:
        """Return the pair with this access token, valid or not, or None."""
        return self._by_access.get(access_token)

    def is_valid(self, token: Token) -> bool:
        """Return whether the access token is accepted now (SC-AUTH-04)."""
        return not (token.revoked or token.ended or self.is_expired(token))

    def is_expired(self, token: Token) -> bool:
        """Return whether the lifetime of the access token is over."""
        return self._clock.now() >= token.expires_at

    def find_by_refresh_token(self, refresh_token: str) -> Token | None:
        """Return the pair with this refresh token, or None; its access token may be expired (SC-TOKEN-14)."""
        return self._by_refresh.get(refresh_token)

    def can_refresh(self, token: Token, app: App) -> bool:
        """Return whether this app may use the refresh token now."""
        return not (token.spent or token.ended) and self.belongs_to(token, app)

    def belongs_to(self, token: Token, app: App) -> bool:
        """Return whether the pair was issued to this app (SC-TOKEN-12)."""
        return token.app.client_id == app.client_id

    def spend(self, token: Token) -> None:
        """Mark the refresh token as used (SC-TOKEN-08)."""
        token.spent = True

    def refresh(self, token: Token) -> Token:
        """Issue a new pair for the same app and user (SC-TOKEN-10)."""
        return self.issue(token.app, token.user, token.chain)

    def revoke(self, value: str) -> None:
        """Make an access token or a refresh token invalid."""
        if token := self._by_access.get(value):
            token.revoked = True
        if token := self._by_refresh.get(value):
            token.spent = True

    def revoke_chain(self, chain: str) -> None:
        """Make every pair of a chain invalid (SC-CODE-15)."""
        for token in self._by_access.values():
            if token.chain == chain:
                token.ended = True

    def reset(self) -> None:
        """Delete all pairs."""
        self._by_access.clear()
        self._by_refresh.clear()
