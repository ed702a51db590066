"""SIGTERM and SIGHUP end a command as Ctrl-C does: in order, or at once if they come again."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

from tuningfork.report.exit_codes import Exit

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SAME = 0.5
"""Seconds within which a second signal is the first one again: `timeout` signals a process and its group."""


def interruptible(*, is_worker: bool = False) -> Callable[[], None]:
    """From here on the first of these signals raises KeyboardInterrupt, and a later one ends the process.

    Signals that whoever started the process ignores (nohup) stay ignored.

    Args:
        is_worker: of pytest-xdist; only the first signal counts, since the main process may repeat it.

    Returns:
        what puts the handlers back that were there before.
    """
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    first: list[float] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        if not first:
            first.append(time.monotonic())
            raise KeyboardInterrupt(signal.Signals(number).name)
        if not is_worker and time.monotonic() - first[0] > SAME:
            os._exit(Exit.INTERRUPTED)

    before = {number: signal.getsignal(number) for number in ENDING}
    before = {number: handler for number, handler in before.items() if handler is not signal.SIG_IGN}
    for number in before:
        signal.signal(number, interrupt)

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    return restore
