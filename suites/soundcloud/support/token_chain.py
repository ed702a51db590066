"""The token endpoint, and tokens that are refreshed again and again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tuningfork import not_verified
from tuningfork.auth.oauth2 import AuthError, OAuth2, TokenSet
from tuningfork.client.client import Client, Parameters
from tuningfork.client.response import Response
from tuningfork.model import ExpectationFailed

TOKEN = "/oauth2/token"  # noqa: S105 - a path


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    """Sends token requests; the test is not verified if an app has reached its rate limit."""

    client: Client

    def post(self, form: Parameters, **arguments: Any) -> Response:
        """Send POST /oauth2/token with a form and further arguments of Client.post."""
        response = self.client.post(TOKEN, form=form, **arguments)
        if response.status == 429:
            not_verified("the app has reached its limit of tokens")
        return response


@dataclass(slots=True)
class TokenChain:
    """A set of tokens and the sets that refresh it; `tokens` is the newest one."""

    client: Client
    oauth: OAuth2
    tokens: TokenSet

    @property
    def refresh_token(self) -> str:
        """Return the newest refresh token; raise ExpectationFailed if the last set has none."""
        if self.tokens.refresh_token is None:
            raise ExpectationFailed("a refresh_token in each set of tokens", "none in the last one")
        return self.tokens.refresh_token

    @property
    def bearer(self) -> Client:
        """Return a client with the newest access token."""
        return self.client.with_token(self.tokens.access_token)

    @property
    def lifetime(self) -> int:
        """Return the seconds for which the newest access token is valid."""
        return self.tokens.expires_in or not_verified("the token response has no expires_in")

    def refresh(self) -> Response:
        """Refresh the newest set; raise ExpectationFailed if the response has no tokens."""
        response = self.try_refresh(self.refresh_token)
        self.tokens = parse_token_set(response)
        return response

    def try_refresh(self, refresh_token: str, oauth: OAuth2 | None = None) -> Response:
        """Send a refresh request with any refresh token; `oauth` replaces the app that sends it."""
        return self.client.post(TOKEN, form=(oauth or self.oauth).refresh_form(refresh_token))

    def assert_usable(self) -> None:
        """Raise ExpectationFailed unless the newest access token can read public tracks."""
        self.bearer.get("/tracks", limit=1).expect_ok()


def parse_token_set(response: Response) -> TokenSet:
    """Return the tokens of a token response; raise ExpectationFailed if it has none."""
    try:
        return TokenSet.from_json(response.expect_ok().object)
    except AuthError:
        raise ExpectationFailed("a set of tokens", f"{response.status} without an access_token") from None
