"""Prints the results of an audit to a terminal: a table for each API, then every problem with a command."""

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

MAX_MUTANTS_SHOWN = 40
"""Surviving response mutants that are listed."""
HEADINGS = ("claims", "tests", "faults", "killed", "survivors", "mutants", "survivors")


def show(results: AuditResults, contracts: Iterable[Contract], to: Console, folder: str) -> None:
    """Print the results of an audit; `folder` is the folder of its report."""
    for contract in contracts:
        has_faults = any(result.api == contract.api for result in results.faults)
        if has_faults or contract.api in results.wire.by_operation:
            to.print(_section_table(results, contract))
    for result in results.spreading:
        to.print(_describe_spreading(result))
    for result in results.survivors:
        to.print(describe_survivor(result))
    for variant in results.alarms:
        to.print(_describe_alarm(variant))
    for mutant in results.wire.unexplained[:MAX_MUTANTS_SHOWN]:
        to.print(_describe_mutant(mutant))
    to.print(_describe_totals(results, folder))


def describe_survivor(result: FaultResult) -> Text:
    """Return a line about a fault that was not killed, with the command that repeats it."""
    verdict = "mislabelled" if result.is_mislabelled else result.verdict
    claims = ", ".join(result.claims)
    if result.is_mislabelled:
        detail = f"tests of {', '.join(result.others)} fail, and none of {claims}"
    else:
        detail = result.reason or f"no test of {claims} fails"
    line = Text(f"{result.id} {verdict}: ", "bold red")
    return line.append(f"{detail}; reproduce: tuningfork audit --fault {result.id}", "default")


def _describe_spreading(result: FaultResult) -> Text:
    """Return a line about a killed fault that also broke claims that it does not name."""
    line = Text(f"{result.id} is killed, but also breaks claims that it does not name: ", "yellow")
    return line.append(f"{', '.join(result.others)}; {result.test}", "default")


def _describe_alarm(variant: VariantResult) -> Text:
    """Return a line about a variant for which a test failed, with the command that repeats it."""
    line = Text(f"{variant.id} is a conforming variant, but a test fails: ", "bold red")
    command = f"tuningfork audit --variants --fault {variant.id}"
    return line.append(f"{variant.complaints[0]}; reproduce: {command}", "default")


def _describe_mutant(mutant: Survivor) -> Text:
    line = Text(f"{mutant.operation} {mutant.status} ", "bold red")
    return line.append(f"{mutant.place} {mutant.kind}: no check fails, and unspecified.toml has no reason")


def _section_table(results: AuditResults, contract: Contract) -> Table:
    """Return the table of one API: a row for each section of its claims, a column for each heading."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, title_justify="left")
    table.title, table.title_style = contract.title, "bold"
    table.add_column("section")
    for heading in HEADINGS:
        table.add_column(heading, justify="right")
    for section in dict.fromkeys(claim.section for claim in contract.claims.values()):
        table.add_row(section, *(f"{count:,}" for count in _section_counts(results, contract, section)))
    return table


def _section_counts(results: AuditResults, contract: Contract, section: str) -> Iterator[int]:
    """Yield the numbers of a section in the order of HEADINGS."""
    claims = [claim.id for claim in contract.claims.values() if claim.section == section]
    faults = [result for result in results.faults if result.claims[0] in claims]
    killed = sum(result.verdict == "killed" for result in faults)
    operations = {key for key, claim in _main_claims(contract).items() if claim in claims}
    mutants = results.wire.by_operation.get(contract.api, {})
    survivors = [each for each in results.wire.survivors if each.api == contract.api]
    yield len(claims)
    yield len({test for claim in claims for test in results.tests.get(claim, ())})
    yield from (len(faults), killed, len(faults) - killed)
    yield sum(count for operation, count in mutants.items() if operation in operations)
    yield sum(survivor.operation in operations for survivor in survivors)


def _main_claims(contract: Contract) -> dict[str, str]:
    """Return, by operation, the claim that the fewest operations have; the mutants count for this claim."""
    uses = Counter(claim for operation in contract.operations for claim in operation.claims)
    with_claims = [operation for operation in contract.operations if operation.claims]
    return {operation.key: min(operation.claims, key=uses.__getitem__) for operation in with_claims}


def _describe_totals(results: AuditResults, folder: str) -> Text:
    """Return the last line: the totals of faults, variants and mutants, the duration and the folder."""
    parts = []
    if results.faults:
        killed = len(results.faults) - len(results.survivors)
        parts.append(f"{plural(len(results.faults), 'fault')}, {killed} killed")
    if results.variants:
        alarms = plural(len(results.alarms), "false alarm")
        parts.append(f"{plural(len(results.variants), 'variant')}, {alarms}")
    if mutants := results.wire.mutants:
        share = 100 * results.wire.killed / mutants
        parts.append(f"{mutants:,} response mutants, {share:.1f} % killed in {results.wire.seconds:.0f} s")
        parts.append(f"{len(results.wire.unexplained)} unexplained")
    style = "bold green" if results.is_clean else "bold red"
    return Text(f"\n{'; '.join(parts)}", style).append(f"; {results.seconds:.0f} s, {folder}/", "dim")
