"""Tests of the suites kill subtle faults of each mock, by the claims that the faults name."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.audit.conftest import Audit

REPOSITORY = Path(__file__).parents[2]
COMMAND = (sys.executable, "-c", "from tuningfork.cli import main; main()", "audit", "--jobs=1")
FAULTS = {
    "soundcloud": (
        "last_page_omits_its_last_item",
        "refresh_token_expires_with_its_access_token",
        "liking_a_missing_playlist_returns_200",
        "refresh_token_from_a_refresh_is_reusable",
        "plus_in_state_becomes_a_space",
        "app_gets_51_tokens",
        "created_at_of_a_track_in_fifty_ends_with_z",
        "refused_update_changes_the_title",
        "bpm_upper_bound_is_exclusive",
        "refused_comment_is_stored",
        "show_tracks_is_ignored_for_long_playlists",
        "me_returns_the_oldest_account",
    ),
    "audiosocket": (
        "missing_track_says_200",
        "two_at_once_are_both_created",
        "third_creation_is_a_track",
        "one_track_in_fifty_is_its_neighbour",
        "removed_track_stays_in_the_list",
        "token_in_the_query_mends_a_wrong_header",
        "removal_of_nothing_is_told_to_strangers",
        "title_is_cut_at_191",
        "challenge_is_missing_for_unknown_tokens",
        "revoked_token_is_refused_once",
        "maintenance_lasts_a_request_longer",
        "failure_of_the_list_shows_its_query",
    ),
    "audioboo": (
        "plus_is_lost_in_forms",
        "nonce_in_a_query_is_good_twice",
        "third_page_begins_with_the_end_of_the_second",
        "missing_playlist_has_no_code",
        "body_hash_is_not_compared_above_a_kilobyte",
        "comments_have_no_version",
        "deleted_clip_stays_a_favourite",
        "fingerprint_is_compared_by_its_first_digits",
        "move_to_the_end_stops_before_it",
        "count_is_one_less_on_the_last_page",
        "description_has_a_line_end_of_the_path",
        "any_verifier_of_a_user_is_good",
    ),
}
"""Faults on the last page, at the second use, in one of three encodings, in one item of fifty, and so on."""


@pytest.mark.parametrize("api", FAULTS)
def test_subtle_faults_are_killed(api: str, tmp_path: Path) -> None:
    options = [f"--fault={name}" for name in FAULTS[api]]

    process = subprocess.run(
        [*COMMAND, f"--api={api}", *options, f"--report-dir={tmp_path}"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    results = json.loads((tmp_path / "audit.json").read_text(encoding="utf-8"))["faults"]
    assert {result["id"]: result["verdict"] for result in results} == dict.fromkeys(FAULTS[api], "killed")
    assert process.returncode == 0, process.stdout


def test_jsonp_call_typed_as_json_violates_only_the_claim_of_the_media_type(audit: Audit) -> None:
    """AB-ENV-08 is about invalid callback names; a call of a valid name does not violate it."""
    fault = "--fault=script_is_typed_as_json"

    verdicts = audit.verdicts("audioboo", ["test_envelope"], ["AB-ENV-07", "AB-ENV-08"], fault)

    assert verdicts == {"AB-ENV-07": "failed", "AB-ENV-08": "passed"}
