"""A failed expectation shows the exchange from which its value was read, not the last one of the test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout

SUITE = """
from tuningfork.testing.expect import expect, expect_each, expect_properties
from tuningfork.testing.state_machine import for_claim

@claim("SC-TRACK-01")
def test_it(api):
    track = api.get("/tracks", limit=1).expect_ok().items[0]
    users = api.get("/users", limit=1).expect_ok()

    {expectation}
"""
EXPECTATIONS = {
    "source": 'expect(track["title"], "another title", "title", track)',
    "property": 'expect_properties(track, title="another title")',
    "missing property": 'track["no-such-property"]',
    "item": 'expect_each([track], lambda item: item["title"] == "another title", "another title")',
    "claim": 'with for_claim("SC-TRACK-01"): expect_properties(track, title="another title")',
}


@pytest.mark.parametrize("expectation", EXPECTATIONS.values(), ids=EXPECTATIONS)
def test_failure_shows_the_exchange_of_its_source(checkout: Checkout, expectation: str) -> None:
    checkout.suite(SUITE.format(expectation=expectation))

    result = checkout.run()

    commands = [line for line in result.outlines if "curl" in line]
    assert commands
    assert all("/tracks?limit=1" in line for line in commands)


def test_failure_without_a_source_shows_the_last_exchange(checkout: Checkout) -> None:
    checkout.suite(SUITE.format(expectation='expect(track["title"], "another title", "title")'))

    result = checkout.run()

    result.stdout.fnmatch_lines(["*title 'another title'*", "*curl*/users?limit=1*"])
