"""The order in which tests are tried: what is quick first, and every function has its turn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping


def due(seconds: Mapping[str, float]) -> dict[str, float]:
    """When each test's turn comes, in seconds after the start, if all functions ran side by side.

    So the fiftieth case of one function keeps no other function waiting.

    Args:
        seconds: how long each test takes, by its node id; the cases of a function differ in `[…]`.
    """
    spent: defaultdict[str, float] = defaultdict(float)
    turns: dict[str, float] = {}
    for test in sorted(seconds, key=lambda test: seconds[test]):
        function = test.partition("[")[0]
        spent[function] += seconds[test]
        turns[test] = spent[function]
    return turns
