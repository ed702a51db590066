from __future__ import annotations

from threading import Barrier
from typing import Any, cast

from tuningfork.client.client import Client
from tuningfork.testing.concurrency import send_concurrently


class Sender:
    """A client, as far as it is used here."""

    auth, token = "credentials", "token"

    def __init__(self, made: list[Any]) -> None:
        self.made = made

    def with_auth(self, auth: str, token: str) -> Sender:
        self.made.append((auth, token))
        return Sender(self.made)


def test_all_are_under_way_at_one_moment() -> None:
    made: list[Any] = []
    inside = Barrier(3)

    places = send_concurrently(
        cast("Client", Sender(made)), 3, lambda one: cast("Any", (inside.wait(10), one is not None)[0])
    )

    assert sorted(cast("list[int]", places)) == [0, 1, 2]
    assert made == [("credentials", "token")] * 3
