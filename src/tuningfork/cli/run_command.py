"""The command `tuningfork run`: the suites against a target."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import pytest

from tuningfork import apis
from tuningfork.cli.errors import CommandError
from tuningfork.cli.pytest_options import QUIETLY
from tuningfork.client.config import BUILT_IN_TARGETS, ConfigurationError, read_targets
from tuningfork.client.config import FILE_NAME as CONFIGURATION
from tuningfork.pytest_plugin import options, run_arguments
from tuningfork.pytest_plugin.api_selection import default_apis
from tuningfork.pytest_plugin.collection_root import SUITES, collection_root
from tuningfork.pytest_plugin.progress import ProgressPlugin
from tuningfork.pytest_plugin.startup_errors import StartupErrors
from tuningfork.report import table

WORKERS = ("-n", "2", "--dist", "worksteal")
"""Two processes for the mock, each with a mock of its own; on another target they would share users.

`worksteal` keeps the tests of a module together, which share what they have read.
"""
WORKERS_IN_ORDER = ("-n", "2", "--dist", "load")
"""Two processes that each take the next test, for a run that ends at its first failure."""
MAX_WORKERS = max(16, 2 * (os.cpu_count() or 1))
"""Upper bound of -n."""


class _RunCommand(click.Command):
    """The command `run`: pytest reads its options; its help lists those that are specific to a run."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options of the plugin and a few of pytest's."""
        with formatter.section("Options"):
            formatter.write_dl(options.described())


@click.command(cls=_RunCommand, context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS] [TEST ...]")
def run(arguments: tuple[str, ...]) -> None:
    """Run the suites against a target.

    TEST is a file or a test of suites/, such as suites/bookshop/test_books.py::test_list; without one, the
    suites of the working folder run, or those of all installed APIs if it has none.

    Every option of pytest and its plugins works too (pytest --help).
    """
    if option := run_arguments.repeated_option(arguments):
        raise CommandError(f"{option} is given twice; give it once.")
    homes = apis.discover(Path.cwd())
    with collection_root(Path.cwd(), homes) as root:
        test_arguments = [
            root.argument(argument) for argument in arguments if not _is_suites_folder(argument)
        ]
        if not any(argument.startswith(str(root.path / SUITES)) for argument in test_arguments):
            test_arguments += root.arguments(collected_apis(arguments, homes))
        if not run_arguments.chooses_processes(test_arguments):
            workers = WORKERS_IN_ORDER if run_arguments.ends_at_failure(arguments) else WORKERS
            test_arguments = [*workers, *test_arguments]
        limit = f"--maxprocesses={MAX_WORKERS}"
        startup_errors = StartupErrors(run_arguments.report_folder(arguments))
        plugins = [startup_errors, ProgressPlugin(table.console())]
        code = int(pytest.main([*root.options(), *QUIETLY, limit, *test_arguments], plugins=plugins))
    sys.exit(code)


def _is_suites_folder(argument: str) -> bool:
    """Return whether an argument names the whole folder `suites`, which is what runs by default."""
    return argument.rstrip("/") == SUITES


def collected_apis(arguments: Sequence[str], homes: Mapping[str, apis.ApiHome]) -> list[str]:
    """Return the APIs whose suites have to be collected, as far as the arguments show."""
    target = next(iter(run_arguments.values_of("--target", arguments)), "mock")
    named = run_arguments.values_of("--api", arguments)
    if named or target in BUILT_IN_TARGETS:
        return named or default_apis(homes)
    with contextlib.suppress(ConfigurationError):
        table = read_targets(Path(CONFIGURATION)).get(target)
        return [name for name in homes if isinstance(table, dict) and name in table]
    return []
