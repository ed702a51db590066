"""What a pytest session is for. Every session where this package is installed imports this module."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

SHOWS = ("collectonly", "showfixtures", "show_fixtures_per_test", "setupplan")
"""pytest's options that list tests or fixtures and run no test."""
CHOICES = "tuningfork_choices"
"""The key of what a worker receives from pytest-xdist under which its main process has put its choices."""
FAILED_BEFORE = "tuningfork_failed_before"
"""The option with the tests that failed in the last run."""
CHOSEN = ("seed", "slice", "tuningfork_scratch", "tuningfork_started", "tuningfork_workers", FAILED_BEFORE)
"""Options that the main process chooses if they are not given."""
FOLDER = "tuningfork_folder"
"""Setting of pytest in the file that `tuningfork run` writes: the working folder."""


def is_conformance_session(config: pytest.Config) -> bool:
    """Return whether the session collects tests from a folder `suites` that is beside a folder `specs`."""
    return bool(config.getini(FOLDER)) or collects_suites(config, config.args)


def collects_suites(config: pytest.Config, arguments: Sequence[str]) -> bool:
    """Return whether one of pytest's arguments is below, or above, `suites` in pytest's root directory."""
    suites = (config.rootpath / "suites").resolve()
    if not suites.is_dir() or not (config.rootpath / "specs").is_dir():
        return False
    started = config.invocation_params.dir
    paths = [(started / str(argument).split("::")[0]).resolve() for argument in arguments]
    return any(path.is_relative_to(suites) or suites.is_relative_to(path) for path in paths)


def working_folder(config: pytest.Config) -> Path:
    """Return the folder whose `specs/` the run is about: where it was started, else pytest's root."""
    if folder := config.getini(FOLDER):
        return Path(str(folder))
    started = config.invocation_params.dir
    return started if (started / "specs").is_dir() else config.rootpath


def is_worker(config: pytest.Config) -> bool:
    """Return whether this process runs tests for another process (pytest-xdist)."""
    return hasattr(config, "workerinput")


def worker_count(config: pytest.Config) -> int:
    """Return how many workers pytest-xdist starts; 0 if this process runs the tests."""
    wanted, limit = (getattr(config.option, name, None) for name in ("numprocesses", "maxprocesses"))
    return min(wanted, limit or wanted) if wanted else 0


def choices(config: pytest.Config) -> dict[str, object]:
    """Return the options that the main process has chosen, for its workers."""
    return {name: value for name in CHOSEN if (value := getattr(config.option, name, None)) is not None}


def take_choices(config: pytest.Config) -> None:
    """Set, in a worker, the options that the main process has chosen; pytest-xdist sends only arguments."""
    if is_worker(config):
        vars(config.option).update(config.workerinput[CHOICES])  # type: ignore[attr-defined]  # pytest-xdist's


def is_listing_only(config: pytest.Config) -> bool:
    """Return whether the session runs no test, so that it writes no report."""
    return any(config.getoption(name, False) for name in SHOWS)
