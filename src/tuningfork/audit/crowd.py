"""Detects that many clients use a mock at once: faults that show only under load depend on it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

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

    @contextlib.contextmanager
    def let_others_in(self) -> Iterator[None]:
        """Let the mock process other requests during the block; the thread must hold its lock once."""
        self._lock.release()
        try:
            yield
        finally:
            self._lock.acquire()


def pause(crowd: Crowd, seconds: float) -> None:
    """Let the mock process other requests for so many seconds, if there is a crowd."""
    if crowd.is_there:
        with crowd.let_others_in():
            time.sleep(seconds)
