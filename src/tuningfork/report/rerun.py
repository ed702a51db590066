"""The command that runs a test again, for failure messages and the terminal."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

TEARDOWN = " (teardown)"
"""End of the id under which the teardown of a test is reported."""


def rerun_command(test: str, options: Sequence[str] = ()) -> str:
    """Return the command that runs a test again with the options of its run."""
    return shlex.join(["tuningfork", "run", *options, test.removesuffix(TEARDOWN)])
