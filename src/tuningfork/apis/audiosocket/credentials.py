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
    """The configured token of the app; Audiosocket has no login.

    Args:
        settings: the settings of the target.
        new_session: returns a session without credentials and with its own cookies.
    """

    def __init__(self, settings: AudiosocketSettings, new_session: Callable[[], requests.Session]) -> None:
        self._settings = settings

    def fetch(self, principal: str) -> Tokens:
        """Return the configured token; raise AuthError for any principal but "app"."""
        if principal != "app":
            raise AuthError("Audiosocket has no users, only the token of the app")
        return {"access_token": self._settings.token.get_secret_value()}

    def renew(self, principal: str, tokens: Tokens) -> Tokens:
        """Return the same token: the documentation names no expiry."""
        return self.fetch(principal)

    def auth(self, principal: str, tokens: Tokens) -> AuthBase:
        """Return what sends `Authorization: Bearer TOKEN` (AS-AUTH-01)."""
        return HeaderAuth("Bearer", tokens["access_token"])

    def probe_path(self, principal: str) -> str:
        """Return a path that every valid token can read."""
        return "/tracks"

    def principals(self) -> tuple[str, ...]:
        """Return the only principal."""
        return ("app",)

    def probe_paths(self, principal: str) -> tuple[str, ...]:
        """Return the paths that prove a token: every valid token can read the list."""
        return ("/tracks",)

    def key(self, principal: str, kind: str) -> str:
        """Return the settings key of the token."""
        return "token"
