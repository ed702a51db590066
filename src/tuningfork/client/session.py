"""HTTP sessions without environment settings and redirects, whose cookies are sent to one origin only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http.cookiejar import Cookie, DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter


class SameOriginCookiePolicy(DefaultCookiePolicy):
    """Restricts each cookie to the scheme, host and port that set it, regardless of its Domain attribute."""

    def set_ok(self, cookie: Cookie, request: Any) -> bool:
        """Return whether a cookie is stored; restrict it to its origin before the jar stores it."""
        if not super().set_ok(cookie, request):
            return False
        parts = urlsplit(request.get_full_url())
        host = str(parts.hostname)
        cookie.domain = host if "." in host else f"{host}.local"  # the jar's name of a host without a dot
        cookie.domain_specified = cookie.domain_initial_dot = False
        cookie.port = str(parts.port or 80)  # the jar assumes 80 for a URL without a port, even for https
        cookie.port_specified = True
        cookie.secure = cookie.secure or parts.scheme == "https"
        return True


ACCEPT_ENCODING = "gzip, deflate"
"""The same in every environment; requests adds others if their packages are installed."""


class IsolatedSession(requests.Session):
    """A session that returns redirects as responses and ignores proxies and credentials of the environment.

    Args:
        adapter: sends the requests of every scheme.
    """

    def __init__(self, adapter: BaseAdapter) -> None:
        super().__init__()
        self.trust_env = False
        self.headers["Accept-Encoding"] = ACCEPT_ENCODING
        self.cookies.set_policy(SameOriginCookiePolicy())
        self.adapters.clear()
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """Return a prepared request that `prepared_again` can prepare, and sign, once more."""
        prepared = super().prepare_request(request)
        prepared.prepare_again = lambda: self.prepare_request(request)  # type: ignore[attr-defined]  # an attribute of this project
        return prepared

    def resolve_redirects(self, *_: Any, **__: Any) -> Iterator[Any]:
        """Return no redirects, so that requests does not parse the Location header."""
        return iter(())


def prepared_again(
    request: requests.PreparedRequest, headers: Mapping[str, str] | None = None
) -> requests.PreparedRequest:
    """Return a request to send once more, signed again: a nonce counts once (RFC 5849 3.3).

    Args:
        request: the request; one that no IsolatedSession has prepared is returned itself.
        headers: further headers.
    """
    prepare_again = getattr(request, "prepare_again", None)
    again: requests.PreparedRequest = request if prepare_again is None else prepare_again()
    again.headers.update(headers or {})
    return again
