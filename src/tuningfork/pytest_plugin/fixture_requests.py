"""Requests of fixtures that tests share: every test that takes such a fixture rests on them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from tuningfork.client.exchange_log import ExchangeLog

Fixture = pytest.FixtureDef[Any]
CACHES = (dict, list, set)
"""Types of a wider-scoped fixture that others fill once."""


class FixtureRequests:
    """Counts the requests of each fixture's setup, and lets a test rest on those of the fixtures it takes.

    A fixture of a wider scope has its requests for as long as its value is kept. So has one that takes a
    dict, list or set of a wider scope: what it fetched into that is there for the tests that follow.
    """

    def __init__(self) -> None:
        self._requests: dict[Fixture, int] = {}
        self._filling: dict[Fixture, tuple[list[Any], int]] = {}

    @contextlib.contextmanager
    def counting(
        self, fixture: Fixture, request: pytest.FixtureRequest, journal: ExchangeLog
    ) -> Iterator[None]:
        """Count what is sent inside for this fixture."""
        before = journal.test_requests
        try:
            yield
        finally:
            sent, caches = journal.test_requests - before, _caches(fixture, request)
            if sent:
                self._filling[fixture] = caches, sent
            kept, earlier = self._filling.get(fixture, ([], 0))
            is_same = bool(caches) and all(one is other for one, other in zip(caches, kept, strict=False))
            self._requests[fixture] = sent or (earlier if is_same else 0)

    def requests_for(self, item: pytest.Item) -> int:
        """The requests of all fixtures that a test takes, itself or through others, at any scope."""
        taken = item._request._fixture_defs  # type: ignore[attr-defined]  # pytest has no public name for them
        return sum(self._requests.get(fixture, 0) for fixture in taken.values())


def _caches(fixture: Fixture, request: pytest.FixtureRequest) -> list[Any]:
    """The collections of a wider scope that a fixture takes."""
    taken = [request._fixture_defs[name] for name in fixture.argnames if name in request._fixture_defs]
    wider = [one.cached_result[0] for one in taken if one.scope != "function" and one.cached_result]
    return [value for value in wider if isinstance(value, CACHES)]
