"""The command line: `tuningfork COMMAND`, a module for each command."""

from __future__ import annotations

import click

from tuningfork.cli.commands import Commands

COMMANDS = {
    "audit": "audit_command:audit",
    "check": "check_command:check",
    "claims": "claims_command:claims",
    "clean": "clean_command:clean",
    "diff": "diff_command:diff",
    "drift": "drift_command:drift",
    "lint": "lint_command:lint",
    "load": "load_command:load",
    "merge": "merge_command:merge_shards",
    "report": "report_command:report",
    "run": "run_command:run",
    "serve": "serve_command:serve",
}
"""The module and the function of each command; a module is imported when its command is needed."""


@click.group(cls=Commands, sources=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tuningfork")
def main() -> None:
    """Test whether an HTTP API does what its documentation says."""
