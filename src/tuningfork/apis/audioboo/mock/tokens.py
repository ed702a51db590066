"""OAuth tokens: a request token is exchanged for an access token, which signs requests (RFC 5849, 2)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from tuningfork.apis.audioboo.mock.api_keys import ApiKey
from tuningfork.apis.audioboo.mock.models import User


@dataclass(slots=True)
class RequestToken:
    """A token that a user is prompted to approve.

    Attributes:
        user: the user who approved the token, or None.
        verifier: the code that the approval returned, or None.
    """

    token: str
    secret: str
    consumer: str
    callback: str
    user: User | None = None
    verifier: str | None = None


@dataclass(slots=True)
class AccessToken:
    """A token that signs requests in a user's name."""

    token: str
    secret: str
    consumer: str
    user: User
    disabled: bool = False


Token = RequestToken | AccessToken


class Tokens:
    """Stores the issued tokens."""

    def __init__(self) -> None:
        self._request_tokens: dict[str, RequestToken] = {}
        self._access_tokens: dict[str, AccessToken] = {}

    def create_request_token(self, consumer: str, callback: str) -> RequestToken:
        """Create a request token for a consumer."""
        token = RequestToken(secrets.token_urlsafe(20), secrets.token_urlsafe(30), consumer, callback)
        self._request_tokens[token.token] = token
        return token

    def find_request_token(self, token: str) -> RequestToken | None:
        """Return the request token, or None if it is unknown or was exchanged."""
        return self._request_tokens.get(token)

    def new_verifier(self) -> str:
        """Return a new verifier of eight digits, short enough to be typed (AB-SIGN-07)."""
        return str(10_000_000 + secrets.randbelow(90_000_000))

    def approve(self, token: RequestToken, user: User) -> str:
        """Record a user's approval and return its verifier."""
        token.user, token.verifier = user, self.new_verifier()
        return token.verifier

    def approving_user(self, token: RequestToken, verifier: str | None) -> User | None:
        """Return the user who approved the token, or None if the verifier is wrong (AB-SIGN-06)."""
        return token.user if verifier is not None and verifier == token.verifier else None

    def invalidate_request_token(self, token: RequestToken) -> None:
        """Delete a request token, so that it cannot be exchanged again (AB-SIGN-06)."""
        self._request_tokens.pop(token.token, None)

    def issue_access_token(self, consumer: str, user: User) -> AccessToken:
        """Create an access token that signs in the name of `user`."""
        token = AccessToken(secrets.token_urlsafe(20), secrets.token_urlsafe(30), consumer, user)
        self._access_tokens[token.token] = token
        return token

    def find_access_token(self, token: str) -> AccessToken | None:
        """Return the access token, disabled or not, or None."""
        return self._access_tokens.get(token)

    def is_usable(self, token: Token, consumer: ApiKey) -> bool:
        """Return True if the token was issued to this consumer and is not disabled."""
        disabled = isinstance(token, AccessToken) and token.disabled
        return token.consumer == consumer.key and not disabled

    def disable(self, token: str) -> None:
        """Disable an access token, if it exists."""
        if access_token := self.find_access_token(token):
            access_token.disabled = True

    def reset(self) -> None:
        """Delete all tokens."""
        self._request_tokens.clear()
        self._access_tokens.clear()
