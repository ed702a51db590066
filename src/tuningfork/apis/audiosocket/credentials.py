"""How a client of Audiosocket shows its token."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import requests
from requests.auth import AuthBase

from tuningfork.auth.header import HeaderToken
from tuningfork.auth.oauth2 import Refused
from tuningfork.client.tokens import Tokens

if TYPE_CHECKING:
    from tuningfork.apis.audiosocket.settings import AudiosocketSettings


class AudiosocketCredentials:
    """A token that Audiosocket has given; nobody logs in."""

    def __init__(self, settings: AudiosocketSettings, new_session: Callable[[], requests.Session]) -> None:
        self._settings = settings

    def obtain(self, holder: str) -> Tokens:
        """The given token; Refused for anybody but the app."""
        if holder != "app":
            raise Refused("Audiosocket knows no users, only a token")
        return {"access_token": self._settings.token.get_secret_value()}

    def renew(self, holder: str, tokens: Tokens) -> Tokens:
        """The same again: the token has no end that is documented."""
        return self.obtain(holder)

    def auth(self, holder: str, tokens: Tokens) -> AuthBase:
        """`Authorization: Bearer TOKEN` (AS-AUTH-01)."""
        return HeaderToken("Bearer", tokens["access_token"])

    def proof(self, holder: str) -> str:
        """What a good token reads."""
        return "/tracks"

    def holders(self) -> tuple[str, ...]:
        """The one token."""
        return ("app",)

    def proofs(self, holder: str) -> tuple[str, ...]:
        """Every good token reads the list."""
        return ("/tracks",)

    def key(self, holder: str, kind: str) -> str:
        """The token's key."""
        return "token"
