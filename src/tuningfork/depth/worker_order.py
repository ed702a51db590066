"""Orders the tests of a run for several workers that share the targets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

Use = Literal["reads", "writes", "hooks"]
"""How a test uses its target; tests of different kinds do not run at the same time."""


@dataclass(frozen=True, slots=True)
class TestUse:
    """How a test uses which target.

    Args:
        api: the API that it tests.
        use: of the API's target.
        seconds: its expected duration.
    """

    __test__ = False  # keeps pytest from collecting it

    api: str
    use: Use
    seconds: float


def order_for_workers(tests: Sequence[TestUse]) -> list[int]:
    """Return the indexes of the tests in an order in which few workers wait.

    Of each API, the tests that read come first, then those that write. While a worker runs a test with a
    test hook, the others run tests of another API: those with hooks are spread over the other tests of the
    next API, and those of the last one over the first. With one API they are last.

    Args:
        tests: neighbours next to each other.
    """
    indexes: defaultdict[tuple[str, Use], list[int]] = defaultdict(list)
    for index, test in enumerate(tests):
        indexes[test.api, test.use].append(index)
    apis = sorted({test.api for test in tests})
    if len(apis) == 1:
        return [index for use in ("reads", "writes", "hooks") for index in indexes[apis[0], use]]
    order: list[int] = []
    for number, api in enumerate(apis):
        others = [*indexes[api, "reads"], *indexes[api, "writes"]]
        order += _spread(indexes[apis[number - 1], "hooks"], others, tests)
    return order


def _spread(alone: Sequence[int], others: Sequence[int], tests: Sequence[TestUse]) -> list[int]:
    """Return the indexes of both, each in its order, with those that run alone evenly over the time."""
    positions = {**_positions(alone, tests), **_positions(others, tests)}
    return sorted([*alone, *others], key=positions.__getitem__)


def _positions(indexes: Sequence[int], tests: Sequence[TestUse]) -> dict[int, float]:
    """Return the middle of each test in the time that all of them take, from 0 to 1."""
    seconds = [tests[index].seconds for index in indexes]
    total = sum(seconds) or 1.0
    ends = accumulate(seconds)
    return {index: (end - each / 2) / total for index, each, end in zip(indexes, seconds, ends, strict=True)}
