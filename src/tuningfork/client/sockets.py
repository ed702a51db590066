"""Sockets that observe the time and byte limits of the exchange that their thread performs."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from tuningfork.client.limits import RequestBudget, current_budget

DEFAULT_CONNECT_TIMEOUT_S = 60
"""Timeout of a connection that is opened outside an exchange."""
R = TypeVar("R", int, bytes, None)
Address = tuple[socket.AddressFamily, socket.SocketKind, int, Any]


class BudgetedSocket(socket.socket):
    """A TCP socket whose operations get only the time that the exchange has left."""

    def recv_into(self, *args: Any) -> int:
        """Receive into a buffer; raise TimeoutError or TooLargeError if the budget is used up."""
        return _receive(self, super().recv_into, args)

    def recv(self, *args: Any) -> bytes:
        """Receive bytes; raise TimeoutError or TooLargeError if the budget is used up."""
        return _receive(self, super().recv, args)

    def send(self, *args: Any, **options: Any) -> int:
        """Send bytes; raise TimeoutError if the budget is used up. The sockets of gevent have an option."""
        return _with_timeout(self, partial(super().send, **options), args)

    def sendall(self, *args: Any) -> None:
        """Send all bytes; the timeout of socket.sendall applies to all of them together."""
        _with_timeout(self, super().sendall, args)


class BudgetedTLSSocket(ssl.SSLSocket):
    """A TLS socket whose operations get only the time that the exchange has left.

    `sendall` needs no override: ssl.SSLSocket implements it with `send`.
    """

    def recv_into(self, *args: Any) -> int:
        """Receive into a buffer; raise TimeoutError or TooLargeError if the budget is used up."""
        return _receive(self, super().recv_into, args)

    def recv(self, *args: Any) -> bytes:
        """Receive bytes; raise TimeoutError or TooLargeError if the budget is used up."""
        return _receive(self, super().recv, args)

    def send(self, *args: Any, **options: Any) -> int:
        """Send bytes; raise TimeoutError if the budget is used up. The sockets of gevent have an option."""
        return _with_timeout(self, partial(super().send, **options), args)

    def do_handshake(self, block: bool = False) -> None:
        """Perform the TLS handshake; the timeout applies to all of it."""
        _with_timeout(self, super().do_handshake, (block,))


def connect(host: str, port: int) -> BudgetedSocket:
    """Return a connection to the first of a host's addresses that accepts one.

    Raises:
        OSError: the host is unknown, or no address accepted a connection in time.
    """
    budget = current_budget() or RequestBudget(DEFAULT_CONNECT_TIMEOUT_S, 0)
    addresses = _resolve(host, port, budget)
    last_error = OSError(f"{host} has no address")
    for attempts, (family, kind, protocol, address) in enumerate(addresses):
        try:
            return _connect_socket(
                BudgetedSocket(family, kind, protocol), address, budget, len(addresses) - attempts
            )
        except OSError as error:
            last_error = error
    raise budget.timeout_error() if isinstance(last_error, TimeoutError) else last_error


def _connect_socket(
    sock: BudgetedSocket, address: Any, budget: RequestBudget, tries_left: int
) -> BudgetedSocket:
    """Connect a socket within its share of the remaining time and return it."""
    try:
        sock.settimeout(budget.remaining_s() / tries_left)
        sock.connect(address)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        sock.close()
        raise
    return sock


def _resolve(host: str, port: int, budget: RequestBudget) -> list[Address]:
    """Look up a host's addresses in a thread, since the system's resolver has no timeout."""
    results: SimpleQueue[list[Address] | OSError] = SimpleQueue()
    threading.Thread(target=lambda: results.put(_lookup(host, port)), daemon=True).start()
    try:
        result = results.get(timeout=budget.remaining_s())
    except Empty:
        raise budget.timeout_error() from None
    if isinstance(result, OSError):
        raise result
    return result


def _lookup(host: str, port: int) -> list[Address] | OSError:
    """Return the addresses of a host; return the error if the lookup fails, for the waiting thread."""
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        return error
    except (UnicodeError, OverflowError):
        return OSError(f"{host}:{port} is not a valid address")
    return [(family, kind, protocol, address) for family, kind, protocol, _, address in infos]


def _with_timeout(sock: socket.socket, operation: Callable[..., R], arguments: tuple[Any, ...]) -> R:
    """Call a socket operation with the seconds that the exchange has left as its timeout."""
    budget = current_budget()
    if budget is None:
        return operation(*arguments)
    sock.settimeout(budget.remaining_s())
    try:
        return operation(*arguments)
    except TimeoutError:
        raise budget.timeout_error() from None


def _receive(sock: socket.socket, operation: Callable[..., R], arguments: tuple[Any, ...]) -> R:
    """Call a receiving socket operation, and subtract the received bytes from the thread's budget."""
    received = _with_timeout(sock, operation, arguments)
    budget = current_budget()
    if budget is not None:
        budget.count_bytes(len(received) if isinstance(received, bytes) else received or 0)
    return received
