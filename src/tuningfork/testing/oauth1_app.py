"""The app at a server of OAuth 1.0a: sends the three requests by which it gets the token of a user."""

from __future__ import annotations

from dataclasses import dataclass, field

from tuningfork import not_verified
from tuningfork.auth.consent_page import ConsentPageDriver
from tuningfork.auth.oauth1 import OUT_OF_BAND, Consumer, OAuth1, OAuth1Flow, Token
from tuningfork.auth.oauth2 import AuthError
from tuningfork.client.client import Client
from tuningfork.client.config import User
from tuningfork.client.response import Response
from tuningfork.conventions import oauth1 as conventions_oauth1
from tuningfork.testing.fairness import premise_succeeds


@dataclass(frozen=True)
class OAuth1App:
    """Sends requests to the declared endpoints.

    Args:
        client: sends the requests, without credentials of its own.
        declared: the endpoints.
        consumer: the registered app.
        user: the user who approves; None without one.
        redirect_uri: where the consent page redirects to; empty if it shows a PIN.
        login_origins: where the password of the user may be sent.
    """

    client: Client
    declared: conventions_oauth1.OAuth1
    consumer: Consumer
    user: User | None
    redirect_uri: str = ""
    login_origins: frozenset[str] = field(default_factory=frozenset)

    def begin(self) -> Response:
        """Return the response to the request for a request token."""
        auth = OAuth1(self.consumer, callback=self.redirect_uri or OUT_OF_BAND)
        return self.client.with_auth(auth).post(self.declared.request_token)

    def request_token(self) -> Token:
        """Return a new request token; the test is not verified without one."""
        return parse_token(premise_succeeds(self.begin(), "no request token is issued"))

    def open_consent_page(self, token: Token) -> Response:
        """Return the page on which a user approves the access."""
        return self.client.get(self.declared.authorize, oauth_token=token.key)

    def approve(self, token: Token) -> str:
        """Return the verifier of an approval by the user; the test is not verified without one."""
        url = self._flow.authorize_url(token)
        page = ConsentPageDriver(self.client.new_session(), self.redirect_uri, self.login_origins)
        try:
            if not self.redirect_uri:
                return page.approve_for_pin(url, *self._login())
            return self._flow.parse_verifier(page.approve(url, *self._login()))
        except AuthError as error:
            return not_verified(f"the consent page cannot be used: {error}")

    def exchange(self, token: Token, verifier: str | None) -> Response:
        """Return the response to the exchange of a request token."""
        auth = OAuth1(self.consumer, token.key, token.secret, verifier=verifier)
        return self.client.with_auth(auth).post(self.declared.access_token)

    def signed_by(self, token: Token) -> OAuth1:
        """Return what signs requests with a token."""
        return OAuth1(self.consumer, token.key, token.secret)

    @property
    def _flow(self) -> OAuth1Flow:
        """What knows the URL of the consent page."""
        return OAuth1Flow(self.client.session, self.client.base_url, self.consumer, self.declared.endpoints)

    def _login(self) -> tuple[str, str]:
        """Return the name and the password of the user; the test is not verified without them."""
        user = self.user
        if user is None or user.username is None or user.password is None:
            not_verified("tuningfork.toml has no users.first with username and password")
        return user.username, user.password.get_secret_value()


def parse_token(response: Response) -> Token:
    """Return the token of a response; the test is not verified without one."""
    try:
        return Token.parse(response.text)
    except AuthError as error:
        return not_verified(str(error))
