"""Sending the same request several times at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from tuningfork.client.client import Client
from tuningfork.client.response import Response

T = TypeVar("T", bound=Response)
BARRIER_TIMEOUT_S = 10.0
"""Seconds for which a thread waits until all others are ready to send."""


def send_concurrently(client: Client, count: int, send: Callable[[Client], T]) -> list[T]:
    """Call `send` in `count` threads at the same moment and return the responses.

    Args:
        client: its credentials are used; each thread has a connection of its own.
        count: the number of threads.
        send: sends one request with the client that it is given.
    """
    clients = [client.with_auth(client.auth, client.token) for _ in range(count)]
    barrier = Barrier(count)

    def send_when_all_are_ready(own_client: Client) -> T:
        barrier.wait(BARRIER_TIMEOUT_S)
        return send(own_client)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(send_when_all_are_ready, clients))
