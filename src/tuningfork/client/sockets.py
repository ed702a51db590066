"""Sockets that keep to the budget of their thread's exchange, whoever reads and writes them."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from tuningfork.client.limits import RequestBudget, current_budget

DEFAULT_CONNECT_TIMEOUT_S = 60
"""Seconds in which a connection is made that belongs to no exchange of ours."""
R = TypeVar("R", int, bytes, None)
Address = tuple[socket.AddressFamily, socket.SocketKind, int, Any]


class BudgetedSocket(socket.socket):
    """A TCP socket; each operation gets only the time that the exchange has left."""

    def recv_into(self, *args: Any) -> int:
        """As socket.socket's."""
        return _received(self, super().recv_into, args)

    def recv(self, *args: Any) -> bytes:
        """As socket.socket's."""
        return _received(self, super().recv, args)

    def send(self, *args: Any) -> int:
        """As socket.socket's."""
        return _within(self, super().send, args)

    def sendall(self, *args: Any) -> None:
        """As socket.socket's, whose timeout is for all of it."""
        _within(self, super().sendall, args)


class BudgetedTLSSocket(ssl.SSLSocket):
    """The same under TLS; `sendall` is made of `send` there."""

    def recv_into(self, *args: Any) -> int:
        """As ssl.SSLSocket's."""
        return _received(self, super().recv_into, args)

    def recv(self, *args: Any) -> bytes:
        """As ssl.SSLSocket's."""
        return _received(self, super().recv, args)

    def send(self, *args: Any) -> int:
        """As ssl.SSLSocket's."""
        return _within(self, super().send, args)

    def do_handshake(self, block: bool = False) -> None:
        """As ssl.SSLSocket's, whose timeout is for all of it."""
        _within(self, super().do_handshake, (block,))


def connect(host: str, port: int) -> BudgetedSocket:
    """A connection to the first of a host's addresses that takes one.

    Raises:
        OSError: there is no such host, or none of its addresses takes a connection in time.
    """
    budget = current_budget() or RequestBudget(DEFAULT_CONNECT_TIMEOUT_S, 0)
    found = _addresses(host, port, budget)
    failed = OSError(f"{host} has no address")
    for tried, (family, kind, protocol, address) in enumerate(found):
        try:
            return _connected(BudgetedSocket(family, kind, protocol), address, budget, len(found) - tried)
        except OSError as refused:
            failed = refused
    raise budget.timeout_error() if isinstance(failed, TimeoutError) else failed


def _connected(made: BudgetedSocket, address: Any, budget: RequestBudget, chances: int) -> BudgetedSocket:
    """The socket, connected within its share of the time."""
    try:
        made.settimeout(budget.remaining_s() / chances)
        made.connect(address)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        made.close()
        raise
    return made


def _addresses(host: str, port: int, budget: RequestBudget) -> list[Address]:
    """Looked up in a thread, since the system's resolver takes no timeout."""
    answer: SimpleQueue[list[Address] | OSError] = SimpleQueue()
    threading.Thread(target=lambda: answer.put(_looked_up(host, port)), daemon=True).start()
    try:
        found = answer.get(timeout=budget.remaining_s())
    except Empty:
        raise budget.timeout_error() from None
    if isinstance(found, OSError):
        raise found
    return found


def _looked_up(host: str, port: int) -> list[Address] | OSError:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as unknown:
        return unknown
    except (UnicodeError, OverflowError):
        return OSError(f"{host}:{port} is no address")
    return [(family, kind, protocol, address) for family, kind, protocol, _, address in found]


def _within(metered: socket.socket, operation: Callable[..., R], arguments: tuple[Any, ...]) -> R:
    budget = current_budget()
    if budget is None:
        return operation(*arguments)
    metered.settimeout(budget.remaining_s())
    try:
        return operation(*arguments)
    except TimeoutError:
        raise budget.timeout_error() from None


def _received(metered: socket.socket, operation: Callable[..., R], arguments: tuple[Any, ...]) -> R:
    got = _within(metered, operation, arguments)
    budget = current_budget()
    if budget is not None:
        budget.count_bytes(len(got) if isinstance(got, bytes) else got or 0)
    return got
