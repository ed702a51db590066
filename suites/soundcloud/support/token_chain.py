"""Tokens that are refreshed again and again."""

from __future__ import annotations

from dataclasses import dataclass

from tuningfork.auth.oauth2 import AuthError, OAuth2, TokenSet
from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.model import ExpectationFailed

TOKEN = "/oauth2/token"  # noqa: S105 - a path


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

    def refresh(self) -> Response:
        """Refresh the newest set; raise ExpectationFailed if the response has no tokens."""
        answer = self.try_refresh(self.refresh_token)
        self.tokens = parse_token_set(answer)
        return answer

    def try_refresh(self, refresh_token: str, oauth: OAuth2 | None = None) -> Response:
        """Send a refresh request with any refresh token; `oauth` replaces the app that sends it."""
        return self.client.post(TOKEN, form=(oauth or self.oauth).refresh_form(refresh_token))

    def assert_usable(self) -> None:
        """Raise ExpectationFailed unless the newest access token can read public tracks."""
        self.bearer.get("/tracks", limit=1).expect_ok()


def parse_token_set(answer: Response) -> TokenSet:
    """Return the tokens of a token response; raise ExpectationFailed if it has none."""
    try:
        return TokenSet.from_json(answer.expect_ok().object)
    except AuthError:
        raise ExpectationFailed("a set of tokens", f"{answer.status} without an access_token") from None
