"""The depth, the slice and the budget of a run: of its options, else of its target in tuningfork.toml."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path
from typing import cast

import pytest

from tuningfork.client.config import ConfigurationError, Target
from tuningfork.client.run_budget import Limits, RunBudget
from tuningfork.depth.choice import SLICES, Depth
from tuningfork.depth.slice_number import next_slice, slice_number
from tuningfork.pytest_plugin.session import is_listing_only, is_worker, worker_count

PREFIX = "tuningfork-run-"


def choose_depth(config: pytest.Config, target: Target) -> Depth:
    """Return the depth of a run; tests that are named one by one all run."""
    if any("::" in str(argument) for argument in config.args):
        return "full"
    return cast("Depth", config.option.depth or target.options.depth)


def choose_slice(config: pytest.Config, depth: Depth, folder: Path, state: Path) -> int | None:
    """Return the number of the slice, from 1; None unless the depth has one.

    The main process chooses it for its workers. A shard does not count as a run, so that all shards have the
    same slice.

    Raises:
        ConfigurationError: there is no such slice, or the depth has none.
    """
    option = config.option
    if option.slice is not None and not 1 <= option.slice <= SLICES:
        raise ConfigurationError(f"--slice {option.slice}: there is no such slice; choose 1 to {SLICES}.")
    if option.slice is not None and depth != "smoke":
        raise ConfigurationError("--slice is for --depth smoke; leave it out.")
    if depth == "smoke" and option.slice is None:
        counts = not (is_listing_only(config) or option.shard)
        option.slice = slice_number(folder) or next_slice(state, counts=counts)
    return cast("int | None", option.slice)


def make_scratch(config: pytest.Config) -> Path:
    """Return the folder that the processes of a run share until it ends."""
    if not is_worker(config):
        config.option.tuningfork_scratch = tempfile.mkdtemp(prefix=PREFIX)
        config.option.tuningfork_started = time.time()
        config.option.tuningfork_workers = worker_count(config) or 1
        config.add_cleanup(lambda: shutil.rmtree(config.option.tuningfork_scratch, ignore_errors=True))
    return Path(config.option.tuningfork_scratch)


def make_budget(config: pytest.Config, target: Target, scratch: Path, shards: int = 1) -> RunBudget | None:
    """Return the budget of a run, or its part for one of several shards; None if nothing limits it.

    Raises:
        ConfigurationError: a limit is not positive.
    """
    option = config.option
    for name, value in (("--max-requests", option.max_requests), ("--max-minutes", option.max_minutes)):
        if value is not None and not 0 < value < float("inf"):
            raise ConfigurationError(f"{name} {value:g}: a budget is a positive number; correct it.")
    requests, minutes = option.max_requests or target.options.requests, option.max_minutes
    minutes = minutes or target.options.minutes
    if requests is None and minutes is None:
        return None
    if getattr(option, "dist", "no") == "worksteal":
        option.dist = "load"  # which starts tests in their order
    share = requests and max(requests // shards, 1)
    limits = Limits(share, minutes, option.tuningfork_started, option.tuningfork_workers)
    return RunBudget(limits, scratch / "budget.json")
