"""Reports an internal error in one sentence, and writes its traceback to a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tuningfork.report.results import write_text

FILE = "traceback.txt"


def save_and_describe(
    excinfo: pytest.ExceptionInfo[BaseException],
    traceback: str,
    folder: Path,
    mask: Callable[[str], str] = str,
) -> str:
    """Write a traceback to a file, and return a sentence with the exception and the name of the file.

    Args:
        excinfo: the exception.
        traceback: its text.
        folder: where the file is written.
        mask: returns a text without its secrets.
    """
    file = write_traceback(mask(traceback), folder)
    return f"tuningfork failed ({mask(_last_line(excinfo))}); {file}."


def write_traceback(traceback: str, folder: Path) -> str:
    """Write a traceback to a file of a folder, and return a clause with the name of the file."""
    file = folder / FILE
    try:
        write_text(traceback + "\n", file)
    except OSError:
        return "its traceback could not be written"
    return f"its traceback is in {file}"


def _last_line(excinfo: pytest.ExceptionInfo[BaseException]) -> str:
    """Return the type and the message of an exception in one line."""
    # pytest-xdist reports a worker's exception as an assertion whose message is the worker's traceback.
    text = excinfo.exconly().removesuffix("\nassert False").strip()
    return text.splitlines()[-1].removeprefix("E").strip()
