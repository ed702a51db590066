"""Standard streams that never fail: what nobody reads any more, or a full disk, decides no exit code."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import Any, TextIO


class _Lenient(io.FileIO):
    """A file that drops what can't be written."""

    def write(self, data: Any) -> int:
        """Write, and say that all was written."""
        try:
            return super().write(data)
        except OSError:  # a closed pipe, a full disk, a terminal that is gone
            return memoryview(data).nbytes


def make_lenient() -> None:
    """Replace standard output and error, and open those that are closed, for the life of the process."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:  # else the next file that is opened would take its place
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
    sys.stdin = sys.stdin or open(0, closefd=False)  # noqa: SIM115 - a number, for the life of the process
    sys.stdout = _lenient(sys.stdout, 1)
    sys.stderr = _lenient(sys.stderr, 2)
    if sys.__stderr__ is None:  # it was closed; pytest's faulthandler needs one
        sys.__stderr__ = sys.stderr  # type: ignore[misc]  # None is as final as this


def _lenient(stream: TextIO | None, number: int) -> Any:
    if stream is None:
        stream = open(number, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - as above
    buffer = getattr(stream, "buffer", None)
    if not isinstance(getattr(buffer, "raw", buffer), io.FileIO):  # an unbuffered stream has no other `raw`
        return stream  # somebody else's: a test's, a notebook's
    with contextlib.suppress(OSError):
        stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(_Lenient(number, "w", closefd=False)),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=number == 2 or stream.isatty() or not hasattr(buffer, "raw"),
    )
