"""Which runs have a target at this moment: one that writes has it to itself, wherever it was started."""

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
"""The environment variable that the shards of one run share, so that they share the target too."""
POLL_INTERVAL_S = 0.2
"""Seconds between two looks at whether the target is free."""


class OccupiedError(Exception):
    """Another run has the target: one sentence with its process and since when."""


@dataclass(frozen=True)
class ReservationEntry:
    """A run that has targets, as its file says.

    Args:
        pid: of its main process.
        since: ISO 8601, local time.
        run: an id that the shards of one run share.
        writes: whether it may create, change and delete.
        keys: what it has; each stands for a user at a base URL.
    """

    pid: int
    since: str
    run: str
    writes: bool
    keys: tuple[str, ...]

    @classmethod
    def for_this_process(cls, keys: tuple[str, ...], writes: bool) -> Self:
        """What this process says of itself."""
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        return cls(os.getpid(), since, os.environ.get(RUN_ID) or uuid4().hex, writes, keys)

    def conflicts_with(self, other: ReservationEntry) -> bool:
        """Whether both can't have their targets at a time."""
        shares = not set(self.keys).isdisjoint(other.keys)
        return shares and self.run != other.run and (self.writes or other.writes)


def state_folder() -> Path:
    """Where this user's runs see each other, whatever their working folder is."""
    homes = [os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state", tempfile.gettempdir()]
    for home, name in zip(homes, ["tuningfork", f"tuningfork-{os.getuid()}"], strict=True):
        folder = Path(home) / name / "holders"
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.TemporaryFile(dir=folder):
                return folder
    raise OSError(errno.EACCES, "no folder for the state of runs can be written", str(folder))


class TargetReservation:
    """What this run has, in a file that is locked while its process lives.

    Args:
        mine: what is asked for.
        folder: where runs see each other.
    """

    def __init__(self, mine: ReservationEntry, folder: Path | None = None) -> None:
        self._mine = mine
        self._folder = folder or state_folder()
        self._file = self._folder / f"{uuid4().hex}.json"
        self._opened: TextIO | None = None

    def acquire(self, patience: float, tell: Callable[[str], None]) -> None:
        """Wait until no other run has what is asked for.

        Args:
            patience: seconds at most.
            tell: is told once who has it, in a sentence.

        Raises:
            OccupiedError: another run still has it.
        """
        deadline = time.monotonic() + patience
        is_told = False
        while (other := self._enter()) is not None:
            said = f"process {other.pid} has been running against this target since {other.since}"
            if time.monotonic() >= deadline:
                raise OccupiedError(f"{said}; run again when it has ended.")
            if not is_told:
                tell(f"{said}; waiting for it, {patience:g} seconds at most.")
                is_told = True
            time.sleep(min(POLL_INTERVAL_S, patience))

    def release(self) -> None:
        """Let others have it."""
        if self._opened is not None:
            self._file.unlink(missing_ok=True)
            self._opened.close()

    def _enter(self) -> ReservationEntry | None:
        """Take what is asked for, or say who has it."""
        with (self._folder / "gate.lock").open("a") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            for other in self._others():
                if self._mine.conflicts_with(other):
                    return other
            self._opened = self._file.open("w", encoding="utf-8")
            fcntl.flock(self._opened, fcntl.LOCK_EX)
            json.dump(asdict(self._mine), self._opened)
            self._opened.flush()
        return None

    def _others(self) -> Iterator[ReservationEntry]:
        for file in sorted(self._folder.glob("*.json")):
            with file.open("r+", encoding="utf-8") as opened:
                try:
                    fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    told = json.load(opened)
                    yield ReservationEntry(**told | {"keys": tuple(told["keys"])})
                else:
                    file.unlink()  # its process is gone
