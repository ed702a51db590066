"""The plan of a run: its tests, what each is expected to cost, and the sentence that announces it."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Container
from functools import cached_property
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

from tuningfork.depth.choice import SLICES, Depth
from tuningfork.report.sections import plural

MAX_LISTS = 12
"""Lists that the announcement names."""


class PlannedTest(BaseModel):
    """A test of the plan.

    Args:
        test: its pytest id.
        requests: how many requests it is expected to send, after the tests before it.
        most: how many it sends if it has to fetch all that it shares with other tests.
        seconds: how long it takes on the mock.
        lists: the operations of which it reads whole lists, so that its cost grows with the target's data.
        is_guess: whether the matrix has no row for it, or an outdated one.
    """

    model_config = ConfigDict(frozen=True)

    test: str
    requests: int = 0
    most: int = 0
    seconds: float = 0.0
    lists: tuple[str, ...] = ()
    is_guess: bool = False


class Plan(BaseModel):
    """What a run is about to do.

    Args:
        depth: the depth of the run.
        tests: in the order in which they run.
        collected: the number of tests of which the depth was chosen.
        new: the number of tests whose cost is a guess, because the matrix has no row for them.
        slice: which slice of the other tests runs, from 1; None at another depth.
        finders: the tests that run first if the run ends at a failure, since they find one soonest.
        notes: sentences on outdated and missing matrices.
    """

    model_config = ConfigDict(frozen=True)

    depth: Depth
    tests: tuple[PlannedTest, ...]
    collected: int
    new: int = 0
    slice: int | None = None
    finders: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, PlannedTest]:
        """Return each test by its pytest id."""
        return {each.test: each for each in self.tests}

    def only(self, tests: Container[str]) -> Self:
        """Return the plan for some of its tests."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self)(**fields | {"tests": tuple(each for each in self.tests if each.test in tests)})

    @property
    def requests(self) -> int:
        """Return how many requests the run is expected to send."""
        return sum(each.requests for each in self.tests)

    def seconds(self, rate: float | None, workers: int, apis: int = 1) -> float:
        """Return how long the run takes at least, for a rate of requests per second to each API."""
        workers = max(workers, 1)
        measured = sum(each.seconds for each in self.tests) / workers
        return max(measured, self.requests / rate / min(workers, apis) if rate else 0.0)

    def fitting(self, requests: float) -> int:
        """Return how many of the first tests are expected to send no more than this number of requests."""
        sums = itertools.accumulate(each.requests for each in self.tests)
        return sum(total <= requests for total in sums)

    @property
    def reading_lists(self) -> list[PlannedTest]:
        """Return the tests that read whole lists."""
        return [each for each in self.tests if each.lists]

    def announcement(self, rate: float | None, workers: int, apis: int = 1) -> str:
        """Return the sentence that says, before the first test, what the run is expected to cost."""
        what = f"{self.depth}: {plural(len(self.tests), 'test')} of {self.collected:,}"
        if self.slice is not None:
            what += f", with slice {self.slice} of {SLICES} of the others"
        at_rate = f" at {rate:,.10g}/s" if rate else ""
        guessed = f" ({plural(self.new, 'test')} by a guess)" if self.new else ""
        duration = in_minutes(self.seconds(rate, workers, apis))
        return f"{what}; about {plural(self.requests, 'request')}{guessed}, at least {duration}{at_rate}"

    def growing_lists(self) -> str:
        """Return the sentence on the lists that cost more where there is more data; empty without any."""
        tests = self.reading_lists
        if not tests:
            return ""
        requests: Counter[str] = Counter()
        for each in tests:
            for name in each.lists:
                requests[name] += each.requests // len(each.lists)
        names = [name for name, _ in requests.most_common()]
        more = f" and {len(names) - MAX_LISTS} more" if len(names) > MAX_LISTS else ""
        total = sum(each.requests for each in tests)
        return (
            f"{plural(total, 'request')} of them read whole lists, and are more where these are longer than "
            f"the mock's: {', '.join(names[:MAX_LISTS])}{more}"
        )

    @classmethod
    def read(cls, file: Path) -> Self | None:
        """Return the plan that a worker has written; None if it does not exist."""
        try:
            return cls.model_validate_json(file.read_bytes())
        except FileNotFoundError:
            return None


def in_minutes(seconds: float) -> str:
    """Return a duration such as "9 min 18 s"."""
    minutes, remainder = divmod(round(seconds), 60)
    return f"{minutes} min {remainder} s" if minutes else f"{remainder} s"
