"""Values that the tests of a run fetch once and share, with the number of requests that each one took."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any, TypeVar

from tuningfork.client.exchange_log import ExchangeLog, Step

T = TypeVar("T")


class SharedCache:
    """Values by key; a test that uses a value also counts the requests that fetched it.

    Args:
        exchange_log: counts the requests.
        is_persistent: whether values outlive a test; false while recording and replaying.
        has_created: returns whether the running test has created resources. A value that is fetched then may
            contain them, so only a lasting value is stored.
    """

    def __init__(
        self,
        exchange_log: ExchangeLog,
        *,
        is_persistent: bool,
        has_created: Callable[[], bool] = lambda: False,
    ) -> None:
        self._exchange_log = exchange_log
        self._is_persistent = is_persistent
        self._has_created = has_created
        self._values: dict[Hashable, tuple[Any, int, tuple[Step, ...]]] = {}  # each with its requests
        self._lasting_keys: set[Hashable] = set()

    def get(self, key: Hashable, fetch: Callable[[], T], *, lasting: bool = False) -> T:
        """Return the value stored under `key`, or fetch, store and return it.

        A `lasting` value is stored even while resources of the test exist, and stays after they are deleted.
        """
        if key in self._values:
            value, requests, steps = self._values[key]
            self._exchange_log.count_reused(requests, steps)
            self._exchange_log.shared[str(key)] = requests
            return value  # type: ignore[no-any-return]  # the value that `fetch` returned earlier
        log = self._exchange_log
        requests_before, steps_before = log.test_requests, len(log.steps)
        is_stored = self._is_persistent and (lasting or not self._has_created())
        value = fetch()
        if isinstance(value, Iterator):
            raise TypeError("an iterator can be read only once; return a list of its items")
        if is_stored:
            steps = log.shareable_steps(steps_before)
            requests = log.test_requests - requests_before
            self._values[key] = value, requests, steps
            log.shared[str(key)] = requests
            if lasting:
                self._lasting_keys.add(key)
        return value

    def discard_if(self, is_stale: Callable[[Any], bool]) -> None:
        """Delete the values for whose key `is_stale` returns True."""
        for key in [key for key in self._values if is_stale(key)]:
            del self._values[key]

    def discard_all(self) -> None:
        """Delete all values: other processes may have changed the target while they were fetched."""
        self._values.clear()
        self._lasting_keys.clear()

    def discard_temporary(self) -> None:
        """Delete all values that are not lasting: they may contain a deleted resource."""
        self.discard_if(lambda key: key not in self._lasting_keys)
