"""A failed test in words: the promise, its source, expected, found, and how to see it again."""

from __future__ import annotations

from tuningfork.plugin.outcome import Breach, Outcome
from tuningfork.plugin.run import Run


def text(outcome: Outcome, run: Run) -> str:
    """All breaches of a test, one below the other."""
    parts = [outcome.reason] if outcome.end == "error" else []
    parts += [_words(breach, run) for breach in outcome.breaches]
    return "\n\n".join(parts)


def recorded(outcome: Outcome) -> str:
    return ""


def _words(breach: Breach, run: Run) -> str:
    contract = run.contract_of(breach.claim)
    assert contract is not None, "only claims of the run are judged"
    claim = contract.claims[breach.claim]
    lines = [
        f"{claim.id} ({claim.level}): {claim.promise}",
        f"source:   {claim.source}",
        f"expected: {breach.expected}",
        f"found:    {breach.found}" + (f" (at {breach.place})" if breach.place else ""),
    ]
    return "\n".join(lines)
