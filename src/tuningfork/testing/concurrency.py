"""The same thing asked for several times at one moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from tuningfork.client.client import Answer, Client

T = TypeVar("T", bound=Answer)
MEETING = 10.0
"""Seconds that one waits for the others."""


def at_once(client: Client, many: int, send: Callable[[Client], T]) -> list[T]:
    """The answers to what `send` sends, so many times together, each on a connection of its own."""
    clients = [client.with_auth(client.auth, client.token) for _ in range(many)]
    start = Barrier(many)

    def meet(one: Client) -> T:
        start.wait(MEETING)
        return send(one)

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(meet, clients))
