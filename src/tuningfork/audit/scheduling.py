"""The order of tests in an audit: fast tests first, and no test function delays the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping


def start_times(seconds: Mapping[str, float]) -> dict[str, float]:
    """Return a sort key for each test: the time at which it would end if all functions ran in parallel.

    The cases of one function run one after the other, the fastest first, so that a function with fifty cases
    does not delay other functions.

    Args:
        seconds: the duration of each test by its node id; the cases of a function differ in `[…]`.
    """
    time_spent: defaultdict[str, float] = defaultdict(float)
    times: dict[str, float] = {}
    for test in sorted(seconds, key=lambda test: seconds[test]):
        function = test.partition("[")[0]
        time_spent[function] += seconds[test]
        times[test] = time_spent[function]
    return times
