"""The command that runs a test again, for failure messages, the terminal and all reports."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

TEARDOWN = " (teardown)"
"""End of the id under which the teardown of a test is reported."""


def rerun_command(test: str, options: Sequence[str] = (), folder: str = "") -> str:
    """Return the line that runs a test again.

    Args:
        test: the pytest id of the test, or the id under which its teardown is reported.
        options: of `tuningfork run`: the target, the seed and the faults of the run.
        folder: where the run was started; without it the line does not change the folder.
    """
    command = shlex.join(["tuningfork", "run", *options, test.removesuffix(TEARDOWN)])
    return f"cd {shlex.quote(folder)} && {command}" if folder else command
