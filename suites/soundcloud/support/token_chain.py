"""Tokens that renew each other, as a suite follows them."""

from __future__ import annotations

from dataclasses import dataclass

from tuningfork.auth.oauth2 import OAuth2, Refused, TokenSet
from tuningfork.client.client import Answer, Client
from tuningfork.model import Unmet

TOKEN = "/oauth2/token"  # noqa: S105 - a path


@dataclass(slots=True)
class Chain:
    """A first set of tokens and all that renew it; `tokens` is the newest one."""

    client: Client
    oauth: OAuth2
    tokens: TokenSet

    @property
    def refresh_token(self) -> str:
        """The newest refresh token; Unmet if the last set came without one."""
        if self.tokens.refresh_token is None:
            raise Unmet("a refresh_token in each set of tokens", "none in the last one")
        return self.tokens.refresh_token

    @property
    def bearer(self) -> Client:
        """A client with the newest access token."""
        return self.client.with_token(self.tokens.access_token)

    def refresh(self) -> Answer:
        """Renew the newest set; Unmet if that gives none."""
        answer = self.try_refresh(self.refresh_token)
        self.tokens = token_set(answer)
        return answer

    def try_refresh(self, refresh_token: str, oauth: OAuth2 | None = None) -> Answer:
        """Use any refresh token, whatever comes of it; as another app if `oauth` is given."""
        return self.client.post(TOKEN, form=(oauth or self.oauth).refresh_form(refresh_token))

    def works(self) -> None:
        """Unmet if the newest access token does not open what is public."""
        self.bearer.get("/tracks", limit=1).is_ok()


def token_set(answer: Answer) -> TokenSet:
    """The tokens of a token endpoint's answer; Unmet if there are none."""
    try:
        return TokenSet.read(answer.is_ok().object)
    except Refused:
        raise Unmet("a set of tokens", f"{answer.status} without an access_token") from None
