"""What a target lacks makes the claims that need it not verified, with the reason, and only those."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tuningfork.contract.claims import load_claims
from tuningfork.pytest_plugin.collection import claims_of, needs_of
from tuningfork.pytest_plugin.run_config import RUN_CONFIG

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout, Served

SPECS = Path(__file__).parents[2] / "specs"
CLAIMS = [claim for file in sorted(SPECS.glob("*/claims.toml")) for claim in load_claims(file)]
NEEDS = """
@claim("SC-TRACK-01")
def test_nothing_special(api):
    api.get("/tracks", limit=1).expect_ok()

@claim("SC-TRACK-02", needs=("given:blocked_track",))
def test_given(api, test_data):
    api.get(f"/tracks/{test_data['blocked_track']}").expect_ok()

@claim("SC-TRACK-03", needs=("login",))
def test_login(api):
    api.get("/tracks", limit=1).expect_ok()

@claim("SC-TRACK-06")
def test_writing(user):
    answer = user.post("/playlists", json={"playlist": {"title": "a"}})
    answer.expect_created()
    user.delete(f"/playlists/{answer.object['id']}").expect_ok()

@claim("SC-ERR-01")
def test_two_users(user, other_user):
    assert user.get("/me").json != other_user.get("/me").json

@claim("SC-RATE-01")
def test_clock(controls, api):
    controls.clock(60)
    api.get("/tracks", limit=1).expect_ok()
"""
BARE = ("base_url", "client_id", "client_secret", "redirect_uri")


def test_a_bare_target_is_judged_as_far_as_it_can_be(checkout: Checkout, served: Served) -> None:
    checkout.suite(NEEDS)
    checkout.target({name: served.settings[name] for name in BARE}, writes=False)

    assert checkout.run("--target", "served").ret == 0

    reasons = checkout.reasons()
    assert {claim: reasons[claim] for claim in reasons if "needs" in reasons[claim]} == {
        "SC-TRACK-02": "needs given:blocked_track",
        "SC-TRACK-03": "needs login",
        "SC-TRACK-06": "needs user, write",
        "SC-ERR-01": "needs user, user2",
        "SC-RATE-01": "needs control:clock",
    }
    assert checkout.verdicts()["SC-TRACK-01"] == "passed"


def test_a_target_with_everything_verifies_everything(checkout: Checkout, served: Served) -> None:
    checkout.suite(NEEDS)
    checkout.target(served.settings)

    assert checkout.run("--target", "served").ret == 0
    judged = ("SC-TRACK-01", "SC-TRACK-02", "SC-TRACK-03", "SC-TRACK-06", "SC-ERR-01", "SC-RATE-01")
    verdicts = checkout.verdicts()
    assert {verdicts[claim] for claim in judged} == {"passed"}


@pytest.mark.parametrize(("writes", "option"), [(True, ["--read-only"]), (False, [])])
def test_nothing_is_created_where_nothing_may_be(
    checkout: Checkout, served: Served, writes: bool, option: list[str]
) -> None:
    checkout.suite(NEEDS)
    checkout.target(served.settings, writes=writes)

    assert checkout.run("--target", "served", *option).ret == 0

    assert checkout.reasons()["SC-TRACK-06"] == "needs write"
    assert checkout.verdicts()["SC-ERR-01"] == "passed"
    assert "SC-ERR-01" not in checkout.reasons()
    sent = {(method, path) for method, path in served.asked if method not in ("GET", "HEAD")}
    assert all(path.startswith(("/oauth2/", "/connect")) for _, path in sent), sent


def test_a_hook_that_is_not_offered_proves_nothing(checkout: Checkout, served: Served) -> None:
    del served.mock.controls.hooks["clock"]
    checkout.suite(NEEDS)
    checkout.target(served.settings)

    checkout.run("--target", "served", "--claim", "SC-RATE-*")

    assert checkout.reasons() == {"SC-RATE-01": "the target does not support the control /clock"}


def test_the_mock_may_be_read_only_too(checkout: Checkout) -> None:
    checkout.suite(NEEDS)

    assert checkout.run("--read-only").ret == 0
    assert checkout.reasons()["SC-TRACK-06"] == "needs write"


def test_the_suites_judge_a_bare_target(whole: Checkout, served: Served) -> None:
    suite = "suites/soundcloud/test_accessing_resources.py"
    asked = ("SC-AUTH-02", "SC-AUTH-04", "SC-AUTH-08", "SC-AUTH-09")
    whole.target({name: served.settings[name] for name in BARE}, writes=False)

    assert whole.run(suite, "--target", "served", *(f"--claim={claim}" for claim in asked)).ret == 0

    assert whole.verdicts()["SC-AUTH-02"] == "passed"
    reasons = whole.reasons()
    for claim in CLAIMS:
        if claim.id in asked and claim.needs:
            assert all(need in reasons[claim.id] for need in claim.needs), reasons


def test_no_claim_of_the_suites_asks_more_than_its_row_says(whole: Checkout) -> None:
    items, _ = whole.pytester.inline_genitems("--collect-only", "-q")
    run = items[0].config.stash[RUN_CONFIG]
    served: dict[str, list[set[str]]] = {}
    for item in items:
        for claim in claims_of(item):
            served.setdefault(claim, []).append(set(needs_of(item, run)))

    greedy = [
        claim.id
        for claim in CLAIMS
        if not any(needs <= set(claim.needs) for needs in served.get(claim.id, ()))
    ]

    assert greedy == []
