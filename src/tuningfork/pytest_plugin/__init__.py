"""The pytest plugin of Tuning Fork, which connects all other packages."""

from __future__ import annotations

import pytest

from tuningfork.pytest_plugin import options
from tuningfork.pytest_plugin.session import collects_suites, is_conformance_session


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a run."""
    options.add(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Have suites imported by pytest's mode `importlib`, which relative imports of their helpers need."""
    options_of_pytest = early_config.known_args_namespace
    arguments = options_of_pytest.file_or_dir or early_config.getini("testpaths") or ["."]
    if collects_suites(early_config, arguments):
        options_of_pytest.importmode = early_config.option.importmode = "importlib"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the markers, and activate the plugin in a session that collects suites."""
    config.addinivalue_line("markers", "claim(*ids, needs=()): the claims that a test verifies")
    config.addinivalue_line("markers", "live(reason): why a test can't be replayed from a cassette")
    if is_conformance_session(config):
        from tuningfork.pytest_plugin import configure  # its imports are slow, and other sessions need none

        configure.activate(config)
