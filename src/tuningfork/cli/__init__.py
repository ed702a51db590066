"""The command line: `tuningfork COMMAND`, a module for each command."""

from __future__ import annotations

import click

from tuningfork.cli.audit_command import audit
from tuningfork.cli.check_command import check
from tuningfork.cli.claims_command import claims
from tuningfork.cli.clean_command import clean
from tuningfork.cli.commands import Commands
from tuningfork.cli.diff_command import diff
from tuningfork.cli.drift_command import drift
from tuningfork.cli.lint_command import lint
from tuningfork.cli.load_command import load
from tuningfork.cli.merge_command import merge_shards
from tuningfork.cli.report_command import report
from tuningfork.cli.run_command import run
from tuningfork.cli.serve_command import serve


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tuningfork")
def main() -> None:
    """Test whether an HTTP API does what its documentation says."""


for command in (run, load, report, diff, merge_shards, clean, serve, audit, check, drift, lint, claims):
    main.add_command(command)
