"""An audit in the terminal: what was tried and found by section, then what was not, and how to repeat it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tuningfork.audit.fault_result import FaultResult
from tuningfork.audit.results import AuditResults, Survivor, VariantResult
from tuningfork.contract.openapi import Contract
from tuningfork.report.sections import plural

SHOWN = 40
"""Mutants that are shown one by one."""


def show(results: AuditResults, contracts: Iterable[Contract], to: Console, place: str) -> None:
    """Print an audit; `place` is where its report lies."""
    for contract in contracts:
        is_tried = any(trial.api == contract.api for trial in results.faults)
        if is_tried or contract.api in results.wire.by_operation:
            to.print(_by_section(results, contract))
    for trial in results.spreading:
        to.print(_spreading(trial))
    for trial in results.survivors:
        to.print(survivor(trial))
    for variant in results.alarms:
        to.print(_alarm(variant))
    for mutant in results.wire.unexplained[:SHOWN]:
        to.print(_mutant(mutant))
    to.print(_totals(results, place))


def survivor(trial: FaultResult) -> Text:
    """A fault that no test of its claims found, and the command that tries it alone."""
    if trial.is_mislabelled:
        what = f"breaks {', '.join(trial.others)} and none of {', '.join(trial.claims)}"
    else:
        what = trial.reason or f"breaks nothing of {', '.join(trial.claims)}"
    head = Text(f"{trial.id} {'misnamed' if trial.is_mislabelled else trial.verdict}: ", "bold red")
    return head.append(f"{what}; tuningfork audit --fault {trial.id}", "default")


def _spreading(trial: FaultResult) -> Text:
    head = Text(f"{trial.id} is killed, and breaks what it does not name: ", "yellow")
    return head.append(f"{', '.join(trial.others)}; {trial.test}", "default")


def _alarm(variant: VariantResult) -> Text:
    head = Text(f"{variant.id} is no fault, and is complained of: ", "bold red")
    return head.append(
        f"{variant.complaints[0]}; tuningfork audit --variants --fault {variant.id}", "default"
    )


def _mutant(mutant: Survivor) -> Text:
    head = Text(f"{mutant.operation} {mutant.status} ", "bold red")
    return head.append(
        f"{mutant.place} {mutant.kind}: nothing finds it, and unspecified.toml does not say why"
    )


def _by_section(results: AuditResults, contract: Contract) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, title_justify="left")
    table.title, table.title_style = contract.title, "bold"
    table.add_column("section")
    for heading in ("claims", "tests", "faults", "killed", "survivors", "mutants", "survivors"):
        table.add_column(heading, justify="right")
    for section in dict.fromkeys(claim.section for claim in contract.claims.values()):
        table.add_row(section, *(f"{count:,}" for count in _counts(results, contract, section)))
    return table


def _counts(results: AuditResults, contract: Contract, section: str) -> Iterator[int]:
    claims = [claim.id for claim in contract.claims.values() if claim.section == section]
    trials = [trial for trial in results.faults if trial.claims[0] in claims]
    killed = sum(trial.verdict == "killed" for trial in trials)
    operations = {name for name, claim in _own_claims(contract).items() if claim in claims}
    made = results.wire.by_operation.get(contract.api, {})
    yield len(claims)
    yield len({test for claim in claims for test in results.tests.get(claim, ())})
    yield from (len(trials), killed, len(trials) - killed)
    yield sum(count for operation, count in made.items() if operation in operations)
    yield sum(one.api == contract.api and one.operation in operations for one in results.wire.survivors)


def _own_claims(contract: Contract) -> dict[str, str]:
    """Of each operation the claim that it shares with the fewest others: it stands in that one's section."""
    carried = Counter(claim for operation in contract.operations for claim in operation.claims)
    return {
        operation.key: min(operation.claims, key=carried.__getitem__) for operation in contract.operations
    }


def _totals(results: AuditResults, place: str) -> Text:
    parts = []
    if results.faults:
        parts.append(
            f"{plural(len(results.faults), 'fault')}, {len(results.faults) - len(results.survivors)} killed"
        )
    if results.variants:
        parts.append(f"{plural(len(results.variants), 'variant')}, {len(results.alarms)} complained of")
    if wire := results.wire.mutants:
        share = 100 * results.wire.killed / wire
        parts.append(f"{wire:,} mutants of answers, {share:.1f} % killed in {results.wire.seconds:.0f} s")
        parts.append(f"{len(results.wire.unexplained)} unexplained")
    style = "bold green" if results.is_clean else "bold red"
    return Text(f"\n{'; '.join(parts)}", style).append(f"; {results.seconds:.0f} s, {place}/", "dim")
