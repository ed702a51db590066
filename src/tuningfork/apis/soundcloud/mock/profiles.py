"""Profiles of users, with the counts of their tracks and playlists."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.soundcloud.mock.models import User
from tuningfork.apis.soundcloud.mock.playlists import Playlists
from tuningfork.apis.soundcloud.mock.request_context import RequestContext
from tuningfork.apis.soundcloud.mock.timestamps import format_timestamp
from tuningfork.apis.soundcloud.mock.tracks import Tracks
from tuningfork.apis.soundcloud.mock.users import SITE, Users


class Profiles:
    """The JSON of users."""

    def __init__(self, users: Users, tracks: Tracks, playlists: Playlists) -> None:
        self._users = users
        self._tracks = tracks
        self._playlists = playlists

    def serialize(self, user: User, context: RequestContext) -> dict[str, Any]:
        """Return the JSON of a user's public profile."""
        return {
            **self._users.serialize_brief(user, context),
            "first_name": user.first_name,
            "last_name": user.last_name,
            "full_name": f"{user.first_name} {user.last_name}".strip(),
            "city": user.city,
            "country": user.country,
            "description": user.description,
            "website": user.website,
            "website_title": None,
            "discogs_name": None,
            "myspace_name": None,
            "plan": user.plan,
            "online": False,
            "track_count": self._tracks.count(user, "public"),
            "playlist_count": self._playlists.count(user, "public"),
            "followers_count": self._users.follows.count_subjects(user.id),
            "followings_count": self._users.follows.count_objects(user.id),
            "public_favorites_count": self._tracks.likes.count_objects(user.id),
            "likes_count": self._tracks.likes.count_objects(user.id),
            "reposts_count": self.count_reposts(user),
            "comments_count": 0,
            "subscriptions": [{"product": {"id": "free", "name": user.plan}}],
        }

    def serialize_web_profile(self, user: User) -> dict[str, Any]:
        """Return the JSON of the link to a user's website, or to the page of a user without one."""
        return {
            "id": user.id,
            "kind": "web-profile",
            "service": "personal",
            "title": user.username,
            "url": user.website or f"{SITE}/{user.permalink}",
            "username": None,
            "created_at": format_timestamp(user.created_at),
        }

    def serialize_own(self, user: User, context: RequestContext) -> dict[str, Any]:
        """Return the JSON of the profile that the user sees at /me (SC-AUTH-08)."""
        used_s = sum(track.duration for track in self._tracks.list_by_user(user)) // 1000
        return {
            **self.serialize(user, context),
            "locale": "en",
            "primary_email_confirmed": True,
            "private_tracks_count": self._tracks.count(user, "private"),
            "private_playlists_count": self._playlists.count(user, "private"),
            "upload_seconds_left": None,
            "quota": {
                "unlimited_upload_quota": True,
                "upload_seconds_used": used_s,
                "upload_seconds_left": None,
            },
        }

    def count_reposts(self, user: User) -> int:
        """Return the number of tracks and playlists that a user has reposted."""
        return sum(
            reposts.count_objects(user.id) for reposts in (self._tracks.reposts, self._playlists.reposts)
        )
