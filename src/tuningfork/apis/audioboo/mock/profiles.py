"""The JSON of users (https://github.com/audioBoom/api: sections/users.md)."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.audioboo.mock.clips import Clips
from tuningfork.apis.audioboo.mock.models import User
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.apis.audioboo.mock.users import Users

MAX_RECORDING_S = 300


class Profiles:
    """Serializes users with the counts of their resources."""

    def __init__(self, users: Users, clips: Clips) -> None:
        self.users = users
        self.clips = clips

    def serialize(self, user: User, _context: RequestContext) -> dict[str, Any]:
        """Return the JSON of a user's public profile (AB-USER-01)."""
        return {
            **self.users.serialize_brief(user),
            "full_name": user.profile_name,
            "profile_name": user.profile_name,
            "profile_location": user.profile_location,
            "profile_description": user.profile_description,
            "anonymous": False,
            "following_enabled": True,
            "messaging_enabled": True,
            "counts": self.counts(user),
        }

    def serialize_own(self, user: User, context: RequestContext) -> dict[str, Any]:
        """Return the JSON of the authenticated user's own profile (AB-USER-02)."""
        return {**self.serialize(user, context), "limits": {"duration": MAX_RECORDING_S}}

    def counts(self, user: User) -> dict[str, int]:
        """Return the numbers of a user's clips, favourites, followers and followings."""
        return {
            "audio_clips": len(self.clips.list_by_user(user)),
            "favorites": self.clips.favourites.count_objects(user.id),
            "followers": self.users.follows.count_subjects(user.id),
            "followings": self.users.follows.count_objects(user.id),
        }
