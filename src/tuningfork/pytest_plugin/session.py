"""What a pytest session is for; every session where the package is installed imports this, so it is small."""

from __future__ import annotations

import pytest

SHOWS = ("collectonly", "showfixtures", "show_fixtures_per_test", "setupplan")
"""pytest's options that show what is there and run no test."""


def judges_apis(config: pytest.Config) -> bool:
    """Whether this session collects from suites/, beside a specs/."""
    suites = (config.rootpath / "suites").resolve()
    if not suites.is_dir() or not (config.rootpath / "specs").is_dir():
        return False
    started = config.invocation_params.dir
    asked = [(started / str(arg).split("::")[0]).resolve() for arg in config.args]
    return any(path.is_relative_to(suites) or suites.is_relative_to(path) for path in asked)


def is_worker(config: pytest.Config) -> bool:
    """Whether this process runs tests for another (pytest-xdist)."""
    return hasattr(config, "workerinput")


def only_shows(config: pytest.Config) -> bool:
    """Whether nothing is run, so that nothing is reported."""
    return any(config.getoption(name, False) for name in SHOWS)
