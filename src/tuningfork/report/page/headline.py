"""The verdict of a whole run in one line: whether the target may be released."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tuningfork.model import Verdict
from tuningfork.report.results import Results
from tuningfork.report.sections import at_depth, count_verified, plural

Tone = Literal["good", "bad", "unknown"]


@dataclass(frozen=True, slots=True)
class Headline:
    """The verdict: a short conclusion, the sentence that explains it, and its tone."""

    conclusion: str
    explanation: str
    tone: Tone


def headline(results: Results) -> Headline:
    """Return the verdict of a run; a run that is not reliable says so before anything else."""
    doubt = _doubt(results)
    if reasons := list(_reasons_against(results)):
        conclusion = f"{doubt} Do not release" if doubt else "Do not release"
        return Headline(conclusion, ", ".join(reasons), "bad")
    if doubt or not count_verified(results.claims):
        return Headline(doubt or "Nothing was verified.", _judged(results), "unknown")
    return Headline("May be released", _passed(results), "good")


def _doubt(results: Results) -> str:
    """Return why the run decides nothing, as a sentence; empty if it is reliable."""
    run, errors = results.run, results.totals[Verdict.ERROR]
    if run.lost:
        return "The target was lost."
    if run.errors:
        return "The run is not reliable."
    if not run.complete:
        return "The run did not complete."
    return f"{plural(errors, 'claim')} ended in an error." if errors else ""


def _reasons_against(results: Results) -> Iterator[str]:
    """Yield what forbids a release, as phrases."""
    if failed := results.totals[Verdict.FAILED]:
        yield f"{failed:,} of {plural(len(results.claims), 'claim')} failed"
    if results.problems:
        yield f"{plural(len(results.problems), 'problem')} beside the verdicts"


def _judged(results: Results) -> str:
    """Return how many claims have a verdict although the run decides nothing."""
    verified = count_verified(results.claims)
    return f"{verified:,} of {plural(len(results.claims), 'claim')} verified, none of them failed"


def _passed(results: Results) -> str:
    """Return how many claims passed, and how many have each other verdict."""
    passed = results.totals[Verdict.PASSED]
    parts = [
        f"{passed:,} of {plural(len(results.claims), 'claim')} passed{at_depth(results.run)}",
        *_others(results),
    ]
    return ", ".join(parts)


def _others(results: Results) -> Iterator[str]:
    """Yield the number of claims with each verdict that neither passes nor fails a run."""
    for verdict in (Verdict.WARNED, Verdict.INFO, Verdict.WAIVED, Verdict.NOT_VERIFIED):
        if number := results.totals[verdict]:
            yield f"{number:,} {verdict}"
