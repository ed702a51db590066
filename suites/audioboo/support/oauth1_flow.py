"""The three legs as a suite walks them, each step with its answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from tuningfork import not_verified
from tuningfork.auth.consent_page import Consent
from tuningfork.auth.oauth1 import OUT_OF_BAND, Consumer, Legs, OAuth1, Token
from tuningfork.auth.oauth2 import Refused
from tuningfork.client.client import Answer, Client
from tuningfork.model import Unmet

from .signed_clients import ACCESS_TOKEN, REQUEST_TOKEN, token_of

CALLBACK = "https://app.example.com/callback"


@dataclass(frozen=True, slots=True)
class Walk:
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

    def ask(self, callback: str | None = OUT_OF_BAND, **options: Any) -> Answer:
        """POST /oauth/request_token, whatever comes of it; `options` are those of OAuth1."""
        return self._by(callback=callback, **options).post(REQUEST_TOKEN)

    def asked(self, callback: str = OUT_OF_BAND) -> Token:
        """A request token, or Unmet; nothing is verified where the target takes no callback of ours."""
        answer = self.ask(callback)
        if callback != OUT_OF_BAND and 400 <= answer.status < 500:
            not_verified(f"the target takes no callback at {callback}: {answer.status}")
        return token_of(answer)

    def approve(self, token: Token, callback: str = CALLBACK) -> str:
        """The URL that an approval leads to, or Unmet."""
        return self._decided("a redirect after the approval", Consent.approve, token, callback)

    def deny(self, token: Token, callback: str = CALLBACK) -> str:
        """The URL that a refusal leads to; empty where it leads to none, which no document forbids."""
        try:
            return self._decided("a redirect after the refusal", Consent.deny, token, callback)
        except Unmet:
            return ""

    def pin(self, token: Token) -> str:
        """The PIN on the page after an approval, or Unmet."""
        return self._decided("a page with one PIN after the approval", Consent.approve_for_pin, token, "")

    def verifier(self, token: Token, callback: str = CALLBACK) -> str:
        """What the redirect after an approval brings, or Unmet."""
        try:
            return Legs.verifier_of(self.approve(token, callback))
        except Refused as refused:
            raise Unmet("an oauth_verifier for the app", str(refused)) from None

    def exchange(self, token: Token, verifier: str | None, **options: Any) -> Answer:
        """POST /oauth/access_token, whatever comes of it; `options` are those of OAuth1."""
        given = {"token": token.key, "token_secret": token.secret, "verifier": verifier} | options
        return self._by(**given).post(ACCESS_TOKEN)

    def token(self) -> Token:
        """An access token, or Unmet."""
        asked = self.asked()
        return token_of(self.exchange(asked, self.pin(asked)))

    def signed(self, token: Token) -> Client:
        """A client that signs with a token."""
        return self._by(token=token.key, token_secret=token.secret)

    def _by(self, **options: Any) -> Client:
        return self.anonymous.with_auth(OAuth1(**({"consumer": self.consumer} | options)))

    def _decided(self, expected: str, decide: Any, token: Token, callback: str) -> str:
        session = self.anonymous.new_session()
        url = Legs(session, self.anonymous.base_url, self.consumer).authorize_url(token)
        try:
            consent = Consent(session, callback, self.anonymous.wire.logins)
            found = decide(consent, url, self.username, self.password.get_secret_value())
        except Refused as refused:
            raise Unmet(expected, str(refused)) from None
        return str(found)
