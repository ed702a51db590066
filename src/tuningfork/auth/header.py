"""Authentication with a token in the Authorization header."""

from __future__ import annotations

from dataclasses import dataclass, field

from requests import PreparedRequest
from requests.auth import AuthBase


@dataclass(frozen=True, slots=True)
class HeaderAuth(AuthBase):
    """Adds `Authorization: SCHEME TOKEN` to each request (RFC 9110 11.4).

    Args:
        scheme: the authentication scheme, like "Bearer".
        token: the token.
    """

    scheme: str
    token: str = field(repr=False)

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Set the Authorization header; an existing one is replaced."""
        request.headers["Authorization"] = f"{self.scheme} {self.token}"
        return request
