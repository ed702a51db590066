"""The files of recorded traffic that a command line names, and those in its folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from tuningfork.report.readers.exchange_lines import SUFFIXES
from tuningfork.report.readers.files import JSON, YAML

STANDARD_INPUT = Path("-")
FOLDER_SUFFIXES = (*JSON, *YAML, *SUFFIXES, ".zip")
"""The files of a folder that may be recordings."""


def find_files(paths: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """Yield each file, and whether it was named; those of a folder are sorted, without hidden ones."""
    for path in paths:
        if path.is_dir():
            yield from ((file, False) for file in _files_below(path))
        else:
            yield path, True


def _files_below(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder and of its folders that may be recordings; links are not followed."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for name in sorted(files):
            if name.lower().endswith(FOLDER_SUFFIXES) and not name.startswith("."):
                yield Path(parent, name)
