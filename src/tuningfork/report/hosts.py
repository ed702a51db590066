"""Finds the operation of a URL by the base URLs of an API: the servers of its document and its targets."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tuningfork.contract.document import Node
from tuningfork.contract.openapi import METHODS, Contract, Operation
from tuningfork.report.address import Address, UrlError

MAX_SERVER_URLS = 1000
"""URLs that the variables of one server object can produce."""


@dataclass(frozen=True, slots=True)
class Server:
    """A base URL and the operations that are available there.

    Args:
        address: of the base URL.
        only: the keys ("GET /tracks") of the operations available there; None for all.
        excluded: the keys of the operations that are available at other servers.
    """

    address: Address
    only: frozenset[str] | None = None
    excluded: frozenset[str] = frozenset()

    def serves(self, operation: Operation) -> bool:
        """Return whether an operation is available there."""
        return operation.key not in self.excluded and (self.only is None or operation.key in self.only)


class Hosts:
    """Finds the operation of a URL in one contract.

    Args:
        contract: its document has servers for the API, for single paths and for single operations.
        targets: further base URLs, at which every operation is available.
    """

    def __init__(self, contract: Contract, targets: Iterable[str] = ()) -> None:
        self.contract = contract
        own = list(_servers_of_operations(contract.document))
        keys = frozenset(key for _, key in own)
        servers = [
            *(Server(address, excluded=keys) for address in _addresses(contract.document.get("servers"))),
            *(Server(address, only=frozenset({key})) for addresses, key in own for address in addresses),
            *(Server(Address.parse(url)) for url in targets),
        ]
        self._servers = sorted(servers, key=lambda server: -len(server.address.base_path))

    def find(self, address: Address, method: str, base_url: str = "") -> tuple[bool, Operation | None]:
        """Return whether a URL belongs to the API, and its operation if the contract has it.

        Args:
            address: of the URL.
            method: of the request.
            base_url: the base URL of the API that the recorder stored; empty if it stored none.
        """
        is_own = False
        for server in (*self._servers, *_server_at(base_url)):
            path = address.path_below(server.address) if address.has_same_host(server.address) else None
            if path is None:
                continue
            operation = self.contract.find(method, path)
            if operation is not None and server.serves(operation):
                return True, operation
            is_own = is_own or server.only is None
        return is_own, None

    def locate(self, url: str, method: str, base_url: str = "") -> Operation | None:
        """Return the operation of a URL at any host; None if it has none or the URL is malformed."""
        try:
            address = Address.parse(url)
        except UrlError:
            return None
        is_own, operation = self.find(address, method, base_url)
        return operation if is_own else self.guess(address, method)

    def guess(self, address: Address, method: str) -> Operation | None:
        """Return the operation of a URL at an unknown host, by its path below a base path or by all of it."""
        below = [address.path_below(server.address) for server in self._servers if server.address.base_path]
        paths = [path for path in (*below, address.path) if path is not None]
        operations = (self.contract.find(method, path) for path in paths)
        return next((operation for operation in operations if operation is not None), None)


def _server_at(base_url: str) -> list[Server]:
    """Return the server of a base URL; an empty list if the URL is empty or malformed."""
    try:
        return [Server(Address.parse(base_url))] if base_url else []
    except UrlError:
        return []


def _servers_of_operations(document: Mapping[str, Any]) -> Iterator[tuple[list[Address], str]]:
    """Yield the addresses and the key of each operation that, or whose path, has its own servers."""
    paths = Node(document, document).get("paths")
    for path, item in paths.items() if paths is not None else ():
        for method in METHODS:
            operation = item.get(method)
            servers = operation and (operation.value.get("servers") or item.value.get("servers"))
            if servers:
                yield _addresses(servers), f"{method.upper()} {path}"


def _addresses(servers: Any) -> list[Address]:
    """Return the addresses of server objects, without those whose URL is malformed."""
    urls = (url for server in servers or () for url in _urls(server))
    return [address for url in urls if (address := _address(url)) is not None]


def _address(url: str) -> Address | None:
    """Return the address of a server's URL, with an empty host for a relative URL; None if malformed."""
    if url.startswith("/") and not url.startswith("//"):
        return Address("", None, url)
    try:
        return Address.parse(url)
    except UrlError:
        return None


def _urls(server: Mapping[str, Any]) -> Iterator[str]:
    """Yield the URLs of a server object, one for each combination of the values of its variables."""
    template, variables = str(server.get("url", "")), server.get("variables") or {}
    names = [name for name in variables if f"{{{name}}}" in template]
    values = [
        dict.fromkeys([variables[name].get("default"), *variables[name].get("enum", ())]) for name in names
    ]
    for combination in itertools.islice(itertools.product(*values), MAX_SERVER_URLS):
        url = template
        for name, value in zip(names, combination, strict=True):
            url = url.replace(f"{{{name}}}", str(value))
        yield url
