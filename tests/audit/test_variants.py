"""Ten answers that the claims allow, each another than the mock's own, break no claim."""

from __future__ import annotations

import pytest
from tests.audit.conftest import Audit

VARIANTS = {
    "unprocessable_is_a_bad_request": {
        "test_metadata": ["SC-META-05", "SC-META-06", "SC-META-07"],
        "test_uploading": ["SC-UPLOAD-05", "SC-UPLOAD-09"],
        "test_comments": ["SC-COMM-05"],
    },
    "what_belongs_to_others_is_not_found": {
        "test_tracks": ["SC-TRACK-07"],
        "test_accessing_playlists": ["SC-LIST-09"],
    },
    "next_href_is_null_at_the_end": {"test_pagination": ["SC-PAGE-05"]},
    "resolve_answers_the_thing_itself": {"test_urls": ["SC-URL-01"]},
    "bearer_is_accepted": {"test_accessing_resources": ["SC-AUTH-05"]},
    "objects_have_more_members": {"test_comments": ["SC-COMM-0[1-5]"], "test_errors": ["SC-ERR-05"]},
    "members_are_in_another_order": {"test_tracks": ["SC-TRACK-0[1-5]"], "test_errors": ["SC-ERR-05"]},
    "answers_are_compressed": {"test_tracks": ["SC-TRACK-0[1-5]"], "test_tokens": ["SC-TOKEN-0[1-5]"]},
    "answers_come_in_chunks": {"test_tracks": ["SC-TRACK-0[1-5]"], "test_tokens": ["SC-TOKEN-0[1-5]"]},
    "header_names_are_in_small_letters": {
        "test_browsers": ["SC-CORS-0[1-3]"],
        "test_tokens": ["SC-TOKEN-13", "SC-TOKEN-18"],
        "test_urls": ["SC-URL-01"],
    },
}
"""Each variant, and the tests that see it: module by module, with the claims to look at."""


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_breaks_no_claim(name: str, audit: Audit) -> None:
    claims = [claim for patterns in VARIANTS[name].values() for claim in patterns]

    verdicts = audit.verdicts(list(VARIANTS[name]), claims, f"--fault={name}")

    assert verdicts
    assert set(verdicts.values()) == {"passed"}, verdicts
