"""SIGTERM and SIGHUP interrupt a command like Ctrl-C; a second signal ends the process at once."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

from tuningfork.report.exit_codes import Exit

INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
DUPLICATE_WINDOW_S = 0.5
"""A second signal within this time is a duplicate: `timeout` signals the process and its group."""


def handle_interrupts(*, is_worker: bool = False) -> Callable[[], None]:
    """Raise KeyboardInterrupt on the first interrupt signal, and end the process on a later one.

    Signals that the process ignores already (nohup) stay ignored.

    Args:
        is_worker: whether this is a pytest-xdist worker, where only the first signal has an effect, since
            the main process may repeat it.

    Returns:
        A function that restores the previous signal handlers.
    """
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    first_at: list[float] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        """Raise KeyboardInterrupt; end the process if it was raised before."""
        if not first_at:
            first_at.append(time.monotonic())
            raise KeyboardInterrupt(signal.Signals(number).name)
        if not is_worker and time.monotonic() - first_at[0] > DUPLICATE_WINDOW_S:
            os._exit(Exit.INTERRUPTED)

    previous = {number: signal.getsignal(number) for number in INTERRUPTS}
    previous = {number: handler for number, handler in previous.items() if handler is not signal.SIG_IGN}
    for number in previous:
        signal.signal(number, interrupt)

    def restore() -> None:
        """Restore the previous signal handlers."""
        for number, handler in previous.items():
            signal.signal(number, handler)

    return restore
