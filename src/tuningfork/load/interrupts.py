"""Signals of a load run: the first one ends the load in order, the second one ends the process."""

from __future__ import annotations

import os
import signal
import time
from types import FrameType

from gevent.hub import Hub

from tuningfork.pytest_plugin.signals import DUPLICATE_WINDOW_S, INTERRUPTS
from tuningfork.report.exit_codes import Exit

Hub.NOT_ERROR = (*Hub.NOT_ERROR, KeyboardInterrupt)
"""gevent prints no traceback of these; it passes them on to the main greenlet."""


class Interrupts:
    """Whether SIGINT, SIGTERM or SIGHUP has arrived.

    `raises` says whether a signal raises KeyboardInterrupt. While many users are active it must not: Python
    calls the handler in any of their greenlets.
    """

    def __init__(self) -> None:
        self.raises = True
        self._first_at: float | None = None
        for number in INTERRUPTS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._handle)

    @property
    def is_set(self) -> bool:
        """Whether a signal has arrived."""
        return self._first_at is not None

    def _handle(self, number: int, frame: FrameType | None) -> None:
        """Note the first signal; end the process on a later one."""
        if self._first_at is None:
            self._first_at = time.monotonic()
            if self.raises:
                raise KeyboardInterrupt(signal.Signals(number).name)
        elif time.monotonic() - self._first_at > DUPLICATE_WINDOW_S:
            os._exit(Exit.INTERRUPTED)
