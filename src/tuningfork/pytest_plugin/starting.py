"""What keeps pytest from starting, in one sentence: an unknown option, a conftest.py that fails."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Generator
from pathlib import Path

import click
import pytest
from _pytest._code.code import ExceptionRepr  # what the hook is given; it has no public name
from _pytest.config import ConftestImportFailure  # nor has this

from tuningfork.client.config import did_you_mean
from tuningfork.pytest_plugin import internal_error
from tuningfork.pytest_plugin.reporting import delete_old_reports
from tuningfork.redaction import Disclosure
from tuningfork.report.exit_codes import Exit

OPTIONS = (
    "--target", "--api", "--claim", "--record", "--read-only", "--deviations", "--report-dir", "--fault",
    "--seed", "--in-process", "--sockets", "--hypothesis-profile", "--numprocesses", "--collect-only",
    "--maxfail", "--verbose", "--durations", "--junit-xml",
)  # fmt: skip
"""The options that are meant where an unknown one is like them."""


class OptionError(click.ClickException):
    """An option can't be read."""

    exit_code = Exit.REFUSED


class ConftestError(click.ClickException):
    """A conftest.py can't be imported."""

    exit_code = Exit.ERROR


class Starting:
    """The plugin of a run that `tuningfork run` starts.

    Args:
        reports: the folder where no results of an earlier run may stay if this one can't start.
    """

    def __init__(self, reports: Path) -> None:
        self._reports = reports
        self._config: pytest.Config | None = None

    @pytest.hookimpl(wrapper=True)
    def pytest_cmdline_parse(self) -> Generator[None, pytest.Config, pytest.Config]:
        """Read the options and the first conftest.py files."""
        try:
            self._config = yield
            return self._config
        except pytest.UsageError as wrong:
            self._drop_earlier()
            raise OptionError(_in_words(str(wrong))) from None
        except ConftestImportFailure as failed:
            self._drop_earlier()
            reason = f"{type(failed.cause).__name__}: {failed.cause}"
            raise ConftestError(f"{failed.path}: can't be collected ({reason}).") from None

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(
        self, excrepr: ExceptionRepr, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> None:
        """Say what breaks before the run records anything in one sentence."""
        if self._config is None or not self._config.pluginmanager.has_plugin("tuningfork-reporting"):
            self._drop_earlier()
            told = internal_error.sentence(excinfo, str(excrepr), self._reports, Disclosure().block)
            excrepr.toterminal = lambda tw: tw.line(told)  # type: ignore[method-assign]  # what str() uses

    def _drop_earlier(self) -> None:
        with contextlib.suppress(OSError):
            delete_old_reports(self._reports)


def _in_words(usage: str) -> str:
    """What argparse says, without the usage of all options and the files that pytest has read."""
    found = re.search(r"error: (.*?)(?:\n  inifile:|\Z)", usage, re.DOTALL)
    said = " ".join((found[1] if found else usage).split())
    if unknown := re.match(r"unrecognized arguments: (\S+)", said):
        option = unknown[1].partition("=")[0]
        return f"there is no option {option}{did_you_mean(option, OPTIONS)}; `pytest --help` has all of them."
    if unread := re.match(r"argument (\S+): invalid (?:int|float|parse_numprocesses) value: (.*)", said):
        return f"{unread[1]}: {unread[2]} is no number; give one."
    return said.removeprefix("argument ")
