"""A journal outside the runner, such as on a shared volume: later jobs find in it what a killed job left.

It is a folder with a file for each writer, or one file for all. A line says what a writer has added to its
list of created resources or removed from it; it is on the volume before the request is sent.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from tuningfork.client.config import ConfigurationError
from tuningfork.client.created_entry import Entry, parse_entry

ADDED, REMOVED, FINISHED = "+", "-", "end"
SUFFIX = ".jsonl"


@dataclass(frozen=True, slots=True)
class JournalLine:
    """A line of a journal.

    Args:
        writer: whose list of created resources it is about.
        at: Unix time when it was written.
        sign: ADDED, REMOVED or FINISHED.
        entry: the entry; None for FINISHED.
    """

    writer: str
    at: float
    sign: str
    entry: Entry | None

    @classmethod
    def parse(cls, line: dict[str, Any]) -> Self:
        """Return a line from its JSON object; raise KeyError, TypeError or ValueError if it is not one."""
        entry = None if line["sign"] == FINISHED else parse_entry(line["entry"])
        return cls(str(line["writer"]), float(line["at"]), line["sign"], entry)


@dataclass(frozen=True, slots=True)
class SharedJournal:
    """The journal as one writer, an API's session of a process, sees it.

    Args:
        path: a folder, or a file.
        api: identifies the API, its base URL, its app and its users.
        writer: identifies the writer.
    """

    path: Path
    api: str
    writer: str = field(default_factory=lambda: uuid4().hex)

    def write(self, sign: str, entry: Entry | None = None, writer: str | None = None) -> None:
        """Append a line and wait until it is on the volume.

        Args:
            sign: what happened: an entry was added or removed, or a writer has nothing left to delete.
            entry: the entry.
            writer: whose list it is; this writer's if not given.
        """
        line = {"api": self.api, "writer": writer or self.writer, "at": time.time(), "sign": sign}
        text = json.dumps(line | ({} if entry is None else {"entry": asdict(entry)}))
        with self._file(self.writer).open("a", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # appending is not atomic on every volume
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())

    def finish(self, writer: str | None = None) -> None:
        """Journal that a writer has nothing left to delete."""
        if self.path.is_dir():
            self._file(writer or self.writer).unlink(missing_ok=True)
        elif self.path.exists():
            self.write(FINISHED, writer=writer)

    def recover(self, older_than: float) -> Iterator[tuple[str, list[Entry]]]:
        """Yield each other writer with the entries that it left, newest first.

        Args:
            older_than: seconds since the last line of a writer; one that has written later may be alive.
        """
        entries: dict[str, dict[Entry, None]] = {}
        last: dict[str, float] = {}
        for line in self._lines():
            last[line.writer] = line.at
            own = entries.setdefault(line.writer, {})
            if line.entry is None:
                own.clear()
            elif line.sign == ADDED:
                own[line.entry] = None
            else:
                own.pop(line.entry, None)
        for writer, left in entries.items():
            if left and writer != self.writer and time.time() - last[writer] >= older_than:
                yield writer, list(reversed(left))

    def _lines(self) -> Iterator[JournalLine]:
        """Yield the lines of this API; one that a writer could not complete is left out."""
        for file in sorted(self.path.glob(f"*{SUFFIX}")) if self.path.is_dir() else [self.path]:
            try:
                lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
            except FileNotFoundError:
                continue  # its writer has finished
            for text in lines:
                with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError):
                    line = json.loads(text)
                    if line["api"] == self.api:
                        yield JournalLine.parse(line)

    def _file(self, writer: str) -> Path:
        """Return the file of a writer."""
        return self.path / f"{writer}{SUFFIX}" if self.path.is_dir() else self.path


def writable_journal(path: Path) -> Path:
    """Return the path of a journal; create its folder if it does not exist and has no suffix.

    Raises:
        ConfigurationError: nothing can be written there.
    """
    try:
        if not path.suffix and not path.is_file():
            path.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            if not os.access(path, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        else:
            path.open("a").close()
    except OSError as error:
        raise ConfigurationError(
            f"--journal {path}: can't be written ({error.strerror}); "
            "name a file or a folder that this job may write."
        ) from None
    return path
