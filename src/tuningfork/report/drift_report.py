"""The output of `tuningfork drift`: a table of the differences, or JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.text import Text

from tuningfork.model import Level
from tuningfork.redaction import Disclosure
from tuningfork.report.drift import Difference, Tier
from tuningfork.report.sections import plural

STYLES = {Tier.CLAIM: "bold red", Tier.DOCUMENT: "yellow", Tier.DIFFERENCE: "cyan"}
HEADINGS = {
    Tier.CLAIM: "breaks a claim",
    Tier.DOCUMENT: "breaks the document",
    Tier.DIFFERENCE: "differs from the recording",
}
MAX_LISTED = 20


@dataclass(slots=True)
class Drift:
    """What a comparison found.

    Args:
        target: the name of the target.
        tests: the number of tests that were compared.
        exchanges: the number of live exchanges that were compared.
        differences: with the test that each belongs to.
        not_compared: why a test was not compared, by the test.
        orphans: the cassettes that no test uses.
        old: the claims whose newest recording is older than the given age, with its time.
    """

    target: str
    tests: int = 0
    exchanges: int = 0
    differences: list[tuple[str, Difference]] = field(default_factory=list)
    not_compared: dict[str, str] = field(default_factory=dict)
    orphans: list[str] = field(default_factory=list)
    old: dict[str, str] = field(default_factory=dict)

    def has_reached(self, tier: Tier) -> bool:
        """Return whether a difference is of this tier or above it; of the claims, only a MUST counts."""
        tiers = list(Tier)[: list(Tier).index(tier) + 1]
        return any(each.tier in tiers and each.level in (None, Level.MUST) for _, each in self.differences)


def as_json(drift: Drift, disclosure: Disclosure) -> dict[str, Any]:
    """Return everything that a comparison found, without secrets."""
    return {
        "schema": "tuningfork.drift/1",
        "target": drift.target,
        "tests": drift.tests,
        "exchanges": drift.exchanges,
        "differences": [
            {
                "tier": each.tier,
                "test": test,
                "number": each.number or None,
                "operation": disclosure.line(each.operation),
                "claim": each.claim or None,
                "level": each.level,
                "text": disclosure.line(each.text),
            }
            for test, each in drift.differences
        ],
        "not_compared": {test: disclosure.line(reason) for test, reason in drift.not_compared.items()},
        "orphans": drift.orphans,
        "old": drift.old,
    }


def print_drift(drift: Drift, console: Console, disclosure: Disclosure) -> None:
    """Print the distinct differences by tier and operation, and what was not compared."""
    for tier in Tier:
        listed = [each for _, each in drift.differences if each.tier is tier]
        counts = Counter((each.operation, each.claim, each.text) for each in listed)
        if counts:
            console.print(Text(f"\n{HEADINGS[tier]}", STYLES[tier]))
        for (operation, claim, text), count in sorted(counts.items()):
            name = f"{claim}: " if claim else ""
            times = f"  x{count}" if count > 1 else ""
            line = f"  {disclosure.line(operation)}  {name}{disclosure.line(text)}{times}"
            console.print(Text(line), soft_wrap=True)
    numbers = f"{plural(drift.exchanges, 'exchange')} of {plural(drift.tests, 'test')}"
    console.print(Text(f"\n{numbers} compared with {drift.target}", "bold"))
    for reason, count in Counter(drift.not_compared.values()).most_common(MAX_LISTED):
        console.print(Text(f"  {plural(count, 'test')} not compared: {disclosure.line(reason)}", "magenta"))
    _print_names("cassettes that no test uses", drift.orphans, console)
    old = [f"{claim} ({time})" for claim, time in drift.old.items()]
    _print_names("claims whose recording is old", old, console)


def _print_names(heading: str, names: Sequence[str], console: Console) -> None:
    """Print a heading and some of the names under it; nothing without names."""
    if names:
        console.print(Text(f"  {heading} ({len(names)}):", "yellow"))
    for name in names[:MAX_LISTED]:
        console.print(Text(f"    {name}"), soft_wrap=True)
    if len(names) > MAX_LISTED:
        console.print(f"    … and {len(names) - MAX_LISTED} others")
