"""Turns a pytest session into a run."""

from __future__ import annotations

import gc

import pytest
from hypothesis import HealthCheck, Phase, settings

from tuningfork.contract.problem import ContractError
from tuningfork.plugin import fixtures
from tuningfork.plugin.judging import Judging
from tuningfork.plugin.recording import Recording, drop_earlier
from tuningfork.plugin.run import RUN, prepare, reports_of
from tuningfork.plugin.session import is_worker, only_shows
from tuningfork.redaction import Disclosure
from tuningfork.target.config import ConfigurationError

EXAMPLES = {"default": 12, "thorough": 200, "audit": 12}
"""By profile; in an audit a failure is enough, and no smaller one is looked for."""


def activate(config: pytest.Config) -> None:
    """Read the configuration and register what judges and what records.

    Raises:
        pytest.UsageError: the configuration or a contract is wrong (exit code 4).
    """
    try:
        run = prepare(config)
        config.stash[RUN] = run
        judging = Judging(config, run)
    except (ConfigurationError, ContractError) as wrong:
        if not only_shows(config):
            drop_earlier(reports_of(config))
        raise pytest.UsageError(Disclosure().block(str(wrong))) from None
    _set_up_hypothesis(config)
    gc.set_threshold(50_000, 20, 50)  # by default a tenth of a run goes into looking for garbage
    config.pluginmanager.register(fixtures, "tuningfork-fixtures")
    config.pluginmanager.register(judging, "tuningfork-judging")
    if not is_worker(config):
        recording = Recording(config, run, config.stash[fixtures.STAGES])
        config.pluginmanager.register(recording, "tuningfork-recording")


def _set_up_hypothesis(config: pytest.Config) -> None:
    """Choices repeat with the run's seed; a slow target is no failed test."""
    for name, examples in EXAMPLES.items():
        settings.register_profile(
            name,
            max_examples=examples,
            stateful_step_count=12,
            deadline=None,
            database=None,
            derandomize=False,  # in CI Hypothesis would leave the seed out of it
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate, *([] if name == "audit" else [Phase.shrink])],
        )
    settings.load_profile(config.getoption("hypothesis_profile", None) or "default")
    if config.getoption("hypothesis_seed", None) is None:
        config.option.hypothesis_seed = str(config.option.seed)
