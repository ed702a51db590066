"""How a client of Audiosocket sends its token."""

from __future__ import annotations

from collections.abc import Callable

import requests
from requests.auth import AuthBase

from tuningfork.apis.audiosocket.settings import AudiosocketSettings
from tuningfork.auth.header import HeaderAuth
from tuningfork.auth.oauth2 import AuthError
from tuningfork.client.tokens import Tokens


class AudiosocketCredentials:
    """The configured token of the app; Audiosocket has no login."""

    def __init__(self, settings: AudiosocketSettings, new_session: Callable[[], requests.Session]) -> None:
        self._settings = settings

    def fetch(self, holder: str) -> Tokens:
        """Return the configured token; raise AuthError for any holder but "app"."""
        if holder != "app":
            raise AuthError("Audiosocket has no users, only the token of the app")
        return {"access_token": self._settings.token.get_secret_value()}

    def renew(self, holder: str, tokens: Tokens) -> Tokens:
        """Return the same token: the documentation names no expiry."""
        return self.fetch(holder)

    def auth(self, holder: str, tokens: Tokens) -> AuthBase:
        """Return what sends `Authorization: Bearer TOKEN` (AS-AUTH-01)."""
        return HeaderAuth("Bearer", tokens["access_token"])

    def probe_path(self, holder: str) -> str:
        """Return a path that every valid token can read."""
        return "/tracks"

    def holders(self) -> tuple[str, ...]:
        """Return the only holder."""
        return ("app",)

    def probe_paths(self, holder: str) -> tuple[str, ...]:
        """Return the paths that prove a token: every valid token can read the list."""
        return ("/tracks",)

    def key(self, holder: str, kind: str) -> str:
        """Return the settings key of the token."""
        return "token"
