"""Access and refresh tokens (https://developers.soundcloud.com/docs/api/guide#refresh-tokens)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from authlib.oauth2.rfc6749 import TokenMixin

from tuningfork.apis.soundcloud.mock.apps import App
from tuningfork.apis.soundcloud.mock.entities import User

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud


@dataclass(slots=True)
class Token(TokenMixin):  # type: ignore[misc]  # Authlib ships no types
    """A pair of an access token and the refresh token that renews it."""

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
        """`Tokens.belongs` has judged that."""
        return True

    def get_scope(self) -> str:
        """No scope means anything here."""
        return ""


class Tokens:
    """Tokens that were issued. A chain is a first pair and all that renew it."""

    def __init__(self, mock: SoundCloud) -> None:
        self.mock = mock
        self._by_access: dict[str, Token] = {}
        self._by_refresh: dict[str, Token] = {}

    def lifetime(self) -> int:
        """Seconds that an access token lives (SC-TOKEN-03)."""
        return 3599

    def secret(self) -> str:
        """A text that nobody guesses (SC-TOKEN-17)."""
        return secrets.token_urlsafe(32)

    def new_chain(self) -> str:
        """The name of a chain that begins."""
        return secrets.token_hex(8)

    def issue(self, app: App, user: User | None, chain: str) -> Token:
        """A new pair."""
        expires_at = self.mock.clock.now() + self.lifetime()
        token = Token(self.secret(), self.secret(), app, user, chain, expires_at)
        self._by_access[token.access_token] = token
        self._by_refresh[token.refresh_token] = token
        return token

    def show(self, token: Token) -> dict[str, Any]:
        """The answer to a token request (SC-TOKEN-01)."""
        return {
            "access_token": token.access_token,
            "refresh_token": token.refresh_token,
            "expires_in": self.lifetime(),
            "scope": "",
        }

    def find(self, access_token: str) -> Token | None:
        """The pair of an access token, in force or not."""
        return self._by_access.get(access_token)

    def live(self, token: Token) -> bool:
        """Whether its access token is accepted now (SC-AUTH-04)."""
        return not (token.revoked or token.ended or self.expired(token))

    def expired(self, token: Token) -> bool:
        """Whether its access token has had its time."""
        return self.mock.clock.now() >= token.expires_at

    def find_renewable(self, refresh_token: str) -> Token | None:
        """The pair of a refresh token, good or not; its access token's age does not matter (SC-TOKEN-14)."""
        return self._by_refresh.get(refresh_token)

    def renewable(self, token: Token, app: App) -> bool:
        """Whether its refresh token is good for this app."""
        return not (token.spent or token.ended) and self.belongs(token, app)

    def belongs(self, token: Token, app: App) -> bool:
        """Whether it was issued to this app (SC-TOKEN-12)."""
        return token.app.client_id == app.client_id

    def spend(self, token: Token) -> None:
        """Its refresh token has been used (SC-TOKEN-08)."""
        token.spent = True

    def renew(self, token: Token) -> Token:
        """A new pair with the same rights (SC-TOKEN-10)."""
        return self.issue(token.app, token.user, token.chain)

    def revoke(self, value: str) -> None:
        """An access or refresh token stops working."""
        if token := self._by_access.get(value):
            token.revoked = True
        if token := self._by_refresh.get(value):
            token.spent = True

    def end(self, chain: str) -> None:
        """Every pair of a chain stops working (SC-CODE-15)."""
        for token in self._by_access.values():
            if token.chain == chain:
                token.ended = True

    def reset(self) -> None:
        """All are gone."""
        self._by_access.clear()
        self._by_refresh.clear()
