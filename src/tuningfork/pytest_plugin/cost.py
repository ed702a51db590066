"""Says what a run is expected to cost, before its first test, in the process that the user started."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tuningfork.depth.plan import Plan
from tuningfork.pytest_plugin.planning import PLAN_FILE
from tuningfork.pytest_plugin.run_config import RunConfig

PLAN = pytest.StashKey[Plan]()
"""The plan of the run, from the end of the collection on."""


class CostPlugin:
    """Reads the plan that the collecting process has written, and announces it.

    Args:
        config: of the session.
        run: the run that is announced.
        write_line: prints a sentence.
    """

    def __init__(self, config: pytest.Config, run: RunConfig, write_line: Callable[[str], None]) -> None:
        self._config = config
        self._run = run
        self._write_line = write_line

    def pytest_collection_finish(self) -> None:
        """Announce the tests that this process has collected."""
        self._announce()

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:
        """Announce the tests of the first worker; all workers collect the same tests."""
        self._announce()

    def _announce(self) -> None:
        """Print the sentences on the plan, once."""
        if PLAN in self._config.stash or not (plan := Plan.read(self._run.scratch / PLAN_FILE)):
            return
        self._config.stash[PLAN] = plan
        for sentence in self._sentences(plan):
            self._write_line(sentence)

    def _sentences(self, plan: Plan) -> Iterator[str]:
        """Yield what the run costs, what limits it, which lists may cost more, and what has no evidence."""
        run = self._run
        workers = self._config.option.tuningfork_workers
        rate = None if run.is_mock else run.target.options.rate
        yield plan.announcement(rate, workers, len(run.contracts))
        if run.budget is not None:
            yield run.budget.limits.announcement(plan.fitting(run.budget.limits.test_requests))
        if not run.is_mock and (growing := plan.growing_lists()):
            yield growing
        yield from (f"NOTE: {note}" for note in plan.notes)
