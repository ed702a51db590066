"""`--min-verified` and `--require` fail a run that verified too little, and so do the keys of a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout, Served

SUITE = """
@claim("SC-TRACK-01")
def test_list(api):
    api.get("/tracks", limit=1).expect_ok()

@claim("SC-TRACK-02", needs=("user2", "given:blocked_track"))
def test_one(api):
    api.get("/tracks", limit=1).expect_ok()

@claim("SC-TRACK-03", needs=("given:blocked_track", "user2"))
def test_other(api):
    api.get("/tracks", limit=1).expect_ok()
"""
MINIMAL = ("base_url", "client_id", "client_secret", "redirect_uri")
LACKING = "add users.second and given.blocked_track (SC-TRACK-02, SC-TRACK-03)"


@pytest.fixture
def minimal(checkout: Checkout, served: Served) -> Checkout:
    """A checkout whose target has no second user and no test data."""
    checkout.suite(SUITE)
    checkout.target({name: served.settings[name] for name in MINIMAL})
    return checkout


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--require", "SC-TRACK-01"], 0),
        (["--require", "SC-TRACK-01", "--require", "SC-TRACK-02"], 1),
        (["--require", "SC-TRACK-0[23]"], 1),
        (["--min-verified", "1"], 0),
        (["--min-verified", "2"], 1),
    ],
)
def test_exit_code_says_whether_enough_was_verified(minimal: Checkout, options: list[str], code: int) -> None:
    assert minimal.run("--target", "served", *options).ret == code


def test_sentence_groups_equal_needs_in_the_words_of_tuningfork_toml(minimal: Checkout) -> None:
    minimal.run("--target", "served", "--require", "SC-TRACK-0[1-3]")

    sentence = "SC-TRACK-0[1-3] is required, but not every claim of it is verified"
    assert minimal.results()["problems"] == [f"{sentence}; {LACKING}."]
    assert "beside the verdicts" in (minimal.path / "reports/index.html").read_text(encoding="utf-8")
    assert LACKING in (minimal.path / "reports/junit.xml").read_text(encoding="utf-8")


def test_run_that_verified_nothing_but_had_to_fails(minimal: Checkout) -> None:
    assert minimal.run("--target", "served", "-k", "other").ret == 5
    assert minimal.run("--target", "served", "-k", "other", "--min-verified", "1").ret == 1


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--require", "SC-PAGE-99"], "--require: no claim of the run matches SC-PAGE-99"),
        (["--require", "SC-TRACK-01", "--claim", "SC-RATE-*"], "no claim of the run matches SC-TRACK-01"),
        (["--min-verified", "999"], "--min-verified: 999 claims can't be verified; give a number from 0 to"),
        (["--min-verified=-1"], "--min-verified: -1 claims can't be verified"),
    ],
)
def test_requirement_that_cannot_be_met_is_a_usage_error(
    minimal: Checkout, options: list[str], reason: str
) -> None:
    assert reason in minimal.expect_error("--target", "served", *options)


def test_keys_of_the_target_hold_for_a_run_of_all_claims(checkout: Checkout, served: Served) -> None:
    checkout.suite(SUITE)
    settings = {name: served.settings[name] for name in MINIMAL}
    checkout.target(settings, min_verified=2, require=["SC-TRACK-02"])

    assert checkout.run("--target", "served").ret == 1
    assert [sentence.split(";")[0] for sentence in checkout.results()["problems"]] == [
        f"only 1 of {len(checkout.verdicts())} claims are verified, 2 are required",
        "SC-TRACK-02 is required, but not every claim of it is verified",
    ]
    assert checkout.run("--target", "served", "-k", "list").ret == 0
    assert checkout.run("--target", "served", "--min-verified", "1", "--require", "SC-TRACK-01").ret == 0


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ({"require": ["SC-X"]}, "tuningfork.toml: targets.served.require: no claim of the run matches SC-X"),
        ({"min_verified": 999}, "tuningfork.toml: targets.served.min_verified: 999 claims can't be verified"),
        ({"min_verified": -1}, "targets.served.min_verified: "),
        ({"require": "SC-*"}, "targets.served.require: "),
    ],
)
def test_wrong_key_of_the_target_is_named(
    checkout: Checkout, served: Served, keys: dict[str, object], reason: str
) -> None:
    checkout.suite(SUITE)
    checkout.target(served.settings, **keys)

    assert reason in checkout.expect_error("--target", "served")
