"""The three legs as a suite walks them, each step with its answer."""

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
    """One app's way to one user's token.

    Args:
        anonymous: sends.
        consumer: the app.
        username: the user's name at the consent page.
        password: and password.
    """

    anonymous: Client
    consumer: Consumer
    username: str
    password: SecretStr = field(repr=False)

    def ask(self, callback: str | None = OUT_OF_BAND, **options: Any) -> Response:
        """POST /oauth/request_token, whatever comes of it; `options` are those of OAuth1."""
        return self._by(callback=callback, **options).post(REQUEST_TOKEN)

    def asked(self, callback: str = OUT_OF_BAND) -> Token:
        """A request token, or a failure; nothing is verified where the target takes no callback of ours."""
        answer = self.ask(callback)
        if callback != OUT_OF_BAND and 400 <= answer.status < 500:
            not_verified(f"the target takes no callback at {callback}: {answer.status}")
        return parse_token(answer)

    def approve(self, token: Token, callback: str = CALLBACK) -> str:
        """The URL that an approval leads to, or ExpectationFailed."""
        return self._decided("a redirect after the approval", ConsentPageDriver.approve, token, callback)

    def deny(self, token: Token, callback: str = CALLBACK) -> str:
        """The URL that a refusal leads to; empty where it leads to none, which no document forbids."""
        try:
            return self._decided("a redirect after the refusal", ConsentPageDriver.deny, token, callback)
        except ExpectationFailed:
            return ""

    def pin(self, token: Token) -> str:
        """The PIN on the page after an approval, or ExpectationFailed."""
        return self._decided(
            "a page with one PIN after the approval", ConsentPageDriver.approve_for_pin, token, ""
        )

    def verifier(self, token: Token, callback: str = CALLBACK) -> str:
        """What the redirect after an approval brings, or ExpectationFailed."""
        try:
            return OAuth1Flow.parse_verifier(self.approve(token, callback))
        except AuthError as refused:
            raise ExpectationFailed("an oauth_verifier for the app", str(refused)) from None

    def exchange(self, token: Token, verifier: str | None, **options: Any) -> Response:
        """POST /oauth/access_token, whatever comes of it; `options` are those of OAuth1."""
        given = {"token": token.key, "token_secret": token.secret, "verifier": verifier} | options
        return self._by(**given).post(ACCESS_TOKEN)

    def token(self) -> Token:
        """An access token, or ExpectationFailed."""
        asked = self.asked()
        return parse_token(self.exchange(asked, self.pin(asked)))

    def signed(self, token: Token) -> Client:
        """A client that signs with a token."""
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
