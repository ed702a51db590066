"""The ids that lists of a target had before a run, the same for all its workers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

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
