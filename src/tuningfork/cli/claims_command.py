"""The command `tuningfork claims`: the tests, faults and cassettes of each claim."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from tuningfork.audit import results
from tuningfork.cli.errors import CommandError
from tuningfork.cli.selected_apis import selected_contracts
from tuningfork.pytest_plugin.traceability import ClaimTrace, CollectionError, trace_claims
from tuningfork.report.exit_codes import Exit
from tuningfork.report.sections import plural


@click.command()
@click.option(
    "--check", "strict", is_flag=True, help="fail if a claim has no test, or no fault that a test finds"
)
@click.option("--api", "names", multiple=True, help="only this API; may be repeated")
def claims(strict: bool, names: tuple[str, ...]) -> None:
    """List the claims with their tests, faults and cassettes."""
    try:
        traces = trace_claims(Path.cwd(), list(selected_contracts(names).values()))
    except CollectionError as error:
        raise CommandError(str(error)) from None
    width = max(12, *(len(trace.claim.id) for trace in traces)) + 2
    for trace in traces:
        claim = trace.claim
        click.echo(
            f"{claim.id:<{width}}{claim.level:<8}{len(trace.tests):>4} tests{len(trace.faults):>4} faults"
            f"{len(trace.cassettes):>4} cassettes  {claim.promise}"
        )
    gaps = list(_trace_gaps(traces)) if strict else []
    for sentence in gaps:
        click.echo(sentence, err=True)
    if strict and not gaps:
        click.echo(f"{plural(len(traces), 'claim')}: each has a test and a fault.")
    sys.exit(Exit.FAILED if gaps else Exit.OK)


def _trace_gaps(traces: list[ClaimTrace]) -> Iterator[str]:
    """Yield a sentence on the claims without a test, without a fault, and with surviving faults only."""
    killed = results.read_killed(Path("reports")) or {}
    if untested := [trace.claim.id for trace in traces if not trace.tests]:
        yield f"no test judges {', '.join(untested)}; write one in suites/."
    if unproven := [trace.claim.id for trace in traces if not trace.faults]:
        yield f"no fault breaks {', '.join(unproven)}; write one in the faults of its API."
    if survived := [
        trace.claim.id
        for trace in traces
        if trace.faults and not any(killed.get(fault, True) for fault in trace.faults)
    ]:
        yield f"in the last audit every fault of {', '.join(survived)} survived; make a test stricter."
