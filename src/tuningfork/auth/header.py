"""A token in the Authorization header."""

from __future__ import annotations

from dataclasses import dataclass, field

from requests import PreparedRequest
from requests.auth import AuthBase


@dataclass(frozen=True, slots=True)
class HeaderAuth(AuthBase):
    """Signs each request with `Authorization: SCHEME TOKEN` (RFC 9110 11.4)."""

    scheme: str
    token: str = field(repr=False)

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Put the header on; one that is there already is replaced."""
        request.headers["Authorization"] = f"{self.scheme} {self.token}"
        return request
