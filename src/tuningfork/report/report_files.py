"""The files of a run's reports: which there are, how each is rendered and written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from tuningfork.report import ctrf, junit, openmetrics, page, sarif, summary
from tuningfork.report.results import FILE, Results, write_text

Renderer = Callable[[Results], str]
"""Returns the text of a report."""


def renderers(folder: Path, previous: Results | None = None) -> dict[str, Renderer]:
    """Return the functions that render the reports, by file; results.json is not one of them.

    Args:
        folder: of the reports; index.html names the faults of the audit.json in it.
        previous: of an older run; index.html and summary.md say what changed since.
    """
    return {
        page.INDEX_FILE: lambda results: page.render(results, page.read_faults(folder), previous),
        "junit.xml": junit.render,
        "summary.md": partial(summary.render, previous=previous),
        "ctrf-report.json": ctrf.render,
        "results.sarif": sarif.render,
        "metrics.txt": openmetrics.render,
    }


DERIVED_FILES = tuple(renderers(Path()))
"""The reports that are rendered from results.json."""
REPORT_FILES = (DERIVED_FILES[0], FILE, *DERIVED_FILES[1:])
"""All files of a run, the ones for people first."""


def write_reports(results: Results, folder: Path, renderers: Mapping[str, Renderer]) -> Results:
    """Write reports; return the results, with an error for each report that can't be written.

    The later reports contain the errors of writing the earlier ones.
    """
    for name, render in renderers.items():
        try:
            write_text(render(results), folder / name)
        except OSError as error:
            results = results.with_error(
                f"{folder / name}: can't be written ({error.strerror}); "
                "free the space or choose another --report-dir."
            )
    return results
