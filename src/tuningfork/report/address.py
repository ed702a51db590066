"""The host and the path of a URL, in a form that can be compared.

Hosts are compared as RFC 3986 6.2 and RFC 6454 4 specify: without case, encoding, user information and
default port. http and https with their default ports are the same host, because old recordings contain both.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class UrlError(ValueError):
    """A URL that is not valid; the message follows the words "its URL"."""


@dataclass(frozen=True, slots=True)
class Address:
    """The host of a URL, its port (None for the default one), and its path, still percent-encoded."""

    host: str
    port: int | None
    path: str

    @classmethod
    def parse(cls, url: str) -> Address:
        """Return the address of an absolute URL.

        Raises:
            UrlError: the URL has no host, another scheme than http and https, or is malformed.
        """
        if CONTROL_CHARACTERS.search(url):
            raise UrlError("has control characters")
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise UrlError("is not valid") from None
        if parts.scheme not in DEFAULT_PORTS or not host:
            raise UrlError("is not an absolute http or https URL")
        port = None if port == DEFAULT_PORTS[parts.scheme] else port
        return cls(_normalized(host), port, parts.path or "/")

    @property
    def base_path(self) -> str:
        """The path without slashes at its end."""
        return self.path.rstrip("/")

    def has_same_host(self, other: Address) -> bool:
        """Return whether both have the same host and port."""
        return (self.host, self.port) == (other.host, other.port)

    def path_below(self, base: Address) -> str | None:
        """Return the path relative to a base path, or None if it is not below it."""
        if self.path == base.base_path:
            return "/"
        is_below = self.path.startswith(f"{base.base_path}/")
        return self.path[len(base.base_path) :] if is_below else None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"


@lru_cache(maxsize=1024)
def _normalized(host: str) -> str:
    """Return a host in lower case and in ASCII (IDNA), without percent-encoding and the final dot."""
    plain = unquote(host).lower().removesuffix(".")
    try:
        return ipaddress.ip_address(plain).compressed
    except ValueError:
        pass
    try:
        return plain if plain.isascii() else plain.encode("idna").decode()
    except UnicodeError:
        return plain
