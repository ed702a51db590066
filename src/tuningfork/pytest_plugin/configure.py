"""Prepares a pytest session that collects suites: its options, its hooks, its fixtures."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.errors import InvalidArgument

from tuningfork.client.config import ConfigurationError, did_you_mean
from tuningfork.contract.errors import ContractError
from tuningfork.contract.garbage import collect_seldom
from tuningfork.pytest_plugin import fixtures
from tuningfork.pytest_plugin.cost import CostPlugin
from tuningfork.pytest_plugin.github_actions import GitHubActions
from tuningfork.pytest_plugin.prepared_run import prepare, reports_of
from tuningfork.pytest_plugin.repeated_tests import LockedTests, RepeatedTests
from tuningfork.pytest_plugin.reporting import ReportPlugin, delete_old_reports
from tuningfork.pytest_plugin.run_config import RUN_CONFIG
from tuningfork.pytest_plugin.runtest import RunTestHooks
from tuningfork.pytest_plugin.session import FOLDER, is_listing_only, is_worker, take_choices
from tuningfork.pytest_plugin.signals import handle_interrupts
from tuningfork.pytest_plugin.terminal_summary import TerminalSummary
from tuningfork.redaction import Disclosure

EXAMPLES_BY_PROFILE = {"default": 12, "thorough": 200, "audit": 12}
"""How many requests a property test generates, by Hypothesis profile; "audit" does not shrink failures."""

STORAGE = "HYPOTHESIS_STORAGE_DIRECTORY"
"""Environment variable by which a user chooses where Hypothesis keeps its files."""


def activate(config: pytest.Config) -> None:
    """Read the configuration and register the hooks that run tests and write reports.

    Raises:
        pytest.UsageError: the configuration or a contract is wrong (exit code 4).
    """
    take_choices(config)
    try:
        _set_up_hypothesis(config)
        run = prepare(config)
        config.stash[RUN_CONFIG] = run
        hooks = RunTestHooks(config, run)
    except (ConfigurationError, ContractError) as error:
        if not is_listing_only(config):
            with contextlib.suppress(OSError):  # without a folder there are no earlier reports
                delete_old_reports(reports_of(config))
        raise pytest.UsageError(Disclosure().block(str(error))) from None
    if config.getini(FOLDER):  # ids are relative to the root, which is not where a user looks for files
        config.cwd_relative_nodeid = lambda nodeid: nodeid  # type: ignore[method-assign]
    keeps_order = run.ends_at_failure or not (run.is_mock or run.is_replay)
    if keeps_order and config.getoption("maxschedchunk", None) is None:
        config.option.maxschedchunk = 1  # pytest-xdist keeps to the order in which the tests are
    config.add_cleanup(handle_interrupts(is_worker=is_worker(config)))
    config.option.hypothesis_seed = config.getoption("hypothesis_seed", None) or str(config.option.seed)
    collect_seldom()
    config.pluginmanager.register(fixtures, "tuningfork-fixtures")
    config.pluginmanager.register(hooks, "tuningfork-judging")
    access = RepeatedTests(config, run) if run.repeats_doubtful else LockedTests(run)
    config.pluginmanager.register(access, "tuningfork-access")
    if not is_worker(config):
        reporting = ReportPlugin(config, run, config.stash[fixtures.API_SESSIONS])
        config.pluginmanager.register(reporting, "tuningfork-reporting")
        config.pluginmanager.register(CostPlugin(config, run, reporting.write_line), "tuningfork-cost")
        config.pluginmanager.register(TerminalSummary(config, run, reporting), "tuningfork-terminal")
        if GitHubActions.is_active():
            config.pluginmanager.register(GitHubActions(reporting), "tuningfork-github")


def _cache_folder() -> Path:
    """Return the folder where Hypothesis keeps tables of Unicode, which take a process seconds to compute."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache, "tuningfork", "hypothesis")


def _set_up_hypothesis(config: pytest.Config) -> None:
    """Register and choose a profile. There is no deadline: a slow target does not fail a test."""
    if STORAGE not in os.environ:
        set_hypothesis_home_dir(_cache_folder())
    for name, examples in EXAMPLES_BY_PROFILE.items():
        settings.register_profile(
            name,
            max_examples=examples,
            stateful_step_count=12,
            deadline=None,
            database=None,
            derandomize=False,  # in CI Hypothesis would ignore the seed
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate, *([] if name == "audit" else [Phase.shrink])],
        )
    name = config.getoption("hypothesis_profile", None) or "default"
    try:
        settings.load_profile(name)
    except InvalidArgument:
        profiles = list(EXAMPLES_BY_PROFILE)
        raise ConfigurationError(
            f"--hypothesis-profile {name}: there is no such profile{did_you_mean(name, profiles)}; "
            f"choose one of: {', '.join(profiles)}."
        ) from None
