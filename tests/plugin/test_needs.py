"""Only the claims that need what the target lacks are not verified, with the need as reason."""

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
def test_without_needs(api):
    api.get("/tracks", limit=1).expect_ok()

@claim("SC-TRACK-02", needs=("given:blocked_track",))
def test_given(api, test_data):
    api.get(f"/tracks/{test_data['blocked_track']}").expect_ok()

@claim("SC-TRACK-03", needs=("login",))
def test_login(api):
    api.get("/tracks", limit=1).expect_ok()

@claim("SC-TRACK-06")
def test_writing(user):
    response = user.post("/playlists", json={"playlist": {"title": "a"}})
    response.expect_created()
    user.delete(f"/playlists/{response.object['id']}").expect_ok()

@claim("SC-ERR-01")
def test_two_users(user, other_user):
    assert user.get("/me").json != other_user.get("/me").json

@claim("SC-RATE-01")
def test_clock(controls, api):
    controls.clock(60)
    api.get("/tracks", limit=1).expect_ok()
"""
MINIMAL = ("base_url", "client_id", "client_secret", "redirect_uri")


def test_missing_needs_are_named_for_a_minimal_target(checkout: Checkout, served: Served) -> None:
    checkout.suite(NEEDS)
    checkout.target({name: served.settings[name] for name in MINIMAL}, writes=False)

    assert checkout.run("--target", "served").ret == 0

    reasons = checkout.reasons()
    assert {claim: reasons[claim] for claim in reasons if "needs" in reasons[claim]} == {
        "SC-TRACK-02": "needs given:blocked_track",
        "SC-TRACK-03": "needs login",
        "SC-TRACK-06": "needs user, write",
        "SC-ERR-01": "needs user, user2",
        "SC-RATE-01": "needs control:clock, write",
    }
    assert checkout.verdicts()["SC-TRACK-01"] == "passed"


def test_complete_target_passes_every_claim(checkout: Checkout, served: Served) -> None:
    checkout.suite(NEEDS)
    checkout.target(served.settings)

    assert checkout.run("--target", "served").ret == 0
    expected = ("SC-TRACK-01", "SC-TRACK-02", "SC-TRACK-03", "SC-TRACK-06", "SC-ERR-01", "SC-RATE-01")
    verdicts = checkout.verdicts()
    assert {verdicts[claim] for claim in expected} == {"passed"}


@pytest.mark.parametrize(("writes", "option"), [(True, ["--read-only"]), (False, [])])
def test_read_only_run_sends_no_write(
    checkout: Checkout, served: Served, writes: bool, option: list[str]
) -> None:
    checkout.suite(NEEDS)
    checkout.target(served.settings, writes=writes)

    assert checkout.run("--target", "served", *option).ret == 0

    assert checkout.reasons()["SC-TRACK-06"] == "needs write"
    assert checkout.verdicts()["SC-ERR-01"] == "passed"
    assert "SC-ERR-01" not in checkout.reasons()
    sent = {(method, path) for method, path in served.requests if method not in ("GET", "HEAD")}
    assert all(path.startswith(("/oauth2/", "/connect")) for _, path in sent), sent


def test_missing_test_hook_is_not_verified(checkout: Checkout, served: Served) -> None:
    del served.mock.controls.hooks["clock"]
    checkout.suite(NEEDS)
    checkout.target(served.settings)

    checkout.run("--target", "served", "--claim", "SC-RATE-*")

    assert checkout.reasons() == {"SC-RATE-01": "the target does not support the control /clock"}


def test_read_only_applies_to_the_mock(checkout: Checkout) -> None:
    checkout.suite(NEEDS)

    assert checkout.run("--read-only").ret == 0
    assert checkout.reasons()["SC-TRACK-06"] == "needs write"


def test_real_suite_runs_against_a_minimal_target(real_checkout: Checkout, served: Served) -> None:
    suite = "suites/soundcloud/test_accessing_resources.py"
    claims = ("SC-AUTH-02", "SC-AUTH-04", "SC-AUTH-08", "SC-AUTH-09")
    real_checkout.target({name: served.settings[name] for name in MINIMAL}, writes=False)

    assert real_checkout.run(suite, "--target", "served", *(f"--claim={claim}" for claim in claims)).ret == 0

    assert real_checkout.verdicts()["SC-AUTH-02"] == "passed"
    reasons = real_checkout.reasons()
    for claim in CLAIMS:
        if claim.id in claims and claim.needs:
            assert all(need in reasons[claim.id] for need in claim.needs), reasons


def test_each_claim_has_a_test_that_needs_no_more_than_the_claim(real_checkout: Checkout) -> None:
    items, _ = real_checkout.pytester.inline_genitems("--collect-only", "-q")
    config = items[0].config.stash[RUN_CONFIG]
    needs_by_claim: dict[str, list[set[str]]] = {}
    for item in items:
        for claim in claims_of(item):
            needs_by_claim.setdefault(claim, []).append(set(needs_of(item, config)))

    claims_without_test = [
        claim.id
        for claim in CLAIMS
        if not any(needs <= set(claim.needs) for needs in needs_by_claim.get(claim.id, ()))
    ]

    assert claims_without_test == []
