"""The credentials of a session for a request that the session does not send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests
from requests.auth import AuthBase


@dataclass(frozen=True, slots=True)
class RawCredentials:
    """Signs raw requests as a session would.

    Args:
        session: the session.
        auth: adds the credentials to each request of the session; None for no credentials.
        headers: the headers of every request, unless it overrides them.
        base_url: the base URL of the API.
    """

    session: requests.Session
    auth: AuthBase | None
    headers: Mapping[str, str]
    base_url: str

    def sign(
        self, method: str, url: str, headers: list[tuple[str, str]]
    ) -> tuple[list[tuple[str, str]], str]:
        """Return `headers` with the default headers and the credentials, and credentials for the query.

        A header that is given stays as it is.
        """
        given_names = {name.lower() for name, _ in headers}
        credentials, query = self._credentials(method, url)
        added = [
            (name, value)
            for name, value in {**self.headers, **credentials}.items()
            if name.lower() not in given_names
        ]
        return [*added, *headers], query

    def _credentials(self, method: str, url: str) -> tuple[dict[str, str], str]:
        """Return the headers and the query that the session adds to a bodyless request as its credentials.

        For a URL that can't be requested they are those of a GET of the base URL.
        """
        try:
            return _difference(*self._with_and_without_auth(method, url))
        except (ValueError, requests.RequestException):
            return _difference(*self._with_and_without_auth("GET", self.base_url))

    def _with_and_without_auth(
        self, method: str, url: str
    ) -> tuple[requests.PreparedRequest, requests.PreparedRequest]:
        """Return a request as the session prepares it, and the same without its credentials."""
        bare = self.session.prepare_request(requests.Request(method, url, auth=lambda request: request))
        return (self.auth(bare.copy()) if self.auth is not None else bare), bare


def _difference(
    request: requests.PreparedRequest, bare: requests.PreparedRequest
) -> tuple[dict[str, str], str]:
    """Return the headers and the query by which a request differs from another; Authorization in any case."""
    headers = {
        name: value
        for name, value in request.headers.items()
        if name.lower() == "authorization" or bare.headers.get(name) != value
    }
    known = parse_qsl(urlsplit(str(bare.url)).query, keep_blank_values=True)
    pairs = parse_qsl(urlsplit(str(request.url)).query, keep_blank_values=True)
    return headers, urlencode([pair for pair in pairs if pair not in known])


def with_query(target: str, query: str) -> str:
    """Return a request target with a query behind its own one, and the rest unchanged."""
    path, mark, fragment = target.partition("#")
    return f"{path}{'&' if '?' in path else '?'}{query}{mark}{fragment}" if query else target
