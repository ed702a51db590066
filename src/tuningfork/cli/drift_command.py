"""The command `tuningfork drift`: the recorded scenarios live, compared with their cassettes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import pytest

from tuningfork import apis
from tuningfork.checks import schema
from tuningfork.cli.age import Age
from tuningfork.cli.errors import CommandError
from tuningfork.cli.pytest_options import QUIETLY
from tuningfork.cli.run_command import collected_apis
from tuningfork.contract.openapi import Contract
from tuningfork.model import Verdict
from tuningfork.pytest_plugin.collection_root import collection_root
from tuningfork.pytest_plugin.drift_session import CassettePair, DriftPlugin
from tuningfork.pytest_plugin.run_config import RunConfig
from tuningfork.report import drift_report, results, results_file, table, traffic
from tuningfork.report.drift import Comparable, Comparison, Difference, Tier, enum_names
from tuningfork.report.drift_report import Drift
from tuningfork.report.exit_codes import Exit
from tuningfork.report.results import Results
from tuningfork.report.traffic_checker import TrafficChecker

NOT_RUN = "the run ended before the test"
ENDED = (Exit.INTERRUPTED, Exit.ERROR, Exit.REFUSED)
"""Exit codes of a run that did not end as planned."""


@click.command()
@click.option("--target", required=True, metavar="NAME", help="the target to compare with the cassettes")
@click.option("--api", "names", multiple=True, metavar="NAME", help="only this API; may be repeated")
@click.option("--read-only", is_flag=True, help="create, change and delete nothing")
@click.option("--max-age", type=Age(), default="90d", show_default=True, help="older recordings are reported")
@click.option(
    "--fail-on",
    type=click.Choice([tier.value for tier in Tier]),
    default=Tier.CLAIM.value,
    show_default=True,
    help="exit with 1 for this or a more serious tier",
)
@click.option(
    "--fault", "faults", multiple=True, metavar="ID", help="apply a fault to the mock; may be repeated"
)
@click.option("--json", "as_json", is_flag=True, help="print the differences as JSON")
def drift(
    target: str,
    names: tuple[str, ...],
    read_only: bool,
    max_age: float,
    fail_on: str,
    faults: tuple[str, ...],
    as_json: bool,
) -> None:
    """Run the recorded tests on a target and show what changed against their cassettes."""
    if target == "cassette":
        raise CommandError("--target cassette is what is compared; name a target with a server.")
    homes = apis.discover(Path.cwd())
    with TemporaryDirectory() as temporary, collection_root(Path.cwd(), homes) as root:
        plugin, reports = DriftPlugin(Path(temporary, "cassettes")), Path(temporary, "reports")
        options = [f"--target={target}", "--record", "-n0", "--no-reports", f"--report-dir={reports}"]
        options += [f"--api={name}" for name in names] + [f"--fault={fault}" for fault in faults]
        options += ["--read-only"] if read_only else []
        suites = root.arguments(collected_apis(options, homes))
        with redirect_stdout(sys.stderr):
            code = int(pytest.main([*root.options(), *QUIETLY, *options, *suites], plugins=[plugin]))
        if plugin.run is None or code == Exit.REFUSED:
            sys.exit(code)
        found = _compare(plugin.run, plugin, reports, max_age)
    if as_json:
        click.echo(json.dumps(drift_report.as_json(found, plugin.run.disclosure), indent=2))
    else:
        drift_report.print_drift(found, table.console(), plugin.run.disclosure)
    if code in ENDED:
        sys.exit(code)
    if not found.tests:
        sys.exit(Exit.NOTHING_VERIFIED)
    sys.exit(Exit.FAILED if found.has_reached(Tier(fail_on)) else Exit.OK)


def _compare(run: RunConfig, plugin: DriftPlugin, reports: Path, max_age: float) -> Drift:
    """Return what a run showed against the cassettes."""
    found = Drift(run.target.name, orphans=[str(_relative(path)) for path in plugin.orphans])
    comparisons = {api: _ApiComparison(contract) for api, contract in run.contracts.items()}
    file = reports / results.FILE
    outcomes = results_file.read_any(file) if file.is_file() else None
    not_compared = _tests_without_outcome(outcomes)
    for pair in plugin.pairs:
        test = run.disclosure.test_id(pair.test)  # as results.json has it
        if (reason := not_compared.get(test, NOT_RUN)) or not pair.live.is_file():
            found.not_compared[test] = reason or "it sent nothing"
            continue
        api = comparisons[pair.api]
        live = api.read(pair.live)
        found.tests += 1
        found.exchanges += len(live)
        differences = api.comparison.compare(api.read(pair.recorded), live)
        found.differences += [(test, each) for each in differences if not run.waives(each.claim)]
    found.differences += _failed_tests(outcomes, found)
    found.old = _old_claims(plugin.pairs, max_age)
    return found


class _ApiComparison:
    """Reads and compares the cassettes of one API.

    Args:
        contract: of the API.
    """

    def __init__(self, contract: Contract) -> None:
        checks = {contract.api: (*apis.checks(contract), schema.conforms())}
        self._checker = TrafficChecker([contract], checks, contract.api)
        levels = {claim.id: claim.level for claim in contract.claims.values()}
        self.comparison = Comparison(levels, frozenset(enum_names(contract.document)))

    def read(self, path: Path) -> list[Comparable]:
        """Return the exchanges of a cassette with their findings."""
        return [Comparable(each.with_empty_bodies(), self._checker(each)) for each in traffic.read(path)]


def _tests_without_outcome(outcomes: Results | None) -> dict[str, str]:
    """Return for each test that was run why it has no outcome; an empty text if it has one."""
    return {
        test.id: (test.reason or test.outcome) if test.outcome in ("error", "not verified") else ""
        for test in (outcomes.tests if outcomes is not None else ())
    }


def _failed_tests(outcomes: Results | None, found: Drift) -> Iterator[tuple[str, Difference]]:
    """Yield the claims that a test found broken, unless an exchange of the test shows it."""
    known = {(test, each.claim) for test, each in found.differences}
    for claim in outcomes.claims if outcomes is not None else ():
        for violation in claim.violations if claim.verdict in (Verdict.FAILED, Verdict.WARNED) else ():
            if (violation.test, claim.id) not in known:
                text = f"expected {violation.expected}; found {violation.found}"
                yield violation.test, Difference(Tier.CLAIM, "", text, claim.id, claim.level)


def _old_claims(pairs: list[CassettePair], max_age: float) -> dict[str, str]:
    """Return the claims whose newest recording is older than `max_age` seconds, with its time."""
    newest: dict[str, datetime] = {}
    for pair in pairs:
        for claim in pair.claims:
            newest[claim] = max(newest.get(claim, pair.recorded_at), pair.recorded_at)
    limit = datetime.now(UTC).timestamp() - max_age  # as a number: a date has no years before the first
    return {claim: time.isoformat() for claim, time in sorted(newest.items()) if time.timestamp() < limit}


def _relative(path: Path) -> Path:
    """Return a path relative to the current directory, if it is below it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
