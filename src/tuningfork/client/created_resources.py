"""What a run has created, written down before it is used, so that it can be removed even by the next run."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO
from uuid import uuid4

CREATED, VERIFIED, RELATED, INTENDED, SAVED_STATE, LISTED_BEFORE = (
    "made",  # an answer said so; it is read back before anything is done to it
    "verified",  # read back as the user's own, or absent before
    "related",  # a like or a following that a list showed absent before
    "intended",  # a request that may have made something: no answer has told its path yet
    "state",  # what a member of the user was, to be put back
    "before",  # the ids that a list showed before this run made anything
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be done about one thing of the target's, by its holder.

    Args:
        holder: whose credentials made it.
        path: what DELETE removes, or PUT puts back, below the base URL; the list of `BEFORE`; the path that
            was sent to of what is `INTENDED`.
        kind: one of the kinds above.
        operation: of the document, that made it.
        texts: the texts that it may be known by; the ids of `BEFORE`.
        since: seconds since 1970 by the target's clock, before which it was not there.
        form: what is put back, names and values.
        number: tells two intents for the same thing apart.
        answered: whether an intent was answered, if only by an error; then nothing comes later.
    """

    holder: str
    path: str
    kind: str = CREATED
    operation: str = ""
    texts: tuple[str, ...] = ()
    since: float = 0.0
    form: tuple[tuple[str, str], ...] = ()
    number: int = 0
    answered: bool = False


class CreatedResources:
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
        return any(entry.path == path for entry in self._things())

    def find_containing(self, path: str) -> Entry | None:
        """The entry of the thing at a path, or of the one that it is a part of."""
        inner = f"{path.partition('?')[0]}/"
        return next((one for one in self._things() if inner.startswith(f"{one.path}/")), None)

    def entries_of_kind(self, kind: str) -> list[Entry]:
        """The open entries of a kind, oldest first."""
        return [entry for entry in list(self._entries) if entry.kind == kind]

    def add(self, entry: Entry) -> None:
        """Write down that something was, or may be, created."""
        self._entries[entry] = None
        self._log("+", entry)

    def remove(self, entry: Entry) -> None:
        """Write down that nothing is to be done about an entry any more."""
        if entry in self._entries:
            del self._entries[entry]
            self._log("-", entry)

    def replace(self, old: Entry, new: Entry) -> None:
        """Write down what has become known of an entry."""
        self.add(new)
        self.remove(old)

    def mark_deleted(self, path: str) -> None:
        """Write down that what stood at a path is gone, whatever else a query says of it."""
        gone = {path, path.partition("?")[0]}
        for entry in [entry for entry in self._things() if entry.path in gone]:
            self.remove(entry)

    def pending(self) -> list[Entry]:
        """What is still there, or may be, newest first."""
        return [entry for entry in reversed(list(self._entries)) if entry.kind != LISTED_BEFORE]

    def clear(self) -> None:
        """Forget everything: the target has been reset."""
        for entry in list(self._entries):
            self.remove(entry)

    def close(self) -> None:
        """End this process's part; the file stays if anything in it could not be removed."""
        if self._file is not None:
            if not self.pending():
                self._file.unlink(missing_ok=True)
            self._out.close()

    def _things(self) -> list[Entry]:
        return [entry for entry in list(self._entries) if entry.kind in (CREATED, VERIFIED, RELATED)]

    def _log(self, sign: str, entry: Entry) -> None:
        if self._file is not None:
            self._out.write(json.dumps([sign, asdict(entry)]) + "\n")
            self._out.flush()


def recover(folder: Path) -> Iterator[tuple[Path, list[Entry]]]:
    """What runs that were killed have left: each file whose process is gone, with its open entries."""
    for file in sorted(folder.glob("*.jsonl")):
        try:
            with file.open("r+", encoding="utf-8") as opened:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield file, _open_entries(opened)
        except (BlockingIOError, FileNotFoundError):
            continue  # its process lives, or another one takes care of it


def _entry_of(fields: dict[str, Any]) -> Entry:
    """An entry as it was written: JSON has lists for tuples."""
    form = tuple((str(name), str(value)) for name, value in fields.get("form", ()))
    return Entry(**{**fields, "texts": tuple(fields.get("texts", ())), "form": form})


def _open_entries(lines: TextIO) -> list[Entry]:
    entries: dict[Entry, None] = {}
    for line in lines:
        try:
            sign, fields = json.loads(line)
        except ValueError:
            continue  # the line that the run was killed in
        entry = _entry_of(fields)
        if sign == "+":
            entries[entry] = None
        else:
            entries.pop(entry, None)
    return list(reversed(entries))
