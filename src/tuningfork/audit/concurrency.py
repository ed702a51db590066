"""Seeing from outside whether several requests are under way in a mock at one moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from typing import Any

from tuningfork.audit.patching import around

STAY = 0.05
"""Seconds that each request stays at the door, before and after, so that they meet."""


def crowding(mock: Any, method: str = "POST") -> threading.Event:
    """An event that is set while more than one request of that method is under way."""
    crowd, inside, counting = threading.Event(), [0], threading.Lock()

    def wsgi(wsgi: Any, environ: Any, start_response: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != method:
            answer: Iterable[bytes] = wsgi(environ, start_response)
            return answer
        with counting:
            inside[0] += 1
        time.sleep(STAY)
        try:
            if inside[0] > 1:
                crowd.set()
            return [b"".join(wsgi(environ, start_response))]
        finally:
            time.sleep(STAY)
            with counting:
                inside[0] -= 1
                if inside[0] == 0:
                    crowd.clear()

    around(mock, "wsgi", wsgi)
    return crowd
