"""Subtle faults of each mock are found by tests of claims that they name."""

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
        "last_page_loses_its_last_item",
        "refresh_token_dies_with_its_access_token",
        "playlist_that_is_not_there_is_liked",
        "refresh_token_of_a_chain_is_reusable",
        "state_loses_its_plus",
        "one_token_too_many_for_an_app",
        "track_in_fifty_has_an_iso_time",
        "strangers_change_is_refused_and_done",
        "bpm_bound_is_left_out",
        "refused_comment_is_added",
        "long_playlist_shows_its_tracks_anyway",
        "me_is_somebody_else",
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
"""In the last page, at the second use, in one encoding of three, for one item in fifty, with two at once…"""


@pytest.mark.parametrize("api", FAULTS)
def test_subtle_faults_are_found_by_tests_of_their_claims(api: str, tmp_path: Path) -> None:
    asked = [f"--fault={name}" for name in FAULTS[api]]

    done = subprocess.run(
        [*COMMAND, f"--api={api}", *asked, f"--report-dir={tmp_path}"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    trials = json.loads((tmp_path / "audit.json").read_text(encoding="utf-8"))["faults"]
    assert {trial["id"]: trial["verdict"] for trial in trials} == dict.fromkeys(FAULTS[api], "killed")
    assert done.returncode == 0, done.stdout


def test_a_call_typed_as_json_is_a_fault_of_calls_alone(audit: Audit) -> None:
    """AB-ENV-08 is about names that are none; a call of a good name is no breach of it."""
    fault = "--fault=jsonp_has_json_content_type"

    verdicts = audit.verdicts("audioboo", ["test_envelope"], ["AB-ENV-07", "AB-ENV-08"], fault)

    assert verdicts == {"AB-ENV-07": "failed", "AB-ENV-08": "passed"}
