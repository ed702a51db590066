"""Ten faults, of ten sections, are each found by a test of a claim that they name."""

from __future__ import annotations

import pytest
from tests.audit.conftest import Audit

from tuningfork.audit.fault import Difference

FAULTS = {
    "last_page_loses_its_last_item": "test_pagination",
    "refresh_token_dies_with_its_access_token": "test_tokens",
    "playlist_that_is_not_there_is_liked": "test_follows_and_likes",
    "refresh_token_of_a_chain_is_reusable": "test_tokens",
    "state_loses_its_plus": "test_authorization_code",
    "one_token_too_many_for_an_app": "test_rate_limits",
    "track_in_fifty_has_an_iso_time": "test_tracks",
    "strangers_change_is_refused_and_done": "test_tracks",
    "bpm_bound_is_left_out": "test_search",
    "refused_comment_is_added": "test_comments",
}
"""In the last page, after the clock has moved, in one operation, at the second use, in one item of fifty…"""


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_breaks_a_claim_that_it_names(
    name: str, audit: Audit, differences: dict[str, Difference]
) -> None:
    claims = differences[name].claims

    verdicts = audit.verdicts([FAULTS[name]], list(claims), f"--fault={name}", "--exitfirst")

    assert {verdicts[claim] for claim in claims} & {"failed", "warned", "noted"}, verdicts


def test_the_mock_as_it_is_breaks_none_of_them(audit: Audit, differences: dict[str, Difference]) -> None:
    claims = [claim for name in FAULTS for claim in differences[name].claims]

    verdicts = audit.verdicts(sorted(set(FAULTS.values())), claims)

    assert {verdicts[claim] for claim in claims} == {"passed"}, verdicts
