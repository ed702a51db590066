"""The exit code of a run."""

from __future__ import annotations

from enum import IntEnum

from tuningfork.model import Verdict
from tuningfork.report.results import Results


class Exit(IntEnum):
    """How a command ends; pytest's codes where it has them."""

    OK = 0
    FAILED = 1
    INTERRUPTED = 2
    ERROR = 3
    REFUSED = 4
    NOTHING_VERIFIED = 5


def exit_code(results: Results, *, refused: bool = False, interrupted: bool = False) -> Exit:
    """The first of the codes that applies: 4, 2, 3 (no trust in the run), 1, 3 (no judgement), 5, 0.

    Args:
        results: of the run; `run.errors` say why it can't be trusted, `run.lost` why the target was lost.
        refused: the configuration or a contract is wrong, so that nothing was judged.
        interrupted: by Ctrl-C, SIGTERM or SIGHUP.
    """
    count = results.totals
    applying = {
        Exit.REFUSED: refused,
        Exit.INTERRUPTED: interrupted,
        Exit.ERROR: bool(results.run.errors),
        Exit.FAILED: bool(count[Verdict.FAILED] or results.problems),
    }
    for code, applies in applying.items():
        if applies:
            return code
    if count[Verdict.ERROR] or results.run.lost:
        return Exit.ERROR
    return Exit.NOTHING_VERIFIED if count[Verdict.NOT_VERIFIED] == len(results.claims) else Exit.OK
