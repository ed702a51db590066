"""Detects from outside whether a mock handles several requests at the same time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from typing import Any

from tuningfork.audit.patching import wrap_method

HOLD_S = 0.05
"""Delay before and after each request, in seconds, so that concurrent requests overlap."""


def concurrent_requests_event(mock: Any, method: str = "POST") -> threading.Event:
    """Return an event that is set while the mock handles more than one request with this method."""
    are_concurrent, lock = threading.Event(), threading.Lock()
    count = 0

    def count_requests(wsgi: Any, environ: Any, start_response: Any) -> Iterable[bytes]:
        """Handle a request, and set the event while another request with the method is handled too."""
        nonlocal count
        if environ["REQUEST_METHOD"] != method:
            body: Iterable[bytes] = wsgi(environ, start_response)
            return body
        with lock:
            count += 1
        time.sleep(HOLD_S)
        try:
            if count > 1:
                are_concurrent.set()
            return [b"".join(wsgi(environ, start_response))]
        finally:
            time.sleep(HOLD_S)
            with lock:
                count -= 1
                if count == 0:
                    are_concurrent.clear()

    wrap_method(mock, "wsgi", count_requests)
    return are_concurrent
