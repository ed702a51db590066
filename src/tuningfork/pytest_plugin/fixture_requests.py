"""Counts and stores the requests of shared fixtures: every test that uses such a fixture depends on them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from tuningfork.client.exchange_log import ExchangeLog, Step

Fixture = pytest.FixtureDef[Any]
CACHE_TYPES = (dict, list, set)
"""Types of fixture values that other fixtures use as a cache."""


class FixtureRequests:
    """Counts the requests that the setup of each fixture sends.

    A fixture that fetches its value into a cache (a dict, list or set of a fixture of wider scope) sends
    nothing when it is set up again. Its earlier count is valid as long as it uses the same cache.
    """

    def __init__(self) -> None:
        self._counts: dict[Fixture, int] = {}
        self._fetches: dict[Fixture, tuple[list[Any], int]] = {}
        self._steps: dict[Fixture, tuple[Step, ...]] = {}

    @contextlib.contextmanager
    def counting(self, fixture: Fixture, request: pytest.FixtureRequest, log: ExchangeLog) -> Iterator[None]:
        """Count the requests of the block as requests of `fixture`."""
        before, steps_before = log.test_requests, len(log.steps)
        try:
            yield
        finally:
            sent, caches = log.test_requests - before, _find_caches(fixture, request)
            if sent:
                self._fetches[fixture] = caches, sent
                self._steps[fixture] = log.shareable_steps(steps_before)
            filled_caches, earlier = self._fetches.get(fixture, ([], 0))
            is_cached = bool(caches) and all(
                cache is filled for cache, filled in zip(caches, filled_caches, strict=False)
            )
            self._counts[fixture] = sent or (earlier if is_cached else 0)

    def count_for(self, item: pytest.Item) -> int:
        """Return the number of requests of all fixtures that a test uses, directly or through others."""
        fixtures = item._request._fixture_defs  # type: ignore[attr-defined]  # pytest has no public name
        return sum(self._counts.get(fixture, 0) for fixture in fixtures.values())

    def shared_by(self, item: pytest.Item) -> dict[str, int]:
        """Return the requests of each fixture of a test that fetches its value for several tests."""
        indices = item.callspec.indices if hasattr(item, "callspec") else {}
        fixtures = item._request._fixture_defs  # type: ignore[attr-defined]  # pytest has no public name
        return {
            f"{fixture.baseid} {name} {indices.get(name, '')}".rstrip(): count
            for name, fixture in fixtures.items()
            if (count := self._counts.get(fixture, 0)) and self._is_shared(fixture)
        }

    def _is_shared(self, fixture: Fixture) -> bool:
        """Return whether the value of a fixture outlives a test: by its scope, or in a cache."""
        return fixture.scope != "function" or bool(self._fetches.get(fixture, ([], 0))[0])

    def steps_for(self, item: pytest.Item) -> list[Step]:
        """Return what the setup of each fixture of a test sent, also in an earlier test."""
        fixtures = item._request._fixture_defs  # type: ignore[attr-defined]  # pytest has no public name
        return [step for fixture in fixtures.values() for step in self._steps.get(fixture, ())]


def _find_caches(fixture: Fixture, request: pytest.FixtureRequest) -> list[Any]:
    """Return the dicts, lists and sets among the values of wider scope that a fixture uses."""
    used = [request._fixture_defs[name] for name in fixture.argnames if name in request._fixture_defs]
    values = [each.cached_result[0] for each in used if each.scope != "function" and each.cached_result]
    return [value for value in values if isinstance(value, CACHE_TYPES)]
