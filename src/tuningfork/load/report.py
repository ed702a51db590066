"""Shows a load run on the terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tuningfork.load.results import ClaimLoad, LoadResults, ScenarioLoad
from tuningfork.redaction import printable_line
from tuningfork.report.markdown import escaped, row
from tuningfork.report.table import ASCII_BOX

MARKDOWN_FILE = "load.md"
STYLES = {"holds": "green", "waived": "blue", "not judged": "magenta"}
MAX_ERROR_LINES = 10


def print_results(results: LoadResults, console: Console) -> None:
    """Print the claims, the first exchange of each broken one, errors, rates and times."""
    console.print(_claim_table(results))
    for claim in results.claims:
        for line in _broken_lines(claim, results):
            console.print(line, soft_wrap=True)
    for line in _remarks(results):
        console.print(line, soft_wrap=True)


def as_markdown(results: LoadResults) -> str:
    """Return the results as Markdown: the table of claims, broken ones in detail, errors, rates and times."""
    lines = [f"# Load: {escaped(results.target)}", "", _headline(results), ""]
    lines += [row(["claim", "level", "verdict", "alone: judged", "broken", "load: judged", "broken"])]
    lines += ["|---|---|---|---:|---:|---:|---:|"]
    lines += [row(_cells(claim)) for claim in results.claims]
    for claim in results.claims:
        lines += ["", *(f"    {line}" for line in _broken_lines(claim, results))]
    lines += ["", *(f"- {escaped(line)}" for line in _remarks(results))]
    return "\n".join(lines) + "\n"


def _claim_table(results: LoadResults) -> Table:
    """Return a row for each claim."""
    table = Table(box=ASCII_BOX, pad_edge=False, title=_headline(results), title_justify="left")
    for column in ("claim", "level", "verdict"):
        table.add_column(column)
    for column in ("alone: judged", "broken", "load: judged", "broken"):
        table.add_column(column, justify="right")
    for claim in results.claims:
        id_, level, verdict, *numbers = _cells(claim)
        table.add_row(id_, level, Text(verdict, STYLES.get(claim.verdict, "bold red")), *numbers)
    return table


def _headline(results: LoadResults) -> str:
    """Return what the run was, in one line."""
    apis = ", ".join(results.apis)
    return f"{results.users} users, {results.seconds:g} s, {apis} on {results.target}, seed {results.seed}"


def _cells(claim: ClaimLoad) -> list[str]:
    """Return the cells of a claim."""
    numbers = (claim.alone.judged, claim.alone.broken, claim.load.judged, claim.load.broken)
    return [claim.id, str(claim.level), describe(claim), *(f"{number:,}" for number in numbers)]


def describe(claim: ClaimLoad) -> str:
    """Return the verdict of a claim as a phrase."""
    holds_alone = claim.verdict == "breaks under load" and claim.holds_alone
    return "holds alone, breaks under load" if holds_alone else claim.verdict


def _broken_lines(claim: ClaimLoad, results: LoadResults) -> Iterator[str]:
    """Yield the first broken exchange of a claim, and the command that repeats the run."""
    if claim.first is None:
        return
    yield printable_line(f"{claim.id} ({claim.level}) {describe(claim)}: {claim.promise}")
    yield f"  scenario:  {claim.first.scenario}"
    yield f"  expected:  {claim.first.expected}"
    yield f"  found:     {claim.first.found}"
    if claim.first.exchange is not None:
        yield f"  exchange:  {claim.first.exchange.summary()}"
    yield f"  reproduce: {results.reproduce}"


def _remarks(results: LoadResults) -> Iterator[str]:
    """Yield errors, what judged nothing, and the rates and times."""
    for error in results.errors[:MAX_ERROR_LINES]:
        yield f"{error.api}: judged by no claim: {error.reason} ({error.count:,} requests)"
    for scenario in results.scenarios:
        yield from _scenario_remarks(scenario)
    for api, reason in results.lost.items():
        yield f"{api}: the target is lost: {reason}"
    yield from results.notices
    yield from (f"error: {failure}" for failure in results.failures)
    for each in results.operations[:1]:
        yield (
            f"{each.requests:,} requests under load, {each.per_second:g} a second; "
            f"p50 {each.median_ms:g} ms, p95 {each.p95_ms:g} ms (for information only)"
        )


def _scenario_remarks(scenario: ScenarioLoad) -> Iterator[str]:
    """Yield how many repetitions of a scenario under load ended without a verdict."""
    under_load = scenario.load
    failed, reason = sum(under_load.inconclusive.values()), next(iter(under_load.inconclusive), "")
    if failed:
        yield (
            f"{scenario.api}: {failed:,} of {under_load.repetitions:,} repetitions of {scenario.name} "
            f"judged nothing, or not all: {reason}"
        )
    elif not under_load.repetitions:
        reason = next(iter(scenario.inconclusive), "no repetition ended; let the load last longer")
        yield f"{scenario.api}: {scenario.name}: judged nothing under load: {reason}"
