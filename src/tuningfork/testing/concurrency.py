"""Several requests at once: the same one, or different ones whose order does not matter."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
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
    clients = [client.copy() for _ in range(count)]
    barrier = Barrier(count)

    def send_when_all_are_ready(own_client: Client) -> T:
        barrier.wait(BARRIER_TIMEOUT_S)
        return send(own_client)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(send_when_all_are_ready, clients))


@contextlib.contextmanager
def any_order(client: Client) -> Iterator[Callable[[Callable[[Client], object]], object]]:
    """Yield a function that starts a call with a client; the order of these calls must not matter.

    As many calls run at once as the target's `in_flight` allows, each with a connection of its own. At the
    end of the block all have ended. The error of a call is raised when a later one is started, or at the end.

    Args:
        client: its credentials are used.
    """
    if client.transport.in_flight == 1:
        yield lambda call: call(client)
        return
    clients: SimpleQueue[Client] = SimpleQueue()
    for _ in range(client.transport.in_flight):
        clients.put(client.copy())
    running: deque[Future[None]] = deque()

    def run(call: Callable[[Client], object]) -> None:
        own_client = clients.get()
        try:
            call(own_client)
        finally:
            clients.put(own_client)

    def start(call: Callable[[Client], object]) -> None:
        if len(running) == client.transport.in_flight:
            running.popleft().result()
        running.append(pool.submit(run, call))

    with ThreadPoolExecutor(client.transport.in_flight) as pool:
        yield start
        for each in running:
            each.result()
