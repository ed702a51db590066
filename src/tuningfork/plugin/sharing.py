"""Requests that fixtures of a wider scope sent: every test that takes such a fixture rests on them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from tuningfork.target.journal import Journal


class Sharing:
    """Counts the requests of each fixture's setup, and lets a test rest on those of the fixtures it takes."""

    def __init__(self) -> None:
        self._requests: dict[pytest.FixtureDef[object], int] = {}

    @contextlib.contextmanager
    def counting(self, fixture: pytest.FixtureDef[object], journal: Journal) -> Iterator[None]:
        """Count what is sent inside for this fixture."""
        before = journal.sent
        try:
            yield
        finally:
            self._requests[fixture] = journal.sent - before

    def requests_for(self, item: pytest.Item) -> int:
        """The requests of all fixtures that a test takes, itself or through others, at any scope."""
        taken = item._request._fixture_defs  # type: ignore[attr-defined]  # pytest has no public name for them
        return sum(self._requests.get(fixture, 0) for fixture in taken.values())
