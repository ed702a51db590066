from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from tuningfork.audit.concurrency import concurrent_requests_event


class Server:
    """A mock that stores for each request whether others were handled at the same time."""

    def __init__(self) -> None:
        self.are_concurrent = Event()
        self.were_concurrent: list[bool] = []

    def wsgi(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        self.were_concurrent.append(self.are_concurrent.is_set())
        return [b"response"]


@pytest.mark.parametrize(
    ("methods", "were_concurrent"),
    [(["POST", "POST"], [True, True]), (["POST"], [False]), (["POST", "GET"], [False, False])],
)
def test_event_is_set_during_concurrent_posts(methods: list[str], were_concurrent: list[bool]) -> None:
    server = Server()
    server.are_concurrent = concurrent_requests_event(server)

    with ThreadPoolExecutor(len(methods)) as pool:
        bodies = list(pool.map(lambda name: b"".join(server.wsgi({"REQUEST_METHOD": name}, None)), methods))

    assert (server.were_concurrent, bodies) == (were_concurrent, [b"response"] * len(methods))


def test_event_is_cleared_after_concurrent_posts() -> None:
    server = Server()
    server.are_concurrent = concurrent_requests_event(server)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: list(server.wsgi({"REQUEST_METHOD": "POST"}, None)), range(2)))

    list(server.wsgi({"REQUEST_METHOD": "POST"}, None))

    assert server.were_concurrent[-1] is False
