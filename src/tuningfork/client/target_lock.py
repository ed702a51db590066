"""Who has a target: tests share it, but for one that moves its clock and has it to itself."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path


class Occupancy:
    """A lock that all workers share, through two files.

    Args:
        folder: where the files lie; None where nobody else uses the target.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    @contextlib.contextmanager
    def shared(self) -> Iterator[None]:
        """Together with others."""
        with self._file("gate", fcntl.LOCK_EX):
            pass  # an exclusive one that waits holds the gate, so that it is not starved
        with self._file("hall", fcntl.LOCK_SH):
            yield

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[None]:
        """Alone."""
        with self._file("gate", fcntl.LOCK_EX), self._file("hall", fcntl.LOCK_EX):
            yield

    @contextlib.contextmanager
    def _file(self, name: str, kind: int) -> Iterator[None]:
        if self._folder is None:
            yield
            return
        with (self._folder / f"{name}.lock").open("a") as opened:
            fcntl.flock(opened, kind)
            yield
