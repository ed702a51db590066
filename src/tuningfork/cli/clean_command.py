"""The command `tuningfork clean`: deletes what killed jobs left on a target."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest

from tuningfork.cli.age import Age
from tuningfork.cli.errors import CommandError
from tuningfork.client.config import ConfigurationError, Target
from tuningfork.pytest_plugin import preflight, run_without_tests
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.pytest_plugin.api_sessions import ApiSessions
from tuningfork.pytest_plugin.leftovers import CleanReport
from tuningfork.report.exit_codes import Exit
from tuningfork.report.sections import plural

MAX_PAGES = 1000
"""Pages of a list that are searched; a run searches fewer."""
MAX_LINES = 10
"""Lines that are printed of items with a mark that are not deleted."""


@click.command()
@click.option("--target", "target_name", required=True, metavar="NAME", help="a target of tuningfork.toml")
@click.option("--api", "names", multiple=True, metavar="NAME", help="only this API; may be repeated")
@click.option("--dry-run", is_flag=True, help="delete nothing; print what would be deleted")
@click.option(
    "--older-than",
    type=Age(),
    default="2h",
    show_default=True,
    metavar="TIME",
    help="leave what is younger and may be of a job in progress; 0s if no job runs",
)
@click.option(
    "--journal", type=click.Path(path_type=Path), metavar="PATH", help="the --journal of the killed jobs"
)
def clean(
    target_name: str, names: tuple[str, ...], dry_run: bool, older_than: float, journal: Path | None
) -> None:
    """Delete what killed jobs left on a target, on any machine: what their texts or journals show.

    Exit code 1 if something could not be deleted or read, 3 if the target is lost. What a job may have left
    without a mark is listed.
    """
    with _described_errors():
        run = run_without_tests.configure(target_name, names, read_only=dry_run, journal=journal)
        _require_write_access(run.target)
        sessions = ApiSessions(run)
        reservation = preflight.reserve_target(run, sessions, lambda line: click.echo(line, err=True))
        try:
            preflight.require_reachable_target(run, sessions)
            reports = [_clean(sessions[name], older_than, dry_run=dry_run) for name in run.contracts]
        finally:
            sessions.close()
            reservation.release()
    _print_totals(reports, dry_run=dry_run)
    if any(session.loss.reason for session in sessions.created.values()):
        sys.exit(Exit.ERROR)
    sys.exit(Exit.FAILED if any(report.failed or report.unread for report in reports) else Exit.OK)


@contextmanager
def _described_errors() -> Iterator[None]:
    """Print an error of the configuration or of the target as one sentence, with its exit code."""
    try:
        yield
    except ConfigurationError as error:
        raise CommandError(str(error)) from None
    except pytest.UsageError as error:
        raise CommandError(" ".join(map(str, error.args))) from None
    except pytest.exit.Exception as error:
        click.echo(f"ERROR: {error.msg}", err=True)
        sys.exit(error.returncode)


def _require_write_access(target: Target) -> None:
    """Raise CommandError if a target is read-only."""
    if not target.options.writes:
        raise CommandError(
            f"{target.file}: targets.{target.name}.writes is false, so nothing may be deleted; "
            "set it to true."
        )


def _clean(session: ApiSession, older_than: float, *, dry_run: bool) -> CleanReport:
    """Delete what killed jobs left of one API, print it, and return the lines."""
    leftovers = session.leftovers
    assert leftovers is not None, "the target is not in this process"
    leftovers.marked.max_pages = MAX_PAGES
    if dry_run:
        report = leftovers.preview(older_than)
    else:
        journalled, report = leftovers.delete_journalled(older_than), leftovers.delete_marked(older_than)
        report.deleted = [*journalled.deleted, *report.deleted]
        report.failed = [*journalled.failed, *report.failed, *session.cleanup.undeleted]
    report.possible += leftovers.may_be_left()
    if session.loss.reason:
        report.failed.append(f"the target is lost: {session.loss.reason}")
    _print(session, "would be deleted" if dry_run else "deleted", report.deleted)
    _print(session, "not deleted", report.failed)
    _print(session, "not searched", report.unread)
    _print(session, "left alone", report.untouched[:MAX_LINES])
    if len(report.untouched) > MAX_LINES:
        click.echo(f"{session.name}: left alone: {len(report.untouched) - MAX_LINES} more with a mark")
    _print(session, "may be left", report.possible)
    return report


def _print(session: ApiSession, what: str, lines: list[str]) -> None:
    """Print lines without the secrets of the run."""
    for line in lines:
        click.echo(session.run.disclosure.line(f"{session.name}: {what}: {line}"))


def _print_totals(reports: list[CleanReport], *, dry_run: bool) -> None:
    """Print how much was deleted and how much was not."""
    deleted = sum(len(report.deleted) for report in reports)
    failed = sum(len(report.failed) + len(report.unread) for report in reports)
    untouched = sum(len(report.untouched) for report in reports)
    possible = sum(len(report.possible) for report in reports)
    verb = "to delete" if dry_run else "deleted"
    maybe = f"; {plural(possible, 'line')} above {'says' if possible == 1 else 'say'} what may be left"
    totals = f"{deleted} {verb}, {failed} not deleted, {untouched} left alone"
    click.echo(totals + (maybe if possible else ""))
