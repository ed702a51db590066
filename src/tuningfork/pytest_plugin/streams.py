"""Standard streams that ignore write errors, so that a closed pipe or a full disk changes no exit code."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import Any, TextIO


class _LenientFile(io.FileIO):
    """A file that drops what it cannot write."""

    def write(self, data: Any) -> int:
        """Write `data`; ignore a failure, and return the size of `data` in any case."""
        try:
            return super().write(data)
        except OSError:  # a closed pipe, a full disk, a closed terminal
            return memoryview(data).nbytes


def ignore_write_errors() -> None:
    """Make standard output and error ignore write errors, until the process ends; open closed streams."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:  # the next file that is opened would otherwise get this descriptor
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
    sys.stdin = sys.stdin or open(0, closefd=False)  # noqa: SIM115 - open until the process ends
    sys.stdout = _make_lenient(sys.stdout, 1)
    sys.stderr = _make_lenient(sys.stderr, 2)
    if sys.__stderr__ is None:  # it was closed; pytest's faulthandler needs it
        sys.__stderr__ = sys.stderr  # type: ignore[misc]  # typed as final


def _make_lenient(stream: TextIO | None, descriptor: int) -> Any:
    """Return a stream on `descriptor` that ignores write errors; return a stream without a file unchanged."""
    if stream is None:
        stream = open(descriptor, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - open until the end
    buffer = getattr(stream, "buffer", None)
    if not isinstance(getattr(buffer, "raw", buffer), io.FileIO):  # an unbuffered stream has no `raw`
        return stream  # a test or a notebook has replaced it
    with contextlib.suppress(OSError):
        stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(_LenientFile(descriptor, "w", closefd=False)),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=descriptor == 2 or stream.isatty() or not hasattr(buffer, "raw"),
    )
