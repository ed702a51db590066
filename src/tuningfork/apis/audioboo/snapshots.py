"""What a run changes of a user who was lent to it, and puts back."""

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
"""The fields of a profile, and the members of a user that may show each."""


def snapshot_profile(client: Client) -> Mapping[str, str]:
    """The form that writes the words of the linked user again as they are."""
    user = fetch_account_or_skip(client)
    shown = {
        field: [user[name] for name in names if user.get(name)] for field, names in PROFILE_PROPERTIES.items()
    }
    words = {field: str(texts[0]) if texts else "" for field, texts in shown.items()}
    return bracketed("user", words)
