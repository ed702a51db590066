"""Selects the tests of one shard: `--shard 2/5`, a part of a run that other jobs complete."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from statistics import median

import pytest

from tuningfork.client.config import Settings
from tuningfork.depth.dealing import TestCost, deal, digest
from tuningfork.depth.matrix import Matrix, MatrixError, MatrixRow
from tuningfork.pytest_plugin.api_sessions import ApiSessions
from tuningfork.pytest_plugin.collection import claims_of, needs_of, needs_target_alone
from tuningfork.pytest_plugin.run_config import RunConfig
from tuningfork.report.results import Shard

UNKNOWN = MatrixRow(test="", requests=1, seconds=1.0)
"""The cost of a test if no test has a measured one."""


def select_shard(
    items: Sequence[pytest.Item], shard: Shard, sessions: ApiSessions
) -> tuple[list[pytest.Item], Shard]:
    """Return the tests of a shard in their order, and the shard with what identifies the deal.

    Args:
        items: the tests of all shards, in any order.
        shard: to select.
        sessions: of the run.
    """
    run = sessions.run
    ordered = sorted(items, key=lambda item: _sort_key(item, run))
    costs = _costs(ordered, sessions, shard.count)
    shards = deal(costs, shard.count, has_own_targets=run.is_mock or run.is_replay)
    shard_of = {cost.test: each for cost, each in zip(costs, shards, strict=True)}
    selected = [item for item in items if shard_of[item.nodeid] == shard.index - 1]
    return selected, shard.model_copy(update={"tests": len(items), "deal": digest(costs, shards)})


def _sort_key(item: pytest.Item, run: RunConfig) -> tuple[str, str, int, str]:
    """Return a sort key that is the same in all shards, also if a plugin has shuffled the tests."""
    return _api_of(item, run), item.nodeid.partition("::")[0], item.location[1] or 0, item.nodeid


def _costs(items: Sequence[pytest.Item], sessions: ApiSessions, count: int) -> list[TestCost]:
    """Return how long each test takes at the rate of a shard; one that the target can't run takes no time."""
    run = sessions.run
    is_local = run.is_mock or run.is_replay
    settings = {} if is_local else {name: sessions.settings(name) for name in run.contracts}
    rows = _measured(run)
    usual = _usual(list(rows.values()))
    costs = []
    for item in items:
        row = rows.get(item.nodeid, usual)
        seconds = row.seconds + row.requests * count / run.target.options.rate
        api = _api_of(item, run)
        can_run = _can_run(needs_of(item, run), run, settings.get(api))
        costs.append(TestCost(item.nodeid, api, seconds if can_run else 0.0, needs_target_alone(item, run)))
    return costs


def _can_run(needs: Collection[str], run: RunConfig, settings: Settings | None) -> bool:
    """Return whether the target meets the needs of a test; a mock, without settings, meets all but writes."""
    changes = any(need == "write" or need.startswith("control:") for need in needs)
    return (run.writes or not changes) and not (settings and any(map(settings.lacks, needs)))


def _api_of(item: pytest.Item, run: RunConfig) -> str:
    """Return the API whose claims a test judges."""
    contract = run.contract_of(claims_of(item)[0])
    assert contract is not None, "collection has refused unknown claims"
    return contract.api


def _measured(run: RunConfig) -> dict[str, MatrixRow]:
    """Return the measured cost of each test of the run's APIs, by its id."""
    rows: dict[str, MatrixRow] = {}
    try:
        for home in run.homes.values():
            matrix = Matrix.load(home.specs)
            rows |= {} if matrix is None else matrix.rows
    except MatrixError as error:
        raise pytest.UsageError(str(error)) from None
    return rows


def _usual(rows: Sequence[MatrixRow]) -> MatrixRow:
    """Return the cost that is assumed for a test without a measured one: the median of the others."""
    if not rows:
        return UNKNOWN
    seconds, requests = median(row.seconds for row in rows), median(row.requests for row in rows)
    return UNKNOWN.model_copy(update={"seconds": seconds, "requests": round(requests)})
