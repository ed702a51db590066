"""The OAuth 1.0a flow, one step at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from tuningfork import not_verified
from tuningfork.auth.consent_page import ConsentPageDriver
from tuningfork.auth.oauth1 import OUT_OF_BAND, Consumer, OAuth1, OAuth1Flow, Token
from tuningfork.auth.oauth2 import AuthError
from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.model import ExpectationFailed

from .signed_clients import ACCESS_TOKEN, REQUEST_TOKEN, parse_token

CALLBACK = "https://app.example.com/callback"


@dataclass(frozen=True, slots=True)
class OAuth1Steps:
    """The steps by which an app gets a token of a user.

    Args:
        unauthenticated: the client without credentials that sends the requests.
        consumer: the credentials of the app.
        username: the user's name on the consent page.
        password: the user's password on the consent page.
    """

    unauthenticated: Client
    consumer: Consumer
    username: str
    password: SecretStr = field(repr=False)

    def post_request_token(self, callback: str | None = OUT_OF_BAND, **options: Any) -> Response:
        """Send POST /oauth/request_token; `options` are those of OAuth1."""
        return self._client(callback=callback, **options).post(REQUEST_TOKEN)

    def fetch_request_token(self, callback: str = OUT_OF_BAND) -> Token:
        """Return a request token; not verified if the target rejects the callback."""
        response = self.post_request_token(callback)
        if callback != OUT_OF_BAND and 400 <= response.status < 500:
            not_verified(f"the target rejects the callback {callback}: {response.status}")
        return parse_token(response)

    def approve(self, token: Token, callback: str = CALLBACK) -> str:
        """Approve on the consent page and return the URL to which it redirects."""
        return self._decide("a redirect after the approval", ConsentPageDriver.approve, token, callback)

    def deny(self, token: Token, callback: str = CALLBACK) -> str:
        """Deny on the consent page and return the URL to which it redirects; empty without a redirect."""
        try:
            return self._decide("a redirect after the denial", ConsentPageDriver.deny, token, callback)
        except ExpectationFailed:
            return ""

    def fetch_pin(self, token: Token) -> str:
        """Approve on the consent page and return the PIN on the next page."""
        expected = "a page with one PIN after the approval"
        return self._decide(expected, ConsentPageDriver.approve_for_pin, token, "")

    def fetch_verifier(self, token: Token, callback: str = CALLBACK) -> str:
        """Approve on the consent page and return the oauth_verifier of the redirect."""
        try:
            return OAuth1Flow.parse_verifier(self.approve(token, callback))
        except AuthError as error:
            raise ExpectationFailed("an oauth_verifier for the app", str(error)) from None

    def exchange(self, token: Token, verifier: str | None, **options: Any) -> Response:
        """Send POST /oauth/access_token; `options` are those of OAuth1."""
        credentials = {"token": token.key, "token_secret": token.secret, "verifier": verifier}
        return self._client(**(credentials | options)).post(ACCESS_TOKEN)

    def fetch_token(self) -> Token:
        """Return an access token; raise ExpectationFailed without one."""
        request_token = self.fetch_request_token()
        return parse_token(self.exchange(request_token, self.fetch_pin(request_token)))

    def client_with(self, token: Token) -> Client:
        """Return a client that signs with a token."""
        return self._client(token=token.key, token_secret=token.secret)

    def _client(self, **options: Any) -> Client:
        return self.unauthenticated.with_auth(OAuth1(**({"consumer": self.consumer} | options)))

    def _decide(self, expected: str, decide: Any, token: Token, callback: str) -> str:
        """Return the result of a method of the consent page; raise ExpectationFailed if it fails."""
        session = self.unauthenticated.new_session()
        url = OAuth1Flow(session, self.unauthenticated.base_url, self.consumer).authorize_url(token)
        try:
            consent = ConsentPageDriver(session, callback, self.unauthenticated.transport.login_origins)
            return str(decide(consent, url, self.username, self.password.get_secret_value()))
        except AuthError as error:
            raise ExpectationFailed(expected, str(error)) from None
