"""What the tests of a run fetch once and share, with the requests that this took."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any, TypeVar

from tuningfork.client.exchange_log import ExchangeLog

T = TypeVar("T")


class SharedCache:
    """Values by key. Each test that takes a value rests on the requests that fetched it.

    Args:
        journal: counts the requests.
        keeps: whether values outlive a test; in a recording and a replay each test fetches its own.
        has_made: whether there are things on the target that the running test has made. What is fetched then
            may name them, so that it ends with the test, unless it is lasting.
    """

    def __init__(
        self, journal: ExchangeLog, *, is_persistent: bool, has_created: Callable[[], bool] = lambda: False
    ) -> None:
        self._journal = journal
        self._keeps = is_persistent
        self._has_made = has_created
        self._values: dict[Hashable, tuple[Any, int]] = {}
        self._lasting: set[Hashable] = set()

    def get(self, key: Hashable, fetch: Callable[[], T], *, lasting: bool = False) -> T:
        """The value that was fetched for this key, or else what `fetch` returns.

        A lasting value outlives the things that it names: it is only judged, as an answer is.
        """
        if key in self._values:
            value, requests = self._values[key]
            self._journal.count_reused(requests)
            return value  # type: ignore[no-any-return]  # what `fetch` returned before
        before, lasts = self._journal.test_requests, self._keeps and (lasting or not self._has_made())
        value = fetch()
        if isinstance(value, Iterator):
            raise TypeError("an iterator can be read only once; share a list of its items")
        if lasts:
            self._values[key] = value, self._journal.test_requests - before
            if lasting:
                self._lasting.add(key)
        return value

    def discard_if(self, is_stale: Callable[[Any], bool]) -> None:
        """Forget the values whose keys are stale."""
        for key in [key for key in self._values if is_stale(key)]:
            del self._values[key]

    def discard_temporary(self) -> None:
        """Forget what may name a thing that is gone."""
        self.discard_if(lambda key: key not in self._lasting)
