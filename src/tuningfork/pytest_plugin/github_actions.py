"""Shows the results of a run in a job of GitHub Actions: annotations, and the summary of its page."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from tuningfork.pytest_plugin.reporting import ReportPlugin
from tuningfork.report import summary
from tuningfork.report.annotations import render as render_annotations
from tuningfork.report.results import Results


class GitHubActions:
    """The plugin of the process that the user started, if that is in a job of GitHub Actions.

    Args:
        reporting: has the results at the end.
    """

    def __init__(self, reporting: ReportPlugin) -> None:
        self._reporting = reporting

    @staticmethod
    def is_active() -> bool:
        """Return whether this process is in a job of GitHub Actions."""
        return os.environ.get("GITHUB_ACTIONS") == "true"

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> Generator[None, None, None]:
        """Print the annotations after everything else, and add the summary to the page of the job."""
        yield
        results = self._reporting.results
        if results is None:
            return
        terminalreporter.ensure_newline()
        terminalreporter.write(render_annotations(results))
        if warning := add_to_page(results):
            terminalreporter.line(warning)


def add_to_page(results: Results) -> str:
    """Add the summary to the page of the job, if there is one; return a warning if that is not possible."""
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    try:
        if file and GitHubActions.is_active():
            add_summary(results, Path(file))
    except OSError as error:
        return f"::warning::GITHUB_STEP_SUMMARY can't be written ({error.strerror})."
    return ""


def add_summary(results: Results, file: Path) -> None:
    """Append summary.md to the summary of a step; raise OSError if that can't be written."""
    used = file.stat().st_size if file.exists() else 0
    with file.open("a", encoding="utf-8", newline="\n") as stream:
        stream.write(f"\n{summary.render(results, max(summary.MAX_BYTES - used, 0))}")
