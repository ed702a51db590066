"""Snapshots of a user's state that a run changes and restores."""

from __future__ import annotations

from collections.abc import Mapping

from tuningfork.apis.audioboo.lookup import fetch_account_or_skip
from tuningfork.client.client import Client
from tuningfork.testing.payloads import bracketed

PROFILE_PROPERTIES = {
    "profile_name": ("profile_name", "full_name"),
    "profile_location": ("profile_location",),
    "profile_description": ("profile_description",),
}
"""Each parameter of a profile, and the properties of a user that may contain its value."""


def snapshot_profile(client: Client) -> Mapping[str, str]:
    """Return the form that restores the profile of the client's user."""
    user = fetch_account_or_skip(client)
    texts_by_field = {
        field: [user[name] for name in names if user.get(name)] for field, names in PROFILE_PROPERTIES.items()
    }
    values = {field: str(texts[0]) if texts else "" for field, texts in texts_by_field.items()}
    return bracketed("user", values)
