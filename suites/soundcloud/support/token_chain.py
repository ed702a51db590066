"""Tokens that renew each other, as a suite follows them."""

from __future__ import annotations

from dataclasses import dataclass

from tuningfork.auth.oauth2 import AuthError, OAuth2, TokenSet
from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.model import ExpectationFailed

TOKEN = "/oauth2/token"  # noqa: S105 - a path


@dataclass(slots=True)
class TokenChain:
    """A first set of tokens and all that renew it; `tokens` is the newest one."""

    client: Client
    oauth: OAuth2
    tokens: TokenSet

    @property
    def refresh_token(self) -> str:
        """The newest refresh token; ExpectationFailed if the last set came without one."""
        if self.tokens.refresh_token is None:
            raise ExpectationFailed("a refresh_token in each set of tokens", "none in the last one")
        return self.tokens.refresh_token

    @property
    def bearer(self) -> Client:
        """A client with the newest access token."""
        return self.client.with_token(self.tokens.access_token)

    def refresh(self) -> Response:
        """Renew the newest set; ExpectationFailed if that gives none."""
        answer = self.try_refresh(self.refresh_token)
        self.tokens = parse_token_set(answer)
        return answer

    def try_refresh(self, refresh_token: str, oauth: OAuth2 | None = None) -> Response:
        """Use any refresh token, whatever comes of it; as another app if `oauth` is given."""
        return self.client.post(TOKEN, form=(oauth or self.oauth).refresh_form(refresh_token))

    def assert_usable(self) -> None:
        """ExpectationFailed if the newest access token does not open what is public."""
        self.bearer.get("/tracks", limit=1).expect_ok()


def parse_token_set(answer: Response) -> TokenSet:
    """The tokens of a token endpoint's answer; ExpectationFailed if there are none."""
    try:
        return TokenSet.from_json(answer.expect_ok().object)
    except AuthError:
        raise ExpectationFailed("a set of tokens", f"{answer.status} without an access_token") from None
