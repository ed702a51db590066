"""How a client of Audioboo gets its tokens and signs with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import requests
from requests.auth import AuthBase

from tuningfork.apis.audioboo.signing_scheme import PrivateKey
from tuningfork.auth.consent_page import ConsentPageDriver
from tuningfork.auth.oauth1 import Consumer, OAuth1, OAuth1Flow
from tuningfork.auth.oauth2 import AuthError
from tuningfork.client.config import User
from tuningfork.client.tokens import Tokens
from tuningfork.redaction import SecretLocations

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.settings import AudiobooSettings

PLACES = SecretLocations().plus(
    parameters=["key", "timestamp", "signature", "oauth_body_hash"],
    properties=["api_key", "api_secret", "value"],
)
"""Where the private scheme has its secrets, and what is new in each recording.

`service[key]` is known by the last of its names; `value` is what the control /disable is told.
"""
CONSUMER, SERVICE = "consumer", "service"
WITHOUT_TOKENS = ("app", CONSUMER, SERVICE)
"""Holders whose requests carry no token of a user."""


def consumer_of(settings: AudiobooSettings) -> Consumer:
    """The app as the target knows it."""
    return Consumer(settings.consumer_key, settings.consumer_secret.get_secret_value())


class AudiobooCredentials:
    """OAuth 1.0a for users, by given tokens or a PIN; what anybody may read the app reads unsigned."""

    def __init__(self, settings: AudiobooSettings, new_session: Callable[[], requests.Session]) -> None:
        self._settings = settings
        self._new_session = new_session
        self._legs = OAuth1Flow(new_session(), settings.base_url, consumer_of(settings))

    def fetch(self, holder: str) -> Tokens:
        """The tokens that the target's owner gave, else those of a login; the app needs none."""
        if holder == CONSUMER:
            self._legs.check_consumer()
            return {"expires_in": 0}  # it is proved again in the next run
        if holder in WITHOUT_TOKENS:
            return {}
        user = self._user(holder)
        if user.access_token is None:
            return self._login(user)
        secret = user.access_token_secret
        return {
            "access_token": user.access_token.get_secret_value(),
            "access_token_secret": secret and secret.get_secret_value(),
        }

    def renew(self, holder: str, tokens: Tokens) -> Tokens:
        """As for the first time: these tokens have no end (RFC 5849 2.3)."""
        return self.fetch(holder)

    def auth(self, holder: str, tokens: Tokens) -> AuthBase | None:
        """A signature in the header for a user (AB-SIGN-01), nothing for the app."""
        if holder == SERVICE:
            service_secret = self._settings.service_secret.get_secret_value()
            return PrivateKey("service", self._settings.service_key, service_secret)
        if holder in WITHOUT_TOKENS:
            return None
        token, secret = tokens.get("access_token"), tokens.get("access_token_secret")
        return OAuth1(consumer_of(self._settings), token, secret)

    def probe_path(self, holder: str) -> str:
        """What a good token of this holder reads."""
        return "/audio_clips?page%5Bitems%5D=1" if holder in WITHOUT_TOKENS else "/account"

    def holders(self) -> list[str]:
        """The consumer, the service key, and the users who have a password or tokens."""
        return [CONSUMER, SERVICE, *self._settings.users.names()]

    def probe_paths(self, holder: str) -> tuple[str, ...]:
        """What a service key reads, and a user whose token the target's owner gave."""
        if holder == SERVICE:
            return ("/audio_clips", "/audio_clips/popular", "/audio_clips/featured")
        is_given = holder not in WITHOUT_TOKENS and self._user(holder).access_token is not None
        return ("/account", "/account/audio_clips") if is_given else ()

    def key(self, holder: str, kind: str) -> str:
        """The secret of the consumer or of the service key, or what a user has."""
        secrets = {CONSUMER: "consumer_secret", SERVICE: "service_secret"}
        return secrets.get(holder) or f"users.{holder}.{'password' if kind == 'password' else 'access_token'}"

    def _login(self, user: User) -> Tokens:
        if user.username is None or user.password is None:
            raise AuthError("this user has neither tokens nor a password")
        asked = self._legs.fetch_request_token()
        page = self._legs.authorize_url(asked)
        consent = ConsentPageDriver(self._new_session(), login_origins=self._settings.login_origins)
        pin = consent.approve_for_pin(page, user.username, user.password.get_secret_value())
        token = self._legs.fetch_access_token(asked, pin)
        return {"access_token": token.key, "access_token_secret": token.secret}

    def _user(self, holder: str) -> User:
        user = getattr(self._settings.users, holder)
        if not isinstance(user, User):
            raise AuthError(f"the target lends no user {holder!r}")
        return user
