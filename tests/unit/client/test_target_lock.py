from __future__ import annotations

import fcntl
import threading
from pathlib import Path

import pytest

from tuningfork.client.target_lock import TargetLock


def is_free(folder: Path, name: str, kind: int) -> bool:
    """Return whether another holder could lock a file now."""
    with (folder / f"{name}.lock").open("a") as lock_file:
        try:
            fcntl.flock(lock_file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def wait_for_waiting_lock(folder: Path) -> None:
    """Poll until a lock holds the turnstile."""
    if not any(not is_free(folder, "turnstile", fcntl.LOCK_EX) for _ in range(50_000)):
        pytest.fail("no lock waits at the turnstile")


def test_shared_locks_coexist(tmp_path: Path) -> None:
    with TargetLock(tmp_path).shared(), TargetLock(tmp_path).shared():
        assert not is_free(tmp_path, "readers", fcntl.LOCK_EX)


def test_exclusive_lock_excludes_all_others(tmp_path: Path) -> None:
    with TargetLock(tmp_path).exclusive():
        assert not is_free(tmp_path, "turnstile", fcntl.LOCK_EX)
        assert not is_free(tmp_path, "readers", fcntl.LOCK_SH)

    assert is_free(tmp_path, "turnstile", fcntl.LOCK_EX)
    assert is_free(tmp_path, "readers", fcntl.LOCK_EX)


@pytest.mark.parametrize("earlier", ["shared", "exclusive"])
def test_exclusive_lock_waits_for_earlier_locks(tmp_path: Path, earlier: str) -> None:
    entered = threading.Event()

    def enter() -> None:
        with TargetLock(tmp_path).exclusive():
            entered.set()

    alone = threading.Thread(target=enter)
    with getattr(TargetLock(tmp_path), earlier)():
        alone.start()
        wait_for_waiting_lock(tmp_path)
        assert not entered.is_set()
    alone.join()

    assert entered.is_set()


def test_waiting_exclusive_lock_blocks_new_shared_locks(tmp_path: Path) -> None:
    order: list[str] = []

    def enter(kind: str) -> None:
        with getattr(TargetLock(tmp_path), kind)():
            order.append(kind)

    alone, late = (threading.Thread(target=enter, args=[kind]) for kind in ("exclusive", "shared"))
    with TargetLock(tmp_path).shared():
        alone.start()
        wait_for_waiting_lock(tmp_path)
        late.start()
        assert order == []
    for thread in (alone, late):
        thread.join()

    assert order == ["exclusive", "shared"]


def test_lock_without_folder_does_nothing() -> None:
    with TargetLock().exclusive(), TargetLock().shared():
        pass


def test_state_of_a_user_is_held_by_one_process_until_its_test_ends(tmp_path: Path) -> None:
    one, other, entered = TargetLock(tmp_path), TargetLock(tmp_path), threading.Event()

    def enter() -> None:
        other.hold_state()
        entered.set()

    waiting = threading.Thread(target=enter)
    one.hold_state()
    one.hold_state()
    assert not is_free(tmp_path, "state", fcntl.LOCK_EX)
    waiting.start()
    one.release_state()
    waiting.join()
    other.release_state()

    assert entered.is_set()
    assert is_free(tmp_path, "state", fcntl.LOCK_EX)


def test_lock_knows_whether_it_is_exclusive(tmp_path: Path) -> None:
    lock = TargetLock(tmp_path)
    with lock.shared():
        assert not lock.is_exclusive
    with lock.exclusive():
        assert lock.is_exclusive

    assert not lock.is_exclusive
    assert TargetLock().is_exclusive
