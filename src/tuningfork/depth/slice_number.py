"""Which slice of the tests a run of `smoke` takes: the next one with each commit."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tuningfork.depth.choice import SLICES

RUN_NUMBERS = ("GITHUB_RUN_NUMBER", "CI_PIPELINE_IID", "BUILD_NUMBER")
"""Variables of GitHub, GitLab and Jenkins that count the runs of a pipeline."""
COUNTER = "slice"
"""The file that counts the runs, where there is no history of commits."""


def slice_number(folder: Path, environment: Mapping[str, str] = os.environ) -> int | None:
    """Return a number from 1 to SLICES; that of the next commit of a branch is one higher.

    It counts the commits of the branch (a merge counts as one). A shallow clone does not know them: there the
    number of the CI's run counts. Return None without CI and Git.
    """
    count = _count_commits(folder)
    numbers = [environment.get(name, "") for name in RUN_NUMBERS]
    run = next((int(number) for number in numbers if number.isdecimal()), None)
    number = next((each for each in (count, run) if each is not None), None)
    return None if number is None else number % SLICES + 1


def _count_commits(folder: Path) -> int | None:
    """Return the number of commits of the branch; None without Git, or if some are missing here."""
    if _git(folder, "rev-parse", "--is-shallow-repository") != "false":
        return None
    count = _git(folder, "rev-list", "--count", "--first-parent", "HEAD")
    return int(count) if count.isdecimal() else None


def _git(folder: Path, *words: str) -> str:
    """Return the output of a command of Git; empty if it fails."""
    try:
        command = ["git", "-C", str(folder), *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 - fixed words
    except (OSError, subprocess.CalledProcessError):
        return ""


def next_slice(state: Path, *, counts: bool) -> int:
    """Return the slice of the next run in a folder without commits.

    Args:
        state: has the file that counts the runs.
        counts: whether this is that run, so that the one after it takes another slice.
    """
    file = state / COUNTER
    try:
        count = int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        count = 0
    if counts:
        with contextlib.suppress(OSError):  # then the next run takes the same slice
            state.mkdir(parents=True, exist_ok=True)
            file.write_text(str(count + 1), encoding="ascii")
    return count % SLICES + 1
