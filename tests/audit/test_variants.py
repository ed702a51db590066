"""Responses that the claims allow and that differ from the mock's own violate no claim."""

from __future__ import annotations

import pytest
from tests.audit.conftest import Audit

VARIANTS: dict[str, dict[str, dict[str, list[str]]]] = {
    "soundcloud": {
        "invalid_body_returns_400": {
            "test_metadata": ["SC-META-05", "SC-META-06", "SC-META-07"],
            "test_uploading": ["SC-UPLOAD-05", "SC-UPLOAD-09"],
            "test_comments": ["SC-COMM-05"],
        },
        "update_or_deletion_by_another_user_returns_404": {
            "test_tracks": ["SC-TRACK-07"],
            "test_accessing_playlists": ["SC-LIST-09"],
        },
        "next_href_of_the_last_page_is_null": {"test_pagination": ["SC-PAGE-05"]},
        "resolve_returns_the_resource": {"test_urls": ["SC-URL-01"]},
        "bearer_is_refused": {"test_accessing_resources": ["SC-AUTH-05"]},
        "operations_without_claims_do_not_exist": {"test_errors": ["SC-ERR-05", "SC-ERR-08"]},
        "token_request_with_basic_returns_401": {"test_tokens": ["SC-TOKEN-01", "SC-TOKEN-04"]},
        "token_request_ignores_basic": {"test_tokens": ["SC-TOKEN-04"]},
        "objects_have_undocumented_properties": {
            "test_comments": ["SC-COMM-0[1-5]"],
            "test_errors": ["SC-ERR-05"],
        },
        "properties_are_in_reverse_order": {"test_tracks": ["SC-TRACK-0[1-5]"], "test_errors": ["SC-ERR-05"]},
        "responses_are_gzipped": {"test_tracks": ["SC-TRACK-0[1-5]"], "test_tokens": ["SC-TOKEN-0[1-5]"]},
        "responses_have_no_content_length": {
            "test_tracks": ["SC-TRACK-0[1-5]"],
            "test_tokens": ["SC-TOKEN-0[1-5]"],
        },
        "all_header_names_are_lower_case": {
            "test_browsers": ["SC-CORS-0[1-3]"],
            "test_tokens": ["SC-TOKEN-13", "SC-TOKEN-18"],
            "test_urls": ["SC-URL-01"],
        },
    },
    "audiosocket": {
        "other_content_type_returns_415": {"test_status_codes": ["AS-CODE-05"]},
        "malformed_id_returns_400": {"test_status_codes": ["AS-CODE-06"]},
        "ids_have_a_check_digit": {"test_status_codes": ["AS-CODE-06"]},
        "ids_start_at_0": {"test_status_codes": ["AS-CODE-06"]},
        "ids_of_deleted_tracks_are_used_again": {"test_status_codes": ["AS-CODE-04"]},
        "ids_are_strings": {"test_tracks": ["AS-TRACK-*"], "test_status_codes": ["AS-CODE-0[1-6]"]},
        "title_is_called_name": {"test_tracks": ["AS-TRACK-*"], "test_status_codes": ["AS-CODE-0[357]"]},
        "absent_properties_are_null": {"test_envelope": ["AS-ENV-0[1-7]"]},
        "errors_have_own_text": {"test_envelope": ["AS-ENV-0[59]"]},
        "responses_are_chunked": {"test_envelope": ["AS-ENV-0[1-8]"]},
        "location_is_relative": {"test_tracks": ["AS-TRACK-04"]},
    },
    "audioboo": {
        "missing_version_returns_800": {"test_version": ["AB-VER-0[14]"], "test_envelope": ["AB-ENV-05"]},
        "deprecated_formats_return_json": {"test_envelope": ["AB-ENV-06"]},
        "invalid_page_is_replaced_by_default": {"test_pagination": ["AB-PAGE-06"]},
        "repeated_uuid_returns_409": {"test_requests": ["AB-REQ-06"]},
        "resource_of_other_user_returns_404": {
            "test_clips": ["AB-CLIP-12"],
            "test_playlists": ["AB-LIST-01"],
            "test_social": ["AB-SOC-04"],
        },
        "memberships_have_property_membership": {"test_playlists": ["AB-LIST-02"]},
        "consent_page_has_two_steps": {"test_oauth1_flow": ["AB-SIGN-0[67]"]},
        "envelope_has_no_window": {"test_envelope": ["AB-ENV-0[1-4]"]},
    },
}
"""The variants of each API, each with the test modules that notice it and the claims to verify."""


@pytest.mark.parametrize(("api", "name"), [(api, name) for api in VARIANTS for name in VARIANTS[api]])
def test_variant_violates_no_claim(api: str, name: str, audit: Audit) -> None:
    modules = VARIANTS[api][name]
    claims = [claim for patterns in modules.values() for claim in patterns]

    verdicts = audit.verdicts(api, list(modules), claims, f"--fault={name}")

    assert verdicts
    assert set(verdicts.values()) == {"passed"}, verdicts
