"""The command `tuningfork`: handles signals from its start, before the slow imports."""

from __future__ import annotations

import os
import signal
from types import FrameType

from tuningfork.contract.garbage import collect_seldom

INTERRUPTED = 2
"""The value of Exit.INTERRUPTED; its module takes long to import."""


def main() -> None:
    """Run the command; until the command line is imported, a signal ends the process at once."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _exit_at_once)
    collect_seldom()
    from tuningfork import cli

    cli.main()


def _exit_at_once(number: int, frame: FrameType | None) -> None:
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
