"""Why no connection to a server exists: the error of the system, which libraries wrap in several ways."""

from __future__ import annotations

import socket
from collections.abc import Iterator

MAX_CAUSES = 10
"""Errors that wrap each other at most."""


def refusal_of(error: BaseException) -> str:
    """Return a phrase if a server refused the connection or its name is unknown; else an empty text."""
    for cause in _causes(error):
        if isinstance(cause, ConnectionRefusedError):
            return "the connection was refused"
        if isinstance(cause, socket.gaierror):
            return "the name of the host is unknown"
    return ""


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and those that it wraps."""
    for _ in range(MAX_CAUSES):
        if error is None:
            return
        yield error
        wrapped = next((each for each in error.args if isinstance(each, BaseException)), None)
        reason = getattr(error, "reason", None)
        inner = reason if isinstance(reason, BaseException) else None
        error = wrapped or inner or error.__cause__ or error.__context__
