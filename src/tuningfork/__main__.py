"""The command `tuningfork`, whose signals count before its large imports are done."""

from __future__ import annotations

import os
import signal
from types import FrameType

INTERRUPTED = 2
"""Exit.INTERRUPTED, which is in a module that takes long to import."""


def main() -> None:
    """Run the command; a signal that comes before it has begun ends it at once."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end)
    from tuningfork import cli

    cli.main()


def _end(number: int, frame: FrameType | None) -> None:
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
