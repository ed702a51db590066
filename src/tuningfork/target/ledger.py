"""What a run has created, written down before it is used, so that it can be removed even by the next run."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO
from uuid import uuid4


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing of the target's that DELETE at `path` (below the base URL) removes, by its holder."""

    holder: str
    path: str


class Ledger:
    """The open entries of this process.

    Args:
        folder: where the file of this process lies, locked while the process lives; None keeps it in memory.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._entries: dict[Entry, None] = {}
        self._file: Path | None = None
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            draft = folder / f"{uuid4().hex}.new"  # a process id comes again, in a container in each run
            self._out = draft.open("a", encoding="utf-8")
            fcntl.flock(self._out, fcntl.LOCK_EX)
            self._file = draft.rename(draft.with_suffix(".jsonl"))  # seen by others once it is locked

    def __contains__(self, path: str) -> bool:
        return any(entry.path == path for entry in self._entries)

    def add(self, entry: Entry) -> None:
        """Write down that something was created."""
        self._entries[entry] = None
        self._log("+", entry)

    def strike(self, path: str) -> None:
        """Write down that what stood at a path is gone, whatever else a query says of it."""
        gone = {path, path.partition("?")[0]}
        for entry in [entry for entry in self._entries if entry.path in gone]:
            del self._entries[entry]
            self._log("-", entry)

    def open_entries(self) -> list[Entry]:
        """What is still there, newest first."""
        return list(reversed(self._entries))

    def clear(self) -> None:
        """Forget everything: the target has been reset."""
        for entry in self.open_entries():
            self.strike(entry.path)

    def close(self) -> None:
        """End this process's part; the file stays if anything in it could not be removed."""
        if self._file is not None:
            if not self._entries:
                self._file.unlink(missing_ok=True)
            self._out.close()

    def _log(self, sign: str, entry: Entry) -> None:
        if self._file is not None:
            self._out.write(json.dumps([sign, asdict(entry)]) + "\n")
            self._out.flush()


def leftovers(folder: Path) -> Iterator[tuple[Path, list[Entry]]]:
    """What runs that were killed have left: each file whose process is gone, with its open entries."""
    for file in sorted(folder.glob("*.jsonl")):
        try:
            with file.open("r+", encoding="utf-8") as opened:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield file, _open_entries(opened)
        except (BlockingIOError, FileNotFoundError):
            continue  # its process lives, or another one takes care of it


def _open_entries(lines: TextIO) -> list[Entry]:
    entries: dict[Entry, None] = {}
    for line in lines:
        try:
            sign, fields = json.loads(line)
        except ValueError:
            continue  # the line that the run was killed in
        entry = Entry(**fields)
        if sign == "+":
            entries[entry] = None
        else:
            entries.pop(entry, None)
    return list(reversed(entries))
