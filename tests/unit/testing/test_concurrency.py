from __future__ import annotations

from threading import Barrier, get_ident
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tuningfork import ExpectationFailed
from tuningfork.client.client import Client
from tuningfork.testing.concurrency import any_order, send_concurrently


class StubClient:
    """Counts its copies."""

    def __init__(self, copies: list[StubClient], in_flight: int = 1) -> None:
        self.copies = copies
        self.transport = SimpleNamespace(in_flight=in_flight)

    def copy(self) -> StubClient:
        self.copies.append(StubClient(self.copies))
        return self.copies[-1]


def client_with(in_flight: int) -> Client:
    return cast("Client", StubClient([], in_flight))


def fail(_: Client) -> None:
    raise ExpectationFailed("a status below 500", "503")


def test_all_requests_are_sent_at_the_same_moment() -> None:
    copies: list[StubClient] = []
    all_inside = Barrier(3)

    responses = send_concurrently(
        cast("Client", StubClient(copies)), 3, lambda _: cast("Any", all_inside.wait(10))
    )

    assert sorted(cast("list[int]", responses)) == [0, 1, 2]
    assert len(copies) == 3


def test_one_call_after_the_other_in_their_order_unless_the_target_allows_more() -> None:
    calls: list[tuple[int, int]] = []

    with any_order(client_with(1)) as start:
        for number in range(5):
            start(lambda _, number=number: calls.append((number, get_ident())))

    assert calls == [(number, get_ident()) for number in range(5)]


def test_as_many_calls_run_at_once_as_the_target_allows() -> None:
    all_inside, clients = Barrier(3), set()

    def call(client: Client) -> None:
        all_inside.wait(10)
        clients.add(client)

    with any_order(client_with(3)) as start:
        for _ in range(9):
            start(call)

    assert len(clients) == 3


@pytest.mark.parametrize("in_flight", [1, 3])
@pytest.mark.parametrize("failing", [0, 7, 8])
def test_failure_of_one_call_fails_the_block(in_flight: int, failing: int) -> None:
    def run() -> None:
        with any_order(client_with(in_flight)) as start:
            for number in range(9):
                start(fail if number == failing else lambda _: None)

    with pytest.raises(ExpectationFailed):
        run()


def test_no_call_runs_after_the_block() -> None:
    ended: list[int] = []

    def run() -> None:
        with any_order(client_with(4)) as start:
            for number in range(4):
                start(lambda _, number=number: ended.append(number))
            raise KeyError

    with pytest.raises(KeyError):
        run()
    assert sorted(ended) == [0, 1, 2, 3]
