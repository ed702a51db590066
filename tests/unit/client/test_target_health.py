"""When a target counts as lost, also with several requests in flight."""

from __future__ import annotations

import pytest

from tuningfork.client.target_health import TargetHealth


class FakeClock:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def test_target_is_lost_after_several_requests_in_a_row(clock: FakeClock) -> None:
    health = TargetHealth(60, 3, clock)

    for _ in range(3):
        clock.now += 1
        health.add_unanswered(1)

    assert health.lost_reason == "no response to 3 requests in a row"


def test_response_starts_a_new_row(clock: FakeClock) -> None:
    health = TargetHealth(60, 2, clock)

    for _ in range(5):
        clock.now += 1
        health.add_unanswered(1)
        health.add_response()

    assert health.lost_reason == ""


def test_requests_in_flight_together_count_once(clock: FakeClock) -> None:
    health = TargetHealth(60, 3, clock)

    clock.now += 4
    for _ in range(8):
        clock.now += 0.01
        health.add_unanswered(4)

    assert health.lost_reason == ""
    assert health.unanswered_in_a_row == 1


def test_what_threads_wait_for_together_counts_once(clock: FakeClock) -> None:
    health = TargetHealth(10, 100, clock)

    clock.now += 6
    for _ in range(8):
        health.add_unanswered(6)
        health.add_wait(6)
    assert health.lost_reason == ""

    clock.now += 6
    health.add_wait(6)
    assert health.lost_reason == "more than 10 s of waiting in total"


def test_pauses_add_up(clock: FakeClock) -> None:
    health = TargetHealth(10, 5, clock)

    for _ in range(8):  # requests in flight that get the same response
        health.add_pause(6)
    assert health.lost_reason == ""
    clock.now += 6
    health.add_pause(6)

    assert health.lost_reason == "more than 10 s of waiting in total"
