from __future__ import annotations

import fcntl
import threading
from pathlib import Path

import pytest

from tuningfork.client.target_lock import TargetLock


def is_free(folder: Path, name: str, kind: int) -> bool:
    """Whether somebody else could lock a file now."""
    with (folder / f"{name}.lock").open("a") as opened:
        try:
            fcntl.flock(opened, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def await_at_the_gate(folder: Path) -> None:
    """Look until somebody holds the turnstile."""
    if not any(not is_free(folder, "turnstile", fcntl.LOCK_EX) for _ in range(50_000)):
        pytest.fail("nobody holds the turnstile")


def test_tests_share_a_target(tmp_path: Path) -> None:
    with TargetLock(tmp_path).shared(), TargetLock(tmp_path).shared():
        assert not is_free(tmp_path, "readers", fcntl.LOCK_EX)


def test_one_that_is_alone_excludes_all_others(tmp_path: Path) -> None:
    with TargetLock(tmp_path).exclusive():
        assert not is_free(tmp_path, "turnstile", fcntl.LOCK_EX)
        assert not is_free(tmp_path, "readers", fcntl.LOCK_SH)

    assert is_free(tmp_path, "turnstile", fcntl.LOCK_EX)
    assert is_free(tmp_path, "readers", fcntl.LOCK_EX)


@pytest.mark.parametrize("earlier", ["shared", "exclusive"])
def test_one_that_would_be_alone_waits_for_the_others_to_leave(tmp_path: Path, earlier: str) -> None:
    entered = threading.Event()

    def enter() -> None:
        with TargetLock(tmp_path).exclusive():
            entered.set()

    alone = threading.Thread(target=enter)
    with getattr(TargetLock(tmp_path), earlier)():
        alone.start()
        await_at_the_gate(tmp_path)
        assert not entered.is_set()
    alone.join()

    assert entered.is_set()


def test_one_that_waits_to_be_alone_lets_nobody_pass(tmp_path: Path) -> None:
    order: list[str] = []

    def enter(kind: str) -> None:
        with getattr(TargetLock(tmp_path), kind)():
            order.append(kind)

    alone, late = (threading.Thread(target=enter, args=[kind]) for kind in ("exclusive", "shared"))
    with TargetLock(tmp_path).shared():
        alone.start()
        await_at_the_gate(tmp_path)
        late.start()
        assert order == []
    for thread in (alone, late):
        thread.join()

    assert order == ["exclusive", "shared"]


def test_a_target_of_this_process_alone_needs_no_lock() -> None:
    with TargetLock().exclusive(), TargetLock().shared():
        pass
