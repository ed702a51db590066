"""How a client gets tokens from SoundCloud and sends them."""

from __future__ import annotations

from collections.abc import Callable

import requests
from requests.auth import AuthBase

from tuningfork.apis.soundcloud.settings import SecondApp, SoundCloudSettings
from tuningfork.auth.consent_page import ConsentPageDriver
from tuningfork.auth.header import HeaderAuth
from tuningfork.auth.oauth2 import App, AuthError, OAuth2, TokenSet
from tuningfork.client.config import User
from tuningfork.client.tokens import Tokens

SECOND_APP = "second_app"


class SoundCloudCredentials:
    """OAuth 2 tokens of the apps (client credentials) and of the users (consent page or configured tokens).

    A principal is `app`, `second_app`, or the name of a user in the settings.

    Args:
        settings: the settings of the target.
        new_session: returns a session without credentials and with its own cookies.
    """

    def __init__(self, settings: SoundCloudSettings, new_session: Callable[[], requests.Session]) -> None:
        self._settings = settings
        self._new_session = new_session
        base = settings.base_url.rstrip("/")
        apps = {"app": settings, SECOND_APP: settings.second_app}
        self._apps = {
            principal: OAuth2(new_session(), f"{base}/connect", f"{base}/oauth2/token", _to_app(app))
            for principal, app in apps.items()
            if app is not None
        }
        self.oauth = self._apps["app"]

    def fetch(self, principal: str) -> Tokens:
        """Return new tokens of a principal: from a grant, a login, or the settings."""
        if principal in self._apps:
            return _to_tokens(self._apps[principal].client_credentials())
        user = self._user(principal)
        if user.access_token is not None:
            configured = {"access_token": user.access_token, "refresh_token": user.refresh_token}
            return {name: value and value.get_secret_value() for name, value in configured.items()}
        if user.refresh_token is not None:
            return _to_tokens(self.oauth.refresh(user.refresh_token.get_secret_value()))
        return _to_tokens(self._login(user))

    def renew(self, principal: str, tokens: Tokens) -> Tokens:
        """Return refreshed tokens, or new tokens if there is no refresh token or it is refused."""
        refresh_token = tokens.get("refresh_token")
        if refresh_token is None:
            return self.fetch(principal)
        try:
            return _to_tokens(self.oauth.refresh(refresh_token))
        except AuthError:
            return self.fetch(principal)

    def auth(self, principal: str, tokens: Tokens) -> AuthBase:
        """Return the authentication that sends `Authorization: OAuth TOKEN` (SC-AUTH-02)."""
        return HeaderAuth("OAuth", tokens["access_token"])

    def probe_path(self, principal: str) -> str:
        """Return a path that every valid token of this principal can read."""
        return "/tracks?limit=1" if principal in self._apps else "/me"

    def principals(self) -> list[str]:
        """Return the apps, and the users who have a password or tokens in the settings."""
        return [*self._apps, *self._settings.users.names()]

    def probe_paths(self, principal: str) -> tuple[str, ...]:
        """Return the paths with which to test a token from the settings; no path for other tokens."""
        is_configured = principal not in self._apps and self._user(principal).access_token is not None
        return ("/me", "/tracks?limit=1", "/resolve") if is_configured else ()

    def key(self, principal: str, kind: str) -> str:
        """Return the settings key of a principal's credential.

        Args:
            principal: an app or a user.
            kind: `client` for the secret of an app; `password`, `refresh token` or another kind for a user.
        """
        if kind == "client":
            return f"{SECOND_APP}.client_secret" if principal == SECOND_APP else "client_secret"
        kinds = {"password": "password", "refresh token": "refresh_token"}
        return f"users.{principal}.{kinds.get(kind, 'access_token')}"

    def _login(self, user: User) -> TokenSet:
        """Return the tokens of a user who approves the access on the consent page."""
        if user.username is None or user.password is None:
            raise AuthError("this user has neither tokens nor a password")
        page = ConsentPageDriver(self._new_session(), login_origins=self._settings.login_origins)
        redirect_url = page.approve(
            self.oauth.authorization_url(), user.username, user.password.get_secret_value()
        )
        return self.oauth.exchange_code(self.oauth.parse_code(redirect_url))

    def _user(self, principal: str) -> User:
        """Return a user of the settings; raise AuthError if the user is not configured."""
        user = getattr(self._settings.users, principal)
        if not isinstance(user, User):
            raise AuthError(f"the settings of the target have no user {principal!r}")
        return user


def _to_app(settings: SoundCloudSettings | SecondApp) -> App:
    """Return the app that the settings of a target, or of its second app, describe."""
    secret = settings.client_secret.get_secret_value()
    return App(settings.client_id, secret, settings.redirect_uri)


def _to_tokens(tokens: TokenSet) -> Tokens:
    """Return a token response as an entry of the token store."""
    return {
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "expires_in": tokens.expires_in,
    }
