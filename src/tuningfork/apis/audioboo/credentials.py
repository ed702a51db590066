"""How a client of Audioboo gets tokens and signs requests."""

from __future__ import annotations

from collections.abc import Callable

import requests
from requests.auth import AuthBase

from tuningfork.apis.audioboo.settings import AudiobooSettings
from tuningfork.apis.audioboo.signing_scheme import PrivateKey
from tuningfork.auth.consent_page import ConsentPageDriver
from tuningfork.auth.oauth1 import Consumer, OAuth1, OAuth1Flow
from tuningfork.auth.oauth2 import AuthError
from tuningfork.client.config import User
from tuningfork.client.tokens import Tokens
from tuningfork.redaction import SecretLocations

SECRET_LOCATIONS = SecretLocations().plus(
    parameters=["key", "timestamp", "signature", "oauth_body_hash"],
    properties=["api_key", "api_secret", "value"],
)
"""Locations of the private scheme's secrets, and of values that differ in each recording.

`service[key]` is found by its last name, `key`; `value` is in the body of the control /disable.
"""
CONSUMER, SERVICE = "consumer", "service"
WITHOUT_TOKENS = ("app", CONSUMER, SERVICE)
"""Principals whose requests have no token of a user."""


def get_consumer(settings: AudiobooSettings) -> Consumer:
    """Return the consumer of the target's settings."""
    return Consumer(settings.consumer_key, settings.consumer_secret.get_secret_value())


class AudiobooCredentials:
    """Credentials of users (OAuth 1.0a by given tokens or a PIN), of the consumer and of the service key.

    The principal "app" sends its requests unsigned.

    Args:
        settings: the settings of the target.
        new_session: returns a session without credentials and with its own cookies.
    """

    def __init__(self, settings: AudiobooSettings, new_session: Callable[[], requests.Session]) -> None:
        self._settings = settings
        self._new_session = new_session
        self._flow = OAuth1Flow(new_session(), settings.base_url, get_consumer(settings))

    def fetch(self, principal: str) -> Tokens:
        """Return the configured tokens of a user, or those of a login; other principals have none."""
        if principal == CONSUMER:
            self._flow.check_consumer()
            return {"expires_in": 0}  # expires at once: each run proves the consumer again
        if principal in WITHOUT_TOKENS:
            return {}
        user = self._user(principal)
        if user.access_token is None:
            return self._login(user)
        secret = user.access_token_secret
        return {
            "access_token": user.access_token.get_secret_value(),
            "access_token_secret": secret and secret.get_secret_value(),
        }

    def renew(self, principal: str, tokens: Tokens) -> Tokens:
        """Return new tokens; Audioboo's tokens do not expire (RFC 5849 2.3)."""
        return self.fetch(principal)

    def auth(self, principal: str, tokens: Tokens) -> AuthBase | None:
        """Return what signs the principal's requests: OAuth for users (AB-SIGN-01), None for the app."""
        if principal == SERVICE:
            service_secret = self._settings.service_secret.get_secret_value()
            return PrivateKey("service", self._settings.service_key, service_secret)
        if principal in WITHOUT_TOKENS:
            return None
        token, secret = tokens.get("access_token"), tokens.get("access_token_secret")
        return OAuth1(get_consumer(self._settings), token, secret)

    def probe_path(self, principal: str) -> str:
        """Return a path that the principal can read if its tokens are valid."""
        return "/audio_clips?page%5Bitems%5D=1" if principal in WITHOUT_TOKENS else "/account"

    def principals(self) -> list[str]:
        """Return the consumer, the service key, and the users that have a password or tokens."""
        return [CONSUMER, SERVICE, *self._settings.users.names()]

    def probe_paths(self, principal: str) -> tuple[str, ...]:
        """Return paths that prove a service key, or the configured token of a user."""
        if principal == SERVICE:
            return ("/audio_clips", "/audio_clips/popular", "/audio_clips/featured")
        is_configured = principal not in WITHOUT_TOKENS and self._user(principal).access_token is not None
        return ("/account", "/account/audio_clips") if is_configured else ()

    def key(self, principal: str, kind: str) -> str:
        """Return the settings key of the credential that was rejected; `kind` is that of WrongCredentials."""
        secret_keys = {CONSUMER: "consumer_secret", SERVICE: "service_secret"}
        return (
            secret_keys.get(principal)
            or f"users.{principal}.{'password' if kind == 'password' else 'access_token'}"
        )

    def _login(self, user: User) -> Tokens:
        """Return the tokens of a user who approves the access on the consent page, with a PIN."""
        if user.username is None or user.password is None:
            raise AuthError("this user has neither tokens nor a password")
        request_token = self._flow.fetch_request_token()
        consent_url = self._flow.authorize_url(request_token)
        consent = ConsentPageDriver(self._new_session(), login_origins=self._settings.login_origins)
        pin = consent.approve_for_pin(consent_url, user.username, user.password.get_secret_value())
        token = self._flow.fetch_access_token(request_token, pin)
        return {"access_token": token.key, "access_token_secret": token.secret}

    def _user(self, principal: str) -> User:
        """Return a user of the settings; raise AuthError if the user is not configured."""
        user = getattr(self._settings.users, principal)
        if not isinstance(user, User):
            raise AuthError(f"the target's settings have no user {principal!r}")
        return user
