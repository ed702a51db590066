"""Selects the tests of a shard (`--shard 2/5`), and orders tests for workers, by what the tests cost."""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest

from tuningfork.depth.dealing import TestCost, deal, digest
from tuningfork.depth.plan import Plan
from tuningfork.depth.worker_order import order_for_workers
from tuningfork.pytest_plugin.collection import claims_of, needs_target_alone
from tuningfork.pytest_plugin.run_config import RunConfig
from tuningfork.report.results import Shard

REPLAY_S = 1.0
"""Seconds that each test counts in a replay, whose tests cost about the same."""


def in_fixed_order(items: Sequence[pytest.Item], run: RunConfig) -> list[pytest.Item]:
    """Return tests in an order that is the same in all shards, also if a plugin has shuffled them."""
    return sorted(items, key=lambda item: _sort_key(item, run))


def select_shard(
    items: Sequence[pytest.Item], shard: Shard, plan: Plan | None, run: RunConfig
) -> tuple[list[pytest.Item], Shard]:
    """Return the tests of a shard in their order, and the shard with what identifies the deal.

    Args:
        items: the tests of all shards, in any order.
        shard: to select.
        plan: of all shards; None for a replay.
        run: that is split.
    """
    costs = _costs(in_fixed_order(items, run), plan, run, shard.count)
    shards = deal(costs, shard.count, has_own_targets=run.is_mock or run.is_replay)
    shard_of = {cost.test: each for cost, each in zip(costs, shards, strict=True)}
    selected = [item for item in items if shard_of[item.nodeid] == shard.index - 1]
    return selected, shard.model_copy(update={"tests": len(items), "deal": digest(costs, shards)})


def in_worker_order(items: Sequence[pytest.Item], plan: Plan, run: RunConfig) -> list[pytest.Item]:
    """Return tests in the order in which workers that share the targets wait least for each other."""
    neighbours = in_fixed_order(items, run)
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    return [neighbours[index] for index in order_for_workers(_costs(neighbours, plan, run, 1), workers)]


def _sort_key(item: pytest.Item, run: RunConfig) -> tuple[str, str, int, str]:
    """Return a key that brings tests of one API, module and function together."""
    return _api_of(item, run), item.nodeid.partition("::")[0], item.location[1] or 0, item.nodeid


def _api_of(item: pytest.Item, run: RunConfig) -> str:
    """Return the API whose claims a test judges."""
    contract = run.contract_of(claims_of(item)[0])
    assert contract is not None, "collection has refused unknown claims"
    return contract.api


def _costs(items: Sequence[pytest.Item], plan: Plan | None, run: RunConfig, shards: int) -> list[TestCost]:
    """Return what tests are expected to cost in one of several shards."""
    return [
        TestCost(
            item.nodeid,
            _api_of(item, run),
            _seconds(item, plan, run, shards),
            needs_target_alone(item, run),
        )
        for item in items
    ]


def _seconds(item: pytest.Item, plan: Plan | None, run: RunConfig, shards: int) -> float:
    """Return how long a test is expected to take at the rate of a shard."""
    if plan is None:
        return REPLAY_S
    planned = plan.by_id[item.nodeid]
    matrix = run.matrices[_api_of(item, run)] if planned.is_guess else None
    outdated = None if matrix is None else matrix.rows.get(item.nodeid)  # better than a guess
    cost = outdated or planned
    return cost.seconds + cost.requests * shards / run.target.options.rate
