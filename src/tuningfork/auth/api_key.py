"""An API key in a header, a query parameter or a cookie (security scheme `apiKey` of OpenAPI)."""

from __future__ import annotations

from dataclasses import dataclass, field

from requests import PreparedRequest
from requests.auth import AuthBase


@dataclass(frozen=True, slots=True)
class ApiKeyAuth(AuthBase):
    """Adds an API key to each request.

    Args:
        name: the name of the header, parameter or cookie.
        key: the API key.
        location: "header", "query" or "cookie", as `in` of the security scheme says.
    """

    name: str
    key: str = field(repr=False)
    location: str = "header"

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the key to a request."""
        if self.location == "query":
            request.prepare_url(request.url, {self.name: self.key})
        elif self.location == "cookie":
            request.headers["Cookie"] = f"{self.name}={self.key}"
        else:
            request.headers[self.name] = self.key
        return request
