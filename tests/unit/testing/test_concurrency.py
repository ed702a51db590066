from __future__ import annotations

from threading import Barrier
from typing import Any, cast

from tuningfork.client.client import Client
from tuningfork.testing.concurrency import send_concurrently


class StubClient:
    """Records the credentials of its copies."""

    auth, token = "credentials", "token"

    def __init__(self, credentials: list[Any]) -> None:
        self.credentials = credentials

    def with_auth(self, auth: str, token: str) -> StubClient:
        self.credentials.append((auth, token))
        return StubClient(self.credentials)


def test_all_requests_are_sent_at_the_same_moment() -> None:
    credentials: list[Any] = []
    all_inside = Barrier(3)

    responses = send_concurrently(
        cast("Client", StubClient(credentials)), 3, lambda _: cast("Any", all_inside.wait(10))
    )

    assert sorted(cast("list[int]", responses)) == [0, 1, 2]
    assert credentials == [("credentials", "token")] * 3
