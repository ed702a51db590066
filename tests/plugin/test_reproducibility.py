"""The verdicts do not depend on workers, order, transport or selection."""

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


def test_verdicts_are_the_same_for_every_order_and_number_of_workers(checkout: Checkout) -> None:
    checkout.suite(SUITE)
    options = [
        ("-p", "no:randomly"),
        ("-p", "no:randomly", "-x"),
        ("-p", "randomly", "-p", "no:hypothesispytest"),
        ("-n", "2"),
        ("--sockets",),
        ("-p", "no:randomly"),
    ]

    runs = [(checkout.run(*each).ret, checkout.verdicts(), checkout.reasons()) for each in options]

    code, verdicts, _ = runs[0]
    assert code == 0
    assert sorted(verdicts.values()) == ["not verified"] * 3 + ["passed"] * 4 + ["warned"]
    assert runs == [runs[0]] * len(options)


def test_selected_claims_have_the_verdicts_of_a_full_run(checkout: Checkout) -> None:
    checkout.suite(SUITE)
    checkout.run()
    full = checkout.verdicts()

    checkout.run("--api", "soundcloud", "--claim", "SC-TRACK-*")

    part = checkout.verdicts()
    assert part == {claim: full[claim] for claim in full if claim.startswith("SC-TRACK-")}


@pytest.mark.parametrize("profile", ["default", "ci"])
def test_seed_is_printed_and_repeats_the_random_choices(profile: str, checkout: Checkout) -> None:
    settings.load_profile(profile)  # Hypothesis loads the profile "ci" in CI
    checkout.suite(
        "from hypothesis import given, strategies\n"
        '@claim("SC-ERR-09")\n@given(strategies.integers(0, 10**9))\ndef test_numbers(number):\n'
        "    with open('numbers', 'a') as out:\n        print(number, file=out)\n"
    )
    numbers = checkout.path / "numbers"
    numbers_by_run = []
    for seed in (5, 5, 6):
        checkout.run("--seed", str(seed)).stdout.fnmatch_lines([f"target: mock, seed: {seed}"])
        numbers_by_run.append(numbers.read_text())
        numbers.unlink()

    assert numbers_by_run[0] == numbers_by_run[1]
    assert numbers_by_run[0] != numbers_by_run[2]
