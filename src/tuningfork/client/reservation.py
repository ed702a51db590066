"""Reservations of targets: a run that writes uses its target alone, among all runs of this user."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Self, TextIO
from uuid import uuid4

RUN_ID = "TUNINGFORK_RUN_ID"
"""Environment variable with the id that the shards of a run share, so that they share the target."""
POLL_INTERVAL_S = 0.2
"""Interval at which a waiting run checks whether the target is free."""


class OccupiedError(Exception):
    """Another run uses the target; the message names its process and start time."""


@dataclass(frozen=True)
class ReservationEntry:
    """The reservation of one run, as its file stores it.

    Args:
        pid: id of its main process.
        since: start time in ISO 8601, local time.
        run: an id that the shards of one run share.
        writes: whether the run may create, change and delete resources.
        keys: what is reserved; each key identifies a user at a base URL.
    """

    pid: int
    since: str
    run: str
    writes: bool
    keys: tuple[str, ...]

    @classmethod
    def for_this_process(cls, keys: tuple[str, ...], writes: bool) -> Self:
        """Return the entry of this process."""
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        return cls(os.getpid(), since, os.environ.get(RUN_ID) or uuid4().hex, writes, keys)

    def conflicts_with(self, other: ReservationEntry) -> bool:
        """Return whether two runs may not use their targets at the same time."""
        shares_target = not set(self.keys).isdisjoint(other.keys)
        return shares_target and self.run != other.run and (self.writes or other.writes)


def state_folder() -> Path:
    """Return the folder of the reservations of this user's runs, regardless of the working directory."""
    homes = [os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state", tempfile.gettempdir()]
    for home, name in zip(homes, ["tuningfork", f"tuningfork-{os.getuid()}"], strict=True):
        folder = Path(home) / name / "holders"
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.TemporaryFile(dir=folder):
                return folder
    raise OSError(errno.EACCES, "no writable folder for reservations was found", str(folder))


class TargetReservation:
    """The reservation of this run: a file that is locked while its process is alive.

    Args:
        entry: what to reserve, and for which process.
        folder: the folder of all reservations; None for `state_folder()`.
    """

    def __init__(self, entry: ReservationEntry, folder: Path | None = None) -> None:
        self._entry = entry
        self._folder = folder or state_folder()
        self._file = self._folder / f"{uuid4().hex}.json"
        self._lock_file: TextIO | None = None

    def acquire(self, timeout: float, on_wait: Callable[[str], None]) -> None:
        """Wait until no other run has a conflicting reservation, then reserve.

        Args:
            timeout: maximum waiting time in seconds.
            on_wait: called once with a sentence that names the other run.

        Raises:
            OccupiedError: another run still has a conflicting reservation after `timeout`.
        """
        deadline = time.monotonic() + timeout
        is_reported = False
        while (other := self._try_acquire()) is not None:
            message = f"process {other.pid} has been running against this target since {other.since}"
            if time.monotonic() >= deadline:
                raise OccupiedError(f"{message}; run again when it has ended.")
            if not is_reported:
                on_wait(f"{message}; waiting for up to {timeout:g} s.")
                is_reported = True
            time.sleep(min(POLL_INTERVAL_S, timeout))

    def release(self) -> None:
        """Delete the reservation."""
        if self._lock_file is not None:
            self._file.unlink(missing_ok=True)
            self._lock_file.close()

    def _try_acquire(self) -> ReservationEntry | None:
        """Write the reservation and return None, or return a conflicting entry."""
        with (self._folder / "gate.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for other in self._other_entries():
                if self._entry.conflicts_with(other):
                    return other
            self._lock_file = self._file.open("w", encoding="utf-8")
            fcntl.flock(self._lock_file, fcntl.LOCK_EX)
            json.dump(asdict(self._entry), self._lock_file)
            self._lock_file.flush()
        return None

    def _other_entries(self) -> Iterator[ReservationEntry]:
        """Yield the reservations of runs that are alive; delete the files of runs that have ended."""
        for file in sorted(self._folder.glob("*.json")):
            with contextlib.suppress(FileNotFoundError), file.open("r+", encoding="utf-8") as lock_file:
                try:
                    fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    properties = json.load(lock_file)
                    yield ReservationEntry(**properties | {"keys": tuple(properties["keys"])})
                else:
                    file.unlink()  # its process has ended
