"""Deals the tests of a run out to shards of about the same duration."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class TestCost:
    """How long a test is expected to take.

    Args:
        test: its pytest id.
        api: the API that it tests.
        seconds: its expected duration.
        is_exclusive: whether it needs the target to itself.
    """

    __test__ = False  # keeps pytest from collecting it

    test: str
    api: str
    seconds: float
    is_exclusive: bool = False


def deal(costs: Sequence[TestCost], count: int, *, has_own_targets: bool = False) -> list[int]:
    """Return the shard of each test, from 0; the same for the same tests and costs.

    The exclusive tests of an API are in one shard, a late one. The others are cut into slices in the given
    order, so that tests that share what they have read are together.

    Args:
        costs: of the tests, neighbours next to each other.
        count: the number of shards.
        has_own_targets: each shard has a server of its own, so exclusive tests that take longer than a shard
            may be in several.
    """
    share = sum(cost.seconds for cost in costs) / count
    seconds = _exclusive_seconds(costs)
    if has_own_targets:
        seconds = {api: each for api, each in seconds.items() if each <= share}
    shard_of, loads = _deal_exclusive(seconds, count, share)
    others = sum(cost.seconds for cost in costs) - sum(seconds.values())
    level = _level(loads, others)
    ends = list(accumulate(max(0.0, level - load) for load in loads))
    shards, dealt = [], 0.0
    for cost in costs:
        if cost.is_exclusive and cost.api in shard_of:
            shards.append(shard_of[cost.api])
        else:
            shards.append(min(bisect_right(ends, dealt + cost.seconds / 2), count - 1))
            dealt += cost.seconds
    return shards


def _exclusive_seconds(costs: Sequence[TestCost]) -> dict[str, float]:
    """Return how long the exclusive tests of each API take."""
    seconds: defaultdict[str, float] = defaultdict(float)
    for cost in costs:
        if cost.is_exclusive:
            seconds[cost.api] += cost.seconds
    return dict(seconds)


def _deal_exclusive(
    seconds: Mapping[str, float], count: int, share: float
) -> tuple[dict[str, int], list[float]]:
    """Return the shard of each API's exclusive tests, and the seconds that each shard has then.

    The API with the longest tests is first; each is in the last shard that has room for it.
    """
    shard_of, loads = {}, [0.0] * count
    for api in sorted(seconds, key=lambda api: (-seconds[api], api)):
        late = range(count - 1, -1, -1)
        roomy = [shard for shard in late if loads[shard] + seconds[api] <= share]
        shard = roomy[0] if roomy else min(late, key=loads.__getitem__)
        shard_of[api] = shard
        loads[shard] += seconds[api]
    return shard_of, loads


def _level(loads: Sequence[float], seconds: float) -> float:
    """Return the load up to which the shards are filled if `seconds` more are dealt out evenly."""
    level, filled = 0.0, 0.0
    for number, load in enumerate(sorted(loads), 1):
        filled += load
        if number > 1 and level <= load:
            break
        level = (seconds + filled) / number
    return level


def digest(costs: Sequence[TestCost], shards: Sequence[int]) -> str:
    """Return a digest of which test is in which shard."""
    dealt = [(cost.test, shard) for cost, shard in zip(costs, shards, strict=True)]
    return hashlib.sha256(json.dumps(dealt).encode()).hexdigest()[:16]
