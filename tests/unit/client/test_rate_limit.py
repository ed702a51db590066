from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tuningfork.client import rate_limit
from tuningfork.client.rate_limit import NoRateLimit, RateLimiter


class Time:
    """A clock that a test sets; sleeping only stores the seconds."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    clock = Time()
    monkeypatch.setattr(rate_limit, "time", clock)
    return clock


def test_limiters_with_same_file_share_the_rate(tmp_path: Path, time: Time) -> None:
    first, second = (RateLimiter(10, tmp_path / "turn") for _ in range(2))

    for one in (first, second, second, first, second):
        one.wait()

    assert time.slept == [0.0, 0.1, 0.2, 0.3, 0.4]


def test_idle_time_allows_no_burst(tmp_path: Path, time: Time) -> None:
    one = RateLimiter(10, tmp_path / "turn")
    one.wait()
    time.now += 60

    one.wait()
    one.wait()

    assert time.slept == [0.0, 0.0, 0.1]


def test_pause_delays_all_limiters(tmp_path: Path, time: Time) -> None:
    first, second = (RateLimiter(10, tmp_path / "turn") for _ in range(2))
    first.pause(30)

    second.wait()
    first.wait()

    assert time.slept == [30.0, 30.1]


def test_shorter_pause_does_not_shorten_longer_one(tmp_path: Path, time: Time) -> None:
    one = RateLimiter(10, tmp_path / "turn")
    one.pause(30)
    one.pause(1)

    one.wait()

    assert time.slept == [30.0]


def test_rate_that_no_worker_reaches_writes_nothing_and_obeys_pauses(tmp_path: Path, time: Time) -> None:
    first, second = (RateLimiter(1_000_000, tmp_path / "turn") for _ in range(2))
    first.wait()
    assert not list(tmp_path.iterdir())

    second.pause(30)
    first.wait()

    assert time.slept == [0.0, 30.0]


@pytest.mark.parametrize("text", ["", "soon", "\x00"])
def test_incomplete_file_is_reset(tmp_path: Path, time: Time, text: str) -> None:
    (tmp_path / "turn").write_text(text)

    RateLimiter(10, tmp_path / "turn").wait()

    assert time.slept == [0.0]


def test_processes_never_share_a_slot(tmp_path: Path) -> None:
    script = (
        "import pathlib, sys, types\n"
        "from tuningfork.client import rate_limit\n"
        "rate_limit.time = types.SimpleNamespace(time=lambda: 1000.0, sleep=lambda _: None)\n"
        "one = rate_limit.RateLimiter(1, pathlib.Path(sys.argv[1]))\n"
        "for _ in range(50): one.wait()\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "turn")]
    processes = [subprocess.Popen(command) for _ in range(2)]

    assert [process.wait() for process in processes] == [0, 0]
    assert float((tmp_path / "turn").read_text()) == 1100.0


def test_no_rate_limit_never_waits(time: Time) -> None:
    unthrottled = NoRateLimit()
    unthrottled.pause(30)
    unthrottled.wait()

    assert time.slept == []
