"""A failed expectation shows the exchange from which its value was read, not the last one of the test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tuningfork.pytest_plugin.outcomes import MAX_DETAILED
from tuningfork.report.shell_steps import BREAKING

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
    "no source": 'expect(track["title"], "another title", "title")',
    "assertion": 'assert track["title"] == "another title", "expected another title, found this one"',
    "claim": 'with for_claim("SC-TRACK-01"): expect_properties(track, title="another title")',
}


@pytest.mark.parametrize("expectation", EXPECTATIONS.values(), ids=EXPECTATIONS)
def test_failure_shows_the_exchange_of_its_source(checkout: Checkout, expectation: str) -> None:
    checkout.suite(SUITE.format(expectation=expectation))

    result = checkout.run()

    lines = [line.strip() for line in result.outlines]
    assert "/tracks?limit=1" in lines[lines.index(BREAKING) + 1]


def test_failure_after_reading_nothing_shows_the_last_exchange(checkout: Checkout) -> None:
    checkout.suite(
        "@claim(\"SC-TRACK-01\")\ndef test_it(api):\n    api.get('/users', limit=1)\n    assert False, 'no'\n"
    )

    checkout.run().stdout.fnmatch_lines(["*found:*no", "*exchange:*/users?limit=1*"])


def test_failure_shows_the_value_that_was_read_last_and_its_pointer(checkout: Checkout) -> None:
    checkout.suite(SUITE.format(expectation='expect(track["title"], "another title", "title")'))

    checkout.run().stdout.fnmatch_lines(["  found: * (at /0/title)", "*Golden*"])


def test_passed_claim_has_the_exchanges_that_its_last_expectation_compared(checkout: Checkout) -> None:
    checkout.suite(
        '@claim("SC-TRACK-01")\ndef test_it(api):\n'
        "    api.get('/users', limit=1).expect_ok()\n"
        "    page = api.get('/tracks', limit=1, linked_partitioning=True).expect_ok()\n"
        "    api.get(page.json['next_href']).expect_ok()\n"
    )

    checkout.run()

    (claim,) = [each for each in checkout.results()["claims"] if each["id"] == "SC-TRACK-01"]
    urls = [exchange["url"].partition("?")[0] for exchange in claim["exchanges"]]
    assert urls == ["https://api.soundcloud.mock/tracks"] * 2


def test_only_the_first_violations_of_a_claim_have_a_block(checkout: Checkout) -> None:
    checkout.suite(
        f"import pytest\n@pytest.mark.parametrize('status', {[201] * MAX_DETAILED + [202]})\n"
        '@claim("SC-TRACK-01")\n'
        "def test_it(api, status):\n    api.get('/tracks', limit=1).expect_status(status)\n"
    )

    checkout.run("-p", "no:randomly")

    (claim,) = [each for each in checkout.results()["claims"] if each["id"] == "SC-TRACK-01"]
    assert [bool(violation["reproduce"]) for violation in claim["breaches"]] == [True, False]
