"""Checks of data that other clients may change at the same time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Generic, TypeVar

from tuningfork import not_verified
from tuningfork.model import ExpectationFailed

T = TypeVar("T")
MAX_ATTEMPTS = 4


class Attempt(Generic[T]):
    """One run of a check on `data`; the context manager stores a failed assertion in `failure`."""

    def __init__(self, data: T) -> None:
        self.data = data
        self.failure: ExpectationFailed | None = None

    def __enter__(self) -> T:
        """Return the data to check."""
        return self.data

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        """Keep a failed assertion in `failure` and suppress it; let any other exception pass."""
        if isinstance(error, AssertionError):
            self.failure = ExpectationFailed.of(error)  # with the evidence of this attempt
        return self.failure is not None


def retry_while_changing(read: Callable[[], T], known: T | None = None) -> Iterator[Attempt[T]]:
    """Run a check again while the data that it rests on changes.

    for attempt in retry_while_changing(lambda: ids_of(api.pages("/tracks"))):
        with attempt as track_ids:
            expect(ids_of(api.pages("/tracks", limit=7)), track_ids, "ids of all pages")

    The first attempt without a failed assertion ends the loop. A failure is raised when the data was the same
    before and after two attempts in a row: an item may appear and disappear during one attempt. After
    MAX_ATTEMPTS attempts on changing data the test is not verified.

    Args:
        read: returns the data as it is now.
        known: the data as it was when a fixture read it; the first attempt uses it and saves a read.
    """
    data = read() if known is None else known
    was_stable = False
    for _ in range(MAX_ATTEMPTS):
        attempt = Attempt(data)
        yield attempt
        if attempt.failure is None:
            return
        latest = read()
        is_stable = latest == data
        if was_stable and is_stable:
            raise attempt.failure
        data, was_stable = latest, is_stable
    not_verified("the data changes faster than it can be checked")
