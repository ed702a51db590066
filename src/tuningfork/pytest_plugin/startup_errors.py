"""Reports in one sentence what keeps pytest from starting: an unknown option, a failing conftest.py."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Generator
from pathlib import Path

import click
import pytest
from _pytest._code.code import ExceptionRepr  # a hook's parameter; it has no public name
from _pytest.config import ConftestImportFailure  # it has no public name

from tuningfork.client.config import did_you_mean
from tuningfork.pytest_plugin import internal_error
from tuningfork.pytest_plugin.reporting import delete_old_reports
from tuningfork.redaction import Disclosure
from tuningfork.report.exit_codes import Exit

OPTIONS = (
    "--target", "--api", "--claim", "--record", "--read-only", "--deviations", "--report-dir", "--fault",
    "--seed", "--in-process", "--sockets", "--hypothesis-profile", "--numprocesses", "--collect-only",
    "--maxfail", "--verbose", "--durations", "--junit-xml", "--min-verified", "--require", "--shard",
)  # fmt: skip
"""The options that are suggested for an unknown one."""


class OptionError(click.ClickException):
    """An option is unknown or has an invalid value."""

    exit_code = Exit.REFUSED


class ConftestError(click.ClickException):
    """A conftest.py can't be imported."""

    exit_code = Exit.ERROR


class StartupErrors:
    """The plugin of `tuningfork run` that reports why pytest cannot start.

    Args:
        reports: the folder of the reports; those of an earlier run are deleted if this run cannot start.
    """

    def __init__(self, reports: Path) -> None:
        self._reports = reports
        self._config: pytest.Config | None = None

    @pytest.hookimpl(wrapper=True)
    def pytest_cmdline_parse(self) -> Generator[None, pytest.Config, pytest.Config]:
        """Raise a click exception if the options or the first conftest.py files cannot be read."""
        try:
            self._config = yield
            return self._config
        except pytest.UsageError as error:
            self._delete_earlier_reports()
            raise OptionError(_shorten(str(error))) from None
        except ConftestImportFailure as error:
            self._delete_earlier_reports()
            reason = f"{type(error.cause).__name__}: {error.cause}"
            raise ConftestError(f"{error.path.resolve()}: can't be collected ({reason}).") from None

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(
        self, excrepr: ExceptionRepr, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> None:
        """Print an internal error in one sentence if the plugin that writes the reports is not active yet."""
        if self._config is None or not self._config.pluginmanager.has_plugin("tuningfork-reporting"):
            self._delete_earlier_reports()
            sentence = internal_error.save_and_describe(
                excinfo, str(excrepr), self._reports, Disclosure().block
            )
            excrepr.toterminal = lambda tw: tw.line(sentence)  # type: ignore[method-assign]  # str() calls it

    def _delete_earlier_reports(self) -> None:
        with contextlib.suppress(OSError):
            delete_old_reports(self._reports)


def _shorten(usage_error: str) -> str:
    """Return argparse's error without the list of all options and the files that pytest has read."""
    match = re.search(r"error: (.*?)(?:\n  inifile:|\Z)", usage_error, re.DOTALL)
    message = " ".join((match[1] if match else usage_error).split())
    if unknown := re.match(r"unrecognized arguments: (\S+)", message):
        option = unknown[1].partition("=")[0]
        return f"there is no option {option}{did_you_mean(option, OPTIONS)}; `pytest --help` lists all."
    if invalid := re.match(r"argument (\S+): invalid (?:int|float|parse_numprocesses) value: (.*)", message):
        return f"{invalid[1]}: {invalid[2]} is not a number; give a number."
    return message.removeprefix("argument ")
