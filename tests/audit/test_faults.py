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
        "body_of_404_has_status_200",
        "concurrent_duplicates_are_both_created",
        "third_duplicate_is_created",
        "one_track_in_fifty_is_replaced",
        "deleted_track_stays_in_list",
        "token_in_query_replaces_unknown_token",
        "deletion_of_unknown_track_returns_404_before_401",
        "title_is_cut_to_191_characters",
        "challenge_is_missing_for_unknown_tokens",
        "revoked_token_is_accepted_again",
        "outage_lasts_one_request_longer",
        "error_of_500_contains_sql",
    ),
    "audioboo": (
        "plus_in_form_becomes_space",
        "query_signed_request_can_be_replayed",
        "third_page_repeats_item_of_second",
        "unknown_playlist_has_no_error_code",
        "body_hash_of_large_body_is_not_checked",
        "version_of_comments_is_not_checked",
        "deleted_clip_stays_in_favourites",
        "fingerprint_is_compared_by_first_digits",
        "move_to_end_stops_one_before",
        "totals_count_is_one_low_on_last_page",
        "error_description_contains_raw_path",
        "verifier_is_valid_for_other_token",
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
    fault = "--fault=jsonp_has_json_content_type"

    verdicts = audit.verdicts("audioboo", ["test_envelope"], ["AB-ENV-07", "AB-ENV-08"], fault)

    assert verdicts == {"AB-ENV-07": "failed", "AB-ENV-08": "passed"}
