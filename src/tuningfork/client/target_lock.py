"""Use of a target by the workers of a run: together with others of the same kind, or alone."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path


class TargetLock:
    """A lock between processes for three kinds of tests, consisting of three lock files.

    Tests that only read run together, and so do tests that write, but never both: the lists that a test reads
    would change. A test that changes the target's clock or responses is alone.

    Args:
        folder: the folder of the lock files; None if only one process uses the target.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def shared(self) -> contextlib.AbstractContextManager[None]:
        """Hold the target together with other tests that read."""
        return self._together("readers", "writers")

    def writing(self) -> contextlib.AbstractContextManager[None]:
        """Hold the target together with other tests that write."""
        return self._together("writers", "readers")

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the target alone during the block, for a test that changes the target's clock or responses."""
        with (
            self._locked_file("turnstile", fcntl.LOCK_EX),
            self._locked_file("readers", fcntl.LOCK_EX),
            self._locked_file("writers", fcntl.LOCK_EX),
        ):
            yield

    @contextlib.contextmanager
    def _together(self, own: str, others: str) -> Iterator[None]:
        """Hold the target during the block together with the tests of the same kind.

        A waiting test holds the turnstile, so that no later one can overtake and starve it.
        """
        with contextlib.ExitStack() as held:
            with self._locked_file("turnstile", fcntl.LOCK_EX), self._locked_file(others, fcntl.LOCK_EX):
                held.enter_context(self._locked_file(own, fcntl.LOCK_SH))
            yield

    @contextlib.contextmanager
    def _locked_file(self, name: str, kind: int) -> Iterator[None]:
        """Hold a lock of this kind (LOCK_SH or LOCK_EX) on a lock file during the block."""
        if self._folder is None:
            yield
            return
        with (self._folder / f"{name}.lock").open("a") as lock_file:
            fcntl.flock(lock_file, kind)
            yield
