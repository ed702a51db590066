"""How a client of SoundCloud gets its tokens and shows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import requests
from requests.auth import AuthBase

from tuningfork.auth.consent_page import ConsentPageDriver
from tuningfork.auth.header import HeaderAuth
from tuningfork.auth.oauth2 import App, AuthError, OAuth2, TokenSet
from tuningfork.client.config import User
from tuningfork.client.tokens import Tokens

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.settings import SecondApp, SoundCloudSettings

SECOND_APP = "second_app"


class SoundCloudCredentials:
    """OAuth 2: client credentials for the app, a consent page or given tokens for users."""

    def __init__(self, settings: SoundCloudSettings, new_session: Callable[[], requests.Session]) -> None:
        self._settings = settings
        self._new_session = new_session
        base = settings.base_url.rstrip("/")
        apps = {"app": settings, SECOND_APP: settings.second_app}
        self._apps = {
            holder: OAuth2(new_session(), f"{base}/connect", f"{base}/oauth2/token", _app(app))
            for holder, app in apps.items()
            if app is not None
        }
        self.oauth = self._apps["app"]

    def fetch(self, holder: str) -> Tokens:
        """New tokens: by a grant, a login, or those that the target's owner gave."""
        if holder in self._apps:
            return _kept(self._apps[holder].client_credentials())
        user = self._user(holder)
        if user.access_token is not None:
            given = {"access_token": user.access_token, "refresh_token": user.refresh_token}
            return {name: value and value.get_secret_value() for name, value in given.items()}
        if user.refresh_token is not None:
            return _kept(self.oauth.refresh(user.refresh_token.get_secret_value()))
        return _kept(self._login(user))

    def renew(self, holder: str, tokens: Tokens) -> Tokens:
        """By the refresh token, and where that is refused as if for the first time."""
        refresh_token = tokens.get("refresh_token")
        if refresh_token is None:
            return self.fetch(holder)
        try:
            return _kept(self.oauth.refresh(refresh_token))
        except AuthError:
            return self.fetch(holder)

    def auth(self, holder: str, tokens: Tokens) -> AuthBase:
        """`Authorization: OAuth TOKEN` (SC-AUTH-02)."""
        return HeaderAuth("OAuth", tokens["access_token"])

    def probe_path(self, holder: str) -> str:
        """What a good token of this holder reads."""
        return "/tracks?limit=1" if holder in self._apps else "/me"

    def holders(self) -> list[str]:
        """The apps, and the users who have a password or tokens."""
        return [*self._apps, *self._settings.users.names()]

    def probe_paths(self, holder: str) -> tuple[str, ...]:
        """What every token reads, where the target's owner gave one."""
        is_given = holder not in self._apps and self._user(holder).access_token is not None
        return ("/me", "/tracks?limit=1", "/resolve") if is_given else ()

    def key(self, holder: str, kind: str) -> str:
        """The secret of an app, or what a user has."""
        if kind == "client":
            return f"{SECOND_APP}.client_secret" if holder == SECOND_APP else "client_secret"
        kinds = {"password": "password", "refresh token": "refresh_token"}
        return f"users.{holder}.{kinds.get(kind, 'access_token')}"

    def _login(self, user: User) -> TokenSet:
        if user.username is None or user.password is None:
            raise AuthError("this user has neither tokens nor a password")
        consent = ConsentPageDriver(self._new_session(), login_origins=self._settings.login_origins)
        landed = consent.approve(
            self.oauth.authorization_url(), user.username, user.password.get_secret_value()
        )
        return self.oauth.exchange_code(self.oauth.parse_code(landed))

    def _user(self, holder: str) -> User:
        user = getattr(self._settings.users, holder)
        if not isinstance(user, User):
            raise AuthError(f"the target lends no user {holder!r}")
        return user


def _app(registered: SoundCloudSettings | SecondApp) -> App:
    secret = registered.client_secret.get_secret_value()
    return App(registered.client_id, secret, registered.redirect_uri)


def _kept(tokens: TokenSet) -> Tokens:
    return {
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "expires_in": tokens.expires_in,
    }
