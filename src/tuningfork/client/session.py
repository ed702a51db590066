"""Sessions that take nothing from the environment, follow nothing, and keep each cookie to its origin."""

from __future__ import annotations

from collections.abc import Iterator
from http.cookiejar import Cookie, DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter


class SameOriginCookiePolicy(DefaultCookiePolicy):
    """Narrows a cookie to the scheme, host and port that set it, whatever its Domain says."""

    def set_ok(self, cookie: Cookie, request: Any) -> bool:
        """Whether a cookie is kept; it is narrowed here, since the jar asks before it keeps one."""
        if not super().set_ok(cookie, request):
            return False
        parts = urlsplit(request.get_full_url())
        host = str(parts.hostname)
        cookie.domain = host if "." in host else f"{host}.local"  # as the jar calls such a host
        cookie.domain_specified = cookie.domain_initial_dot = False
        cookie.port = str(parts.port or 80)  # as the jar reads a URL without a port
        cookie.port_specified = True
        cookie.secure = cookie.secure or parts.scheme == "https"
        return True


class IsolatedSession(requests.Session):
    """A session whose redirects are answers; whoever follows one sends a new request.

    Args:
        adapter: sends, whatever the scheme is.
    """

    def __init__(self, adapter: BaseAdapter) -> None:
        super().__init__()
        self.trust_env = False
        self.cookies.set_policy(SameOriginCookiePolicy())
        self.adapters.clear()
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def resolve_redirects(self, *_: Any, **__: Any) -> Iterator[Any]:
        """Nothing: what a Location says is not even read here."""
        return iter(())
