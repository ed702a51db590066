"""A failed test in words: the promise, its source, expected, found, and how to see it again."""

from __future__ import annotations

from tuningfork.pytest_plugin.run_config import Run
from tuningfork.report.test_result import Breach, Outcome


def text(outcome: Outcome, run: Run) -> str:
    """All breaches of a test, one below the other."""
    parts = [outcome.reason] if outcome.end == "error" else []
    parts += [_words(breach, run) for breach in outcome.breaches]
    return "\n\n".join(parts)


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
    if breach.exchange is not None:
        lines.append(f"again:    {breach.exchange.curl}")
    return "\n".join(lines)
