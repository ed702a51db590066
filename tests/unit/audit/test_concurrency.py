from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from tuningfork.audit.concurrency import concurrent_requests_event


class Server:
    """A mock, as far as it is changed here: it notes whether a request was alone."""

    def __init__(self) -> None:
        self.crowd = Event()
        self.seen: list[bool] = []

    def wsgi(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        self.seen.append(self.crowd.is_set())
        return [b"answer"]


@pytest.mark.parametrize(
    ("methods", "seen"),
    [(["POST", "POST"], [True, True]), (["POST"], [False]), (["POST", "GET"], [False, False])],
)
def test_two_that_meet_are_seen(methods: list[str], seen: list[bool]) -> None:
    server = Server()
    server.crowd = concurrent_requests_event(server)

    with ThreadPoolExecutor(len(methods)) as pool:
        bodies = list(pool.map(lambda name: b"".join(server.wsgi({"REQUEST_METHOD": name}, None)), methods))

    assert (server.seen, bodies) == (seen, [b"answer"] * len(methods))


def test_when_they_are_gone_the_next_is_alone() -> None:
    server = Server()
    server.crowd = concurrent_requests_event(server)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: list(server.wsgi({"REQUEST_METHOD": "POST"}, None)), range(2)))

    list(server.wsgi({"REQUEST_METHOD": "POST"}, None))

    assert server.seen[-1] is False
