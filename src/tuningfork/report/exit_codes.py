"""The exit codes of all commands, and the choice of the exit code of a run."""

from __future__ import annotations

from enum import IntEnum

from tuningfork.model import Verdict
from tuningfork.report.results import Results


class Exit(IntEnum):
    """The exit code of a command; the same as pytest's where pytest has one for the case."""

    OK = 0
    FAILED = 1
    INTERRUPTED = 2
    ERROR = 3
    REFUSED = 4
    NOTHING_VERIFIED = 5


def exit_code(results: Results, *, refused: bool = False, interrupted: bool = False) -> Exit:
    """Return the first code that applies: 4, 2, 3 (run not reliable), 1, 3 (claim or target in error), 5, 0.

    A shard that verified nothing has the code 0, since the others may have: merged results decide.

    Args:
        results: of the run; `run.errors` has why it is not reliable, `run.lost` why the target was lost.
        refused: the configuration or a contract is wrong, so no test ran.
        interrupted: by Ctrl-C, SIGTERM or SIGHUP.
    """
    count = results.totals
    conditions = {
        Exit.REFUSED: refused,
        Exit.INTERRUPTED: interrupted,
        Exit.ERROR: bool(results.run.errors),
        Exit.FAILED: bool(count[Verdict.FAILED] or results.problems),
    }
    for code, applies in conditions.items():
        if applies:
            return code
    if count[Verdict.ERROR] or results.run.lost:
        return Exit.ERROR
    is_empty = count[Verdict.NOT_VERIFIED] == len(results.claims)
    return Exit.NOTHING_VERIFIED if is_empty and results.run.shard is None else Exit.OK
