"""However the same suites are run, the verdicts are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout

SUITE = """
import pytest
from hypothesis import given, strategies

@claim("SC-TRACK-01")
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_listed(api, limit):
    assert len(api.get("/tracks", limit=limit).expect_ok().items) == limit

@claim("SC-TRACK-02")
def test_missing(api):
    api.get("/tracks/999999999").expect_status(410)

@claim("SC-TRACK-03")
def test_bpm(api):
    not_verified("no track has one")

@claim("SC-TRACK-06")
def test_created(user, unique_name):
    playlist = user.post("/playlists", json={"playlist": {"title": unique_name("mine")}}).object
    user.delete(f"/playlists/{playlist['id']}").expect_ok()

@claim("SC-ERR-09")
@given(strategies.integers(0, 200))
def test_any_limit(api, limit):
    assert api.get("/tracks", limit=limit).status < 500

@claim("SC-RATE-01")
def test_clock(controls, api):
    controls.clock(7200)
    api.get("/tracks", limit=1).expect_status(401)
"""


def test_workers_order_and_repetition_change_nothing(checkout: Checkout) -> None:
    checkout.suite(SUITE)
    ways = [
        ("-p", "no:randomly"),
        ("-p", "no:randomly", "-x"),
        ("-p", "randomly", "-p", "no:hypothesispytest"),
        ("-n", "2"),
        ("--sockets",),
        ("-p", "no:randomly"),
    ]

    seen = [(checkout.run(*way).ret, checkout.verdicts(), checkout.reasons()) for way in ways]

    code, verdicts, _ = seen[0]
    assert code == 0
    assert sorted(verdicts.values()) == ["not verified"] * 3 + ["passed"] * 4 + ["warned"]
    assert seen == [seen[0]] * len(ways)


def test_a_part_of_the_claims_is_judged_as_in_the_whole(checkout: Checkout) -> None:
    checkout.suite(SUITE)
    checkout.run()
    whole = checkout.verdicts()

    checkout.run("--api", "soundcloud", "--claim", "SC-TRACK-*")

    part = checkout.verdicts()
    assert part == {claim: whole[claim] for claim in whole if claim.startswith("SC-TRACK-")}


@pytest.mark.parametrize("where", ["default", "ci"])
def test_a_seed_is_printed_and_repeats_the_choices(where: str, checkout: Checkout) -> None:
    settings.load_profile(where)  # Hypothesis takes the other by itself where CI is set
    checkout.suite(
        "from hypothesis import given, strategies\n"
        '@claim("SC-ERR-09")\n@given(strategies.integers(0, 10**9))\ndef test_numbers(number):\n'
        "    with open('numbers', 'a') as out:\n        print(number, file=out)\n"
    )
    numbers = checkout.path / "numbers"
    seen = []
    for seed in (5, 5, 6):
        checkout.run("--seed", str(seed)).stdout.fnmatch_lines([f"target: mock, seed: {seed}"])
        seen.append(numbers.read_text())
        numbers.unlink()

    assert seen[0] == seen[1]
    assert seen[0] != seen[2]
