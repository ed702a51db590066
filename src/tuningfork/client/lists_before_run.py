"""The ids that lists of a target had before a run, the same for all its workers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from tuningfork.client.created_entry import LISTED_BEFORE, Entry
from tuningfork.client.created_resources import CreatedResources
from tuningfork.client.target_reader import TargetReader

Ids = tuple[str, ...]


class ListsBeforeRun:
    """Fetches each list once for all workers, so that no worker takes what another one adds for older.

    A worker fetches a list before it adds to it; therefore nothing of the run is in the list that is fetched
    first.

    Args:
        file: contains the lists; None if one process runs all tests.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file

    def get(self, principal: str, path: str, fetch: Callable[[], Ids | None]) -> Ids | None:
        """Return the ids that the list at `path` had for a principal; None if it can't be read now."""
        if self._file is None:
            return fetch()
        with FileLock(self._file.with_suffix(".lock")):
            lists = json.loads(self._file.read_text(encoding="utf-8")) if self._file.exists() else {}
            key = f"{principal} {path}"
            if key in lists:
                return tuple(lists[key])
            ids = fetch()
            if ids is not None:
                self._file.write_text(json.dumps({**lists, key: ids}), encoding="utf-8")
            return ids


@dataclass(frozen=True, slots=True)
class JournalledLists:
    """Journals what lists had before the run, because the clean-up of a later run needs it too.

    Args:
        lists: fetches each list once.
        journal: the journal of the run.
        reader: reads the lists.
    """

    lists: ListsBeforeRun
    journal: CreatedResources
    reader: TargetReader

    def ids(self, principal: str, list_path: str) -> Ids | None:
        """Return the ids that a list had before this run, fetched once; None if the list can't be read."""
        for entry in self.journal.entries_of_kind(LISTED_BEFORE):
            if (entry.run, entry.holder, entry.path) == ("", principal, list_path):
                return entry.texts
        ids = self.lists.get(principal, list_path, lambda: self.reader.list_ids(principal, list_path))
        if ids is not None:
            self.journal.add(Entry(principal, list_path, LISTED_BEFORE, texts=ids))
        return ids
