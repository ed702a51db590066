"""Shared and exclusive use of a target by the workers of a run."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path


class TargetLock:
    """A readers-writer lock between processes, consisting of two lock files.

    Args:
        folder: the folder of the lock files; None if only one process uses the target.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._held_state = contextlib.ExitStack()
        self._holds_state = False
        self.is_exclusive = folder is None
        """Whether no other process uses the target now."""

    @contextlib.contextmanager
    def shared(self) -> Iterator[None]:
        """Hold the target together with other tests during the block."""
        with self._locked_file("turnstile", fcntl.LOCK_EX):
            pass  # a waiting exclusive lock holds the turnstile, so it is not starved
        with self._locked_file("readers", fcntl.LOCK_SH):
            yield

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the target alone during the block, for a test that changes the target's clock or responses."""
        with self._locked_file("turnstile", fcntl.LOCK_EX), self._locked_file("readers", fcntl.LOCK_EX):
            self.is_exclusive = True
            try:
                yield
            finally:
                self.is_exclusive = self._folder is None

    def hold_state(self) -> None:
        """Wait until no other process has a user's properties to restore; hold them until `release_state`.

        Otherwise, a process could store and later restore what another one has changed for a moment.
        """
        if not self._holds_state:
            self._held_state.enter_context(self._locked_file("state", fcntl.LOCK_EX))
            self._holds_state = True

    def release_state(self) -> None:
        """Let other processes change a user's properties."""
        self._held_state.close()
        self._holds_state = False

    @contextlib.contextmanager
    def _locked_file(self, name: str, kind: int) -> Iterator[None]:
        """Hold a lock of this kind (LOCK_SH or LOCK_EX) on a lock file during the block."""
        if self._folder is None:
            yield
            return
        with (self._folder / f"{name}.lock").open("a") as lock_file:
            fcntl.flock(lock_file, kind)
            yield
