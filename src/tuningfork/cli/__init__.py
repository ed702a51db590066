"""The command line: `tuningfork COMMAND`, a module for each command."""

from __future__ import annotations

import click

from tuningfork.cli.commands import Commands

NAMES = (
    "run",
    "load",
    "report",
    "diff",
    "merge",
    "clean",
    "serve",
    "audit",
    "check",
    "drift",
    "lint",
    "claims",
)
"""The names of the commands; `run` is in the module `run_command`."""


@click.group(cls=Commands, names=NAMES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tuningfork")
def main() -> None:
    """Test whether an HTTP API does what its documentation says."""
