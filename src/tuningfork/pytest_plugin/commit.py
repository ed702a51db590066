"""Identifies the state of the sources: by the commit, or by their content where there is no git."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

from tuningfork.apis import ApiHome
from tuningfork.audit.checkpoint import fingerprint


def read_commit(folder: Path, sources: Iterable[Path]) -> str:
    """Return the commit id of a folder, or a fingerprint of the sources if there is no git."""
    command = ["git", "-C", str(folder), "rev-parse", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 - fixed words
    except (OSError, subprocess.CalledProcessError):
        return fingerprint(sources)


def source_folders(root: Path, homes: Iterable[ApiHome]) -> list[Path]:
    """Return the folders of tests, contracts and code of some APIs.

    Args:
        root: the folder that has the tests of conventions.
        homes: of the APIs.
    """
    folders = [root / "suites" / "conventions"]
    for home in homes:
        folders += [home.suites, home.specs, home.code]
    return [folder.resolve() for folder in folders]
