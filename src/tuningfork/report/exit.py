"""The exit code of a run."""

from __future__ import annotations

from enum import IntEnum

from tuningfork.model import Verdict
from tuningfork.report.record import Results


class Exit(IntEnum):
    """pytest's exit codes as a run uses them."""

    OK = 0
    FAILED = 1
    ERROR = 3
    NOTHING_VERIFIED = 5


def exit_code(results: Results) -> Exit:
    """A broken MUST or an outdated deviation first, then our own faults, then a run without a verdict."""
    count = results.totals
    if count[Verdict.FAILED] or results.problems:
        return Exit.FAILED
    if count[Verdict.ERROR] or results.run.lost:
        return Exit.ERROR
    if count[Verdict.NOT_VERIFIED] == len(results.claims):
        return Exit.NOTHING_VERIFIED
    return Exit.OK
