"""Where an API stands: its hosts and base paths by its document, and by the targets that are named.

Hosts are compared as RFC 3986 6.2 and RFC 6454 4 say: without case, encoding, userinfo and default port.
http and https with their default ports are one host, since old recordings have both.
"""

from __future__ import annotations

import ipaddress
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from tuningfork.contract.document import Node
from tuningfork.contract.openapi import METHODS, Contract, Operation

DEFAULT_PORTS = {"http": 80, "https": 443}
MAX_SERVERS = 1000
"""URLs that the variables of one server may make."""
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class UrlError(ValueError):
    """A URL that is not valid, in the words that follow "its URL"."""


@dataclass(frozen=True, slots=True)
class Address:
    """A URL's host, its port (None for the default one), and its path as it is written."""

    host: str
    port: int | None
    path: str

    @classmethod
    def of(cls, url: str) -> Address:
        """The address of an absolute URL.

        Raises:
            UrlError: it has no host, a scheme that is not HTTP's, or breaks the grammar.
        """
        if CONTROLS.search(url):
            raise UrlError("has control characters")
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise UrlError("is not valid") from None
        if parts.scheme not in DEFAULT_PORTS or not host:
            raise UrlError("is not an absolute http or https URL")
        port = None if port == DEFAULT_PORTS[parts.scheme] else port
        return cls(_normal(host), port, parts.path or "/")

    @property
    def root(self) -> str:
        """The path as a base: without slashes at its end."""
        return self.path.rstrip("/")

    def is_at(self, other: Address) -> bool:
        """Whether both have one host and port."""
        return (self.host, self.port) == (other.host, other.port)

    def below(self, base: Address) -> str | None:
        """The path below a base path; None if it is elsewhere."""
        if self.path == base.root:
            return "/"
        return self.path[len(base.root) :] if self.path.startswith(f"{base.root}/") else None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"


def _normal(host: str) -> str:
    """A host in lower case, without percent-encoding or the dot of the root, in the form that DNS has."""
    plain = unquote(host).lower().removesuffix(".")
    try:
        return ipaddress.ip_address(plain).compressed
    except ValueError:
        pass
    try:
        return plain if plain.isascii() else plain.encode("idna").decode()
    except UnicodeError:
        return plain


@dataclass(frozen=True, slots=True)
class Server:
    """A base URL and what is served there.

    Args:
        address: of the base URL.
        only: the names of the operations that are served there; None if it is any.
        but: the names of those that are served elsewhere.
    """

    address: Address
    only: frozenset[str] | None = None
    but: frozenset[str] = frozenset()

    def serves(self, operation: Operation) -> bool:
        """Whether an operation is served there."""
        return operation.key not in self.but and (self.only is None or operation.key in self.only)


class Hosts:
    """Finds the operation of a URL in one contract.

    Args:
        contract: its servers, those of its paths and those of its operations are known.
        targets: base URLs beside these; every operation is served there.
    """

    def __init__(self, contract: Contract, targets: Iterable[str] = ()) -> None:
        self.contract = contract
        own = list(_own_servers(contract.document))
        elsewhere = frozenset(key for _, key in own)
        self._servers = [
            *(Server(address, but=elsewhere) for address in _addresses(contract.document.get("servers"))),
            *(Server(address, only=frozenset({key})) for addresses, key in own for address in addresses),
            *(Server(Address.of(url)) for url in targets),
        ]

    def find(self, address: Address, method: str, base_url: str = "") -> tuple[bool, Operation | None]:
        """Whether a URL is the API's, and its operation, if there is one.

        Args:
            address: of the URL.
            method: of the request.
            base_url: where the recorder says that the API stood.
        """
        is_own = False
        for server in (*self._servers, *_recorded_at(base_url)):
            path = address.below(server.address) if address.is_at(server.address) else None
            if path is None:
                continue
            operation = self.contract.find(method, path)
            if operation is not None and server.serves(operation):
                return True, operation
            is_own = is_own or server.only is None
        return is_own, None

    def located(self, url: str, method: str, base_url: str = "") -> Operation | None:
        """The operation of a URL, wherever its host is; None if there is none or the URL is not valid."""
        try:
            address = Address.of(url)
        except UrlError:
            return None
        is_own, operation = self.find(address, method, base_url)
        return operation if is_own else self.guess(address, method)

    def guess(self, address: Address, method: str) -> Operation | None:
        """The operation of a URL at an unknown host: below a base path of the API, else by the whole path."""
        below = [address.below(server.address) for server in self._servers if server.address.root]
        paths = [path for path in (*below, address.path) if path is not None]
        found = (self.contract.find(method, path) for path in paths)
        return next((operation for operation in found if operation is not None), None)


def _recorded_at(base_url: str) -> list[Server]:
    try:
        return [Server(Address.of(base_url))] if base_url else []
    except UrlError:
        return []


def _own_servers(document: Mapping[str, Any]) -> Iterator[tuple[list[Address], str]]:
    """Addresses and name of each operation that names servers of its own, or whose path does."""
    paths = Node(document, document).get("paths")
    for path, item in paths.items() if paths is not None else ():
        for method in METHODS:
            operation = item.get(method)
            listed = operation and (operation.value.get("servers") or item.value.get("servers"))
            if listed:
                yield _addresses(listed), f"{method.upper()} {path}"


def _addresses(servers: Any) -> list[Address]:
    """Those of a list of server objects; one that is relative to the document has no host."""
    urls = (url for server in servers or () for url in _urls(server))
    return [address for url in urls if (address := _address(url)) is not None]


def _address(url: str) -> Address | None:
    if url.startswith("/") and not url.startswith("//"):
        return Address("", None, url)
    try:
        return Address.of(url)
    except UrlError:
        return None


def _urls(server: Mapping[str, Any]) -> Iterator[str]:
    """The URLs of a server object: each variable has its default, or one of its `enum`."""
    template, variables = str(server.get("url", "")), server.get("variables") or {}
    names = [name for name in variables if f"{{{name}}}" in template]
    values = [
        dict.fromkeys([variables[name].get("default"), *variables[name].get("enum", ())]) for name in names
    ]
    for chosen in itertools.islice(itertools.product(*values), MAX_SERVERS):
        url = template
        for name, value in zip(names, chosen, strict=True):
            url = url.replace(f"{{{name}}}", str(value))
        yield url
