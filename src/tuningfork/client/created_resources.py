"""Journal of the resources that a run creates, so that this run or the next one can delete them."""

from __future__ import annotations

import fcntl
import itertools
import json
from collections.abc import Container, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TextIO
from uuid import uuid4

from tuningfork.client.created_entry import CREATED, LISTED_BEFORE, RELATED, VERIFIED, Entry, parse_entry
from tuningfork.client.shared_journal import ADDED, REMOVED, SharedJournal


class CreatedResources:
    """The open entries of this process, each written to disk before the resource is used.

    Args:
        folder: the folder of the journal file, which is locked while the process is alive; None keeps the
            entries in memory.
        shared: a journal outside the runner that gets the entries too; None for none.
    """

    def __init__(self, folder: Path | None = None, shared: SharedJournal | None = None) -> None:
        self._entries: dict[Entry, None] = {}  # an ordered set
        self._numbers = itertools.count(1)
        self._shared = shared
        self._file: Path | None = None
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            writer = uuid4().hex if shared is None else shared.writer
            draft = folder / f"{writer}.new"  # process ids repeat, in a container in each run
            self._journal = draft.open("a", encoding="utf-8")
            fcntl.flock(self._journal, fcntl.LOCK_EX)
            self._file = draft.rename(
                draft.with_suffix(".jsonl")
            )  # visible to other runs only when it is locked

    def __contains__(self, path: str) -> bool:
        return any(entry.path == path for entry in self._resources())

    def find_containing(self, path: str) -> Entry | None:
        """Return the entry of the resource at `path` or of one that contains it; None if no entry matches."""
        path_with_slash = f"{path.partition('?')[0]}/"
        found = next(
            (entry for entry in self._resources() if path_with_slash.startswith(f"{entry.path}/")), None
        )
        return None if found is None else self.find_exactly(found.path)

    def find_exactly(self, path: str) -> Entry | None:
        """Return the newest entry of a path, its query included; None if no entry matches."""
        return next((entry for entry in reversed(self._resources()) if entry.path == path), None)

    def entries_at(self, path: str) -> list[Entry]:
        """Return the entries of the resources at a path, oldest first; its query parameters are ignored.

        There are several if the target gave the id of a deleted resource to a new one.
        """
        paths = {path, path.partition("?")[0]}
        return [entry for entry in self._resources() if entry.path in paths]

    def entries_of_kind(self, kind: str) -> list[Entry]:
        """Return the open entries of a kind, oldest first."""
        return [entry for entry in list(self._entries) if entry.kind == kind]

    def new_number(self) -> int:
        """Return what distinguishes an entry from others with equal texts, those of other guards included."""
        return next(self._numbers)

    def add(self, entry: Entry) -> None:
        """Journal that a resource was, or may be, created."""
        self._entries[entry] = None
        self._log(ADDED, entry)

    def remove(self, entry: Entry) -> None:
        """Journal that an entry needs no more action."""
        if entry in self._entries:
            del self._entries[entry]
            self._log(REMOVED, entry)

    def replace(self, old: Entry, new: Entry) -> None:
        """Journal new information about an entry, unless it was removed or replaced in the meantime."""
        if new != old and old in self._entries:
            self.add(new)
            self.remove(old)

    def has_relation(self, holder: str, path: str) -> bool:
        """Return whether a principal has added the relation that DELETE removes at a path."""
        return any((entry.holder, entry.path) == (holder, path) for entry in self._resources())

    def mark_deleted(
        self, path: str, holder: str | None = None, numbers: Container[int] | None = None
    ) -> None:
        """Journal that the resource at a path is deleted; its query parameters are ignored.

        Args:
            path: the path; relations of several principals may have the same one.
            holder: whose relation is deleted; None for those of all.
            numbers: the numbers of the deleted entries; None for all.
        """
        for entry in self.entries_at(path):
            is_of_holder = entry.kind != RELATED or holder in (None, entry.holder)
            if is_of_holder and (numbers is None or entry.number in numbers):
                self.remove(entry)

    def remove_exactly(self, path: str, numbers: Container[int] | None = None) -> None:
        """Journal that the resource at a path, its query included, is deleted; see `mark_deleted`."""
        for entry in [entry for entry in self._resources() if entry.path == path]:
            if numbers is None or entry.number in numbers:
                self.remove(entry)

    def pending(self) -> list[Entry]:
        """Return the entries to delete or restore: parts before their items, else newest first."""
        entries = [entry for entry in reversed(list(self._entries)) if entry.kind != LISTED_BEFORE]
        return sorted(entries, key=lambda entry: entry.below == "")

    def clear(self) -> None:
        """Remove all entries, after a reset of the target."""
        for entry in list(self._entries):
            self.remove(entry)

    def close(self) -> None:
        """Close the journal file; delete it unless it has pending entries."""
        if self._shared is not None and not self.pending():
            self._shared.finish()
        if self._file is not None:
            if not self.pending():
                self._file.unlink(missing_ok=True)
            self._journal.close()

    def _resources(self) -> list[Entry]:
        """Return the open entries whose path is that of a resource."""
        return [entry for entry in list(self._entries) if entry.kind in (CREATED, VERIFIED, RELATED)]

    def _log(self, sign: str, entry: Entry) -> None:
        """Append an added or removed entry to the journals, if there are any."""
        if self._shared is not None:
            self._shared.write(sign, entry)
        if self._file is not None:
            self._journal.write(json.dumps([sign, asdict(entry)]) + "\n")
            self._journal.flush()


def recover(folder: Path) -> Iterator[tuple[Path, list[Entry]]]:
    """Yield the journal file of each run that was killed, with its open entries, newest first."""
    for file in sorted(folder.glob("*.jsonl")):
        try:
            with file.open("r+", encoding="utf-8") as journal:
                fcntl.flock(journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield file, _read_open_entries(journal)
        except (BlockingIOError, FileNotFoundError):
            continue  # its process is alive, or another process recovers it


def _read_open_entries(lines: TextIO) -> list[Entry]:
    """Return the entries of a journal that were added and not removed, newest first."""
    entries: dict[Entry, None] = {}
    for line in lines:
        try:
            sign, properties = json.loads(line)
        except ValueError:
            continue  # the run was killed while it wrote this line
        entry = parse_entry(properties)
        if sign == ADDED:
            entries[entry] = None
        else:
            entries.pop(entry, None)
    return list(reversed(entries))
