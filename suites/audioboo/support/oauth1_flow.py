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
        anonymous: the client without credentials that sends the requests.
        consumer: the credentials of the app.
        username: the user's name on the consent page.
        password: the user's password on the consent page.

    """

    anonymous: Client
    consumer: Consumer
    username: str
    password: SecretStr = field(repr=False)

    def post_request_token(self, callback: str | None = OUT_OF_BAND, **options: Any) -> Response:
        """Send POST /oauth/request_token; `options` are those of OAuth1."""
        return self._by(callback=callback, **options).post(REQUEST_TOKEN)

    def fetch_request_token(self, callback: str = OUT_OF_BAND) -> Token:
        """Return a request token; not verified if the target rejects the callback."""
        answer = self.post_request_token(callback)
        if callback != OUT_OF_BAND and 400 <= answer.status < 500:
            not_verified(f"the target takes no callback at {callback}: {answer.status}")
        return parse_token(answer)

    def approve(self, token: Token, callback: str = CALLBACK) -> str:
        """Approve on the consent page and return the URL to which it redirects."""
        return self._decided("a redirect after the approval", ConsentPageDriver.approve, token, callback)

    def deny(self, token: Token, callback: str = CALLBACK) -> str:
        """Deny on the consent page and return the URL to which it redirects; empty without a redirect."""
        try:
            return self._decided("a redirect after the refusal", ConsentPageDriver.deny, token, callback)
        except ExpectationFailed:
            return ""

    def pin(self, token: Token) -> str:
        """Approve on the consent page and return the PIN on the next page."""
        return self._decided(
            "a page with one PIN after the approval", ConsentPageDriver.approve_for_pin, token, ""
        )

    def verifier(self, token: Token, callback: str = CALLBACK) -> str:
        """Approve on the consent page and return the oauth_verifier of the redirect."""
        try:
            return OAuth1Flow.parse_verifier(self.approve(token, callback))
        except AuthError as refused:
            raise ExpectationFailed("an oauth_verifier for the app", str(refused)) from None

    def exchange(self, token: Token, verifier: str | None, **options: Any) -> Response:
        """Send POST /oauth/access_token; `options` are those of OAuth1."""
        given = {"token": token.key, "token_secret": token.secret, "verifier": verifier} | options
        return self._by(**given).post(ACCESS_TOKEN)

    def token(self) -> Token:
        """Return an access token; raise ExpectationFailed without one."""
        request_token = self.fetch_request_token()
        return parse_token(self.exchange(request_token, self.pin(request_token)))

    def signed(self, token: Token) -> Client:
        """Return a client that signs with a token."""
        return self._by(token=token.key, token_secret=token.secret)

    def _by(self, **options: Any) -> Client:
        return self.anonymous.with_auth(OAuth1(**({"consumer": self.consumer} | options)))

    def _decided(self, expected: str, decide: Any, token: Token, callback: str) -> str:
        session = self.anonymous.new_session()
        url = OAuth1Flow(session, self.anonymous.base_url, self.consumer).authorize_url(token)
        try:
            consent = ConsentPageDriver(session, callback, self.anonymous.transport.login_origins)
            found = decide(consent, url, self.username, self.password.get_secret_value())
        except AuthError as refused:
            raise ExpectationFailed(expected, str(refused)) from None
        return str(found)
