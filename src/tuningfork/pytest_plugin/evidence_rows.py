"""The rows of the matrices for the collected tests, without those of modules that have changed since."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from tuningfork.depth.digests import digest
from tuningfork.depth.matrix import REMEDY, Matrix, MatrixRow
from tuningfork.report.sections import plural


class EvidenceRows:
    """Finds the row of a test, and collects what is missing or outdated.

    Args:
        matrices: by API; None for an API without a matrix.
    """

    def __init__(self, matrices: Mapping[str, Matrix | None]) -> None:
        self._matrices = matrices
        self._digest = functools.cache(digest)
        self._changed: Counter[str] = Counter()
        self._unknown: Counter[str] = Counter()

    def row_of(self, item: pytest.Item, api: str) -> MatrixRow | None:
        """Return the row of a test; None for a new test, and for one whose module has changed."""
        matrix = self._matrices[api]
        row = None if matrix is None else matrix.rows.get(item.nodeid)
        if matrix is None or row is None:
            self._unknown[api] += 1
            return None
        module = item.nodeid.partition("::")[0]
        if matrix.digests.get(module) != self._digest(Path(item.path)):
            self._changed[module] += 1
            return None
        return row

    def faults_of(self, row: MatrixRow, api: str) -> frozenset[str]:
        """Return the ids of the faults that a test kills."""
        matrix = self._matrices[api]
        assert matrix is not None, "the row is of this matrix"
        return frozenset(f"fault {matrix.faults[index]}" for index in row.faults)

    def notes(self) -> list[str]:
        """Return a sentence for each API without a matrix, and for what the matrices do not know."""
        missing = [api for api in self._unknown if self._matrices[api] is None]
        notes = [f"{api} has no matrix.json, so all its tests run; {REMEDY}." for api in missing]
        if new := sum(number for api, number in self._unknown.items() if api not in missing):
            notes.append(f"{plural(new, 'test')} not in matrix.json, so all of them run; {REMEDY}.")
        if self._changed:
            tests, modules = plural(self._changed.total(), "test"), ", ".join(sorted(self._changed))
            notes.append(f"{modules}: changed since matrix.json, so all {tests} of them run; {REMEDY}.")
        return notes
