"""Detects that many clients use a mock at once: faults that show only under load depend on it."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tuningfork.audit.patching import wrap_method

RACE_S = 0.1
"""How long a delayed call waits, so that requests at the same moment meet."""
MIN_CONNECTIONS = 8
"""Connections that are a crowd: a run of tests has at most six requests in the air."""
WINDOW_S = 1.0


class Crowd:
    """Counts the connections of a mock on a socket that had a request in the last second.

    Args:
        mock: the mock; its requests are counted from now on.
    """

    def __init__(self, mock: Any) -> None:
        self._lock = mock.lock
        self._seen: dict[str, float] = {}
        serve: Callable[..., Iterable[bytes]] = mock.wsgi

        def counted(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            """Note the connection of a request, and process the request."""
            self._seen[str(environ.get("REMOTE_PORT"))] = time.monotonic()
            return serve(environ, start_response)

        mock.wsgi = counted

    @property
    def is_there(self) -> bool:
        """Whether many clients are active."""
        since = time.monotonic() - WINDOW_S
        return sum(seen > since for seen in list(self._seen.values())) >= MIN_CONNECTIONS

    def delay(self, owner: object, name: str) -> None:
        """Let the mock process other requests before each call of a method, while there is a crowd."""

        def call_late(original: Callable[..., Any], *arguments: Any) -> Any:
            """Call the method while the next request is processed already."""
            self.pause()
            return original(*arguments)

        wrap_method(owner, name, call_late)

    def watch(self, owner: object, name: str) -> Callable[[], bool]:
        """Return a function that returns whether a crowd has called a method in the last second."""
        called_at = -math.inf

        def call(original: Callable[..., Any], *arguments: Any) -> Any:
            """Note when the method is called."""
            nonlocal called_at
            called_at = time.monotonic()
            return original(*arguments)

        wrap_method(owner, name, call)
        return lambda: self.is_there and time.monotonic() - called_at < WINDOW_S

    def pause(self) -> None:
        """Let the mock process other requests for a moment, if there is a crowd."""
        if self.is_there:
            with self.let_others_in():
                time.sleep(RACE_S)

    @contextlib.contextmanager
    def let_others_in(self) -> Iterator[None]:
        """Let the mock process other requests during the block; the thread must hold its lock once."""
        self._lock.release()
        try:
            yield
        finally:
            self._lock.acquire()
