"""An error of ours, told in one sentence; its traceback goes into a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tuningfork.report.results import write_text

FILE = "traceback.txt"


def sentence(
    excinfo: pytest.ExceptionInfo[BaseException],
    traceback: str,
    folder: Path,
    hide: Callable[[str], str] = str,
) -> str:
    """Keep a traceback in a folder, and say what broke and where the traceback is.

    Args:
        excinfo: what was raised.
        traceback: its text.
        folder: where the file is written.
        hide: takes secrets out of a text.
    """
    kept = keep(hide(traceback), folder)
    return f"tuningfork broke down ({hide(_last_line(excinfo))}); {kept}."


def keep(traceback: str, folder: Path) -> str:
    """Write a traceback into a folder, and say where it is, in a clause."""
    file = folder / FILE
    try:
        write_text(traceback + "\n", file)
    except OSError:
        return "its traceback could not be written"
    return f"its traceback is in {file}"


def _last_line(excinfo: pytest.ExceptionInfo[BaseException]) -> str:
    """An exception's name and words in a line; pytest-xdist asserts False with the traceback of a worker."""
    told = excinfo.exconly().removesuffix("\nassert False").strip()
    return told.splitlines()[-1].removeprefix("E").strip()
