"""Tokens of OAuth: requested, then exchanged for one that signs (RFC 5849, 2)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuningfork.apis.audioboo.mock.models import User

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.api_keys import ApiKey
    from tuningfork.apis.audioboo.mock.app import AudioBoo


@dataclass(slots=True)
class RequestToken:
    """Asks a user; `verifier` is what the user's approval gave."""

    token: str
    secret: str
    consumer: str
    callback: str
    user: User | None = None
    verifier: str | None = None


@dataclass(slots=True)
class AccessToken:
    """Signs in a user's name."""

    token: str
    secret: str
    consumer: str
    user: User
    disabled: bool = False


Token = RequestToken | AccessToken


class Tokens:
    """Tokens that were issued."""

    def __init__(self, mock: AudioBoo) -> None:
        self.mock = mock
        self._requests: dict[str, RequestToken] = {}
        self._accesses: dict[str, AccessToken] = {}

    def request(self, consumer: str, callback: str) -> RequestToken:
        """A new token to ask a user with."""
        made = RequestToken(secrets.token_urlsafe(20), secrets.token_urlsafe(30), consumer, callback)
        self._requests[made.token] = made
        return made

    def find_request(self, token: str) -> RequestToken | None:
        """One that has not been exchanged yet."""
        return self._requests.get(token)

    def verifier(self) -> str:
        """What proves an approval, short enough to be typed (AB-SIGN-07)."""
        return str(10_000_000 + secrets.randbelow(90_000_000))

    def approve(self, token: RequestToken, user: User) -> str:
        """The verifier of a user's approval."""
        token.user, token.verifier = user, self.verifier()
        return token.verifier

    def approver(self, token: RequestToken, verifier: str | None) -> User | None:
        """Who has approved it, if this is the verifier of the approval (AB-SIGN-06)."""
        return token.user if verifier is not None and verifier == token.verifier else None

    def spend(self, token: RequestToken) -> None:
        """It is good no more (AB-SIGN-06)."""
        self._requests.pop(token.token, None)

    def issue(self, consumer: str, user: User) -> AccessToken:
        """A new token that signs."""
        made = AccessToken(secrets.token_urlsafe(20), secrets.token_urlsafe(30), consumer, user)
        self._accesses[made.token] = made
        return made

    def find(self, token: str) -> AccessToken | None:
        """One that signs, disabled or not."""
        return self._accesses.get(token)

    def good(self, token: Token, consumer: ApiKey) -> bool:
        """Whether this consumer may sign with it."""
        disabled = isinstance(token, AccessToken) and token.disabled
        return token.consumer == consumer.key and not disabled

    def disable(self, token: str) -> None:
        """It signs no more."""
        if found := self.find(token):
            found.disabled = True

    def reset(self) -> None:
        """All are gone."""
        self._requests.clear()
        self._accesses.clear()
