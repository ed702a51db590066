"""Reads the results.json that an argument of a command names."""

from __future__ import annotations

from pathlib import Path

from tuningfork.cli.errors import CommandError
from tuningfork.redaction import printable_line
from tuningfork.report import results_file
from tuningfork.report.results import Results


def read_results(path: Path, *, complete: bool = False) -> Results:
    """Return the results in a file or its folder; CommandError if it has none.

    Args:
        path: a results.json, or the folder that has it.
        complete: refuse a run that did not complete.
    """
    try:
        return results_file.read(path) if complete else results_file.read_any(path)
    except results_file.ResultsError as error:
        raise CommandError(printable_line(f"{error}.")) from None
