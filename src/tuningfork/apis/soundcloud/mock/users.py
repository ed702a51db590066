"""Users (https://developers.soundcloud.com/docs/api/guide#auth-user)."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any

from tuningfork.apis.soundcloud.mock.entities import User
from tuningfork.apis.soundcloud.mock.stamp import stamp
from tuningfork.mock.errors import Refusal
from tuningfork.mock.state import Relation

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud
    from tuningfork.apis.soundcloud.mock.call import Call

SITE = "https://soundcloud.com"


class Users:
    """Everybody, and who follows whom."""

    def __init__(self, mock: SoundCloud) -> None:
        self.mock = mock
        self._users: dict[int, User] = {}
        self.follows = Relation()

    def add(self, user: User) -> None:
        """One more account."""
        self._users[user.id] = user

    def all(self) -> list[User]:
        """Everybody, oldest first."""
        return list(self._users.values())

    def find(self, id_: int | None) -> User | None:
        """The user of an id."""
        return self._users.get(id_) if id_ is not None else None

    def need(self, text: str) -> User:
        """The user of an id in a path; Refusal 404 (SC-ERR-05)."""
        user = self.find(self.mock.number(text))
        if user is None:
            raise Refusal(404)
        return user

    def of_login(self, username: str, password: str) -> User | None:
        """Who has this name and password."""
        for user in self._users.values():
            if user.username == username and user.password is not None:
                given, right = password.encode("utf-8", "replace"), user.password.encode()
                return user if hmac.compare_digest(given, right) else None
        return None

    def follow(self, follower: User, followed: User) -> bool:
        """Whether that is new (SC-SOC-01)."""
        return self.follows.add(follower.id, followed.id)

    def unfollow(self, follower: User, followed: User) -> bool:
        """Whether there was anything to undo (SC-SOC-02)."""
        return self.follows.remove(follower.id, followed.id)

    def followings(self, user: User) -> list[tuple[int, User]]:
        """Whom a user follows, newest first, each with its place."""
        return [(place, self._users[id_]) for id_, place in self.follows.objects(user.id).items()]

    def followers(self, user: User) -> list[tuple[int, User]]:
        """Who follows a user, newest first, each with its place (SC-SOC-04)."""
        return [(place, self._users[id_]) for id_, place in self.follows.subjects(user.id).items()]

    def reposts(self, user: User) -> int:
        """How many tracks and playlists a user has reposted."""
        parts = (self.mock.tracks, self.mock.playlists)
        return sum(part.reposts.count_objects(user.id) for part in parts)

    def brief(self, user: User, call: Call) -> dict[str, Any]:
        """A user within something else."""
        return {
            "avatar_url": f"https://i1.sndcdn.com/avatars-{user.id:012d}-large.jpg",
            "id": user.id,
            "kind": "user",
            "permalink_url": f"{SITE}/{user.permalink}",
            "uri": f"{call.base}/users/{user.id}",
            "username": user.username,
            "permalink": user.permalink,
            "created_at": stamp(user.created_at),
            "last_modified": stamp(user.last_modified),
        }

    def show(self, user: User, call: Call) -> dict[str, Any]:
        """A user's public profile."""
        return {
            **self.brief(user, call),
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
            "track_count": self.mock.tracks.count(user, "public"),
            "playlist_count": self.mock.playlists.count(user, "public"),
            "followers_count": self.follows.count_subjects(user.id),
            "followings_count": self.follows.count_objects(user.id),
            "public_favorites_count": self.mock.tracks.likes.count_objects(user.id),
            "likes_count": self.mock.tracks.likes.count_objects(user.id),
            "reposts_count": self.reposts(user),
            "comments_count": 0,
            "subscriptions": [{"product": {"id": "free", "name": user.plan}}],
        }

    def web_profile(self, user: User) -> dict[str, Any]:
        """The link to a user's own page."""
        return {
            "id": user.id,
            "kind": "web-profile",
            "service": "personal",
            "title": user.username,
            "url": user.website or f"{SITE}/{user.permalink}",
            "username": None,
            "created_at": stamp(user.created_at),
        }

    def show_own(self, user: User, call: Call) -> dict[str, Any]:
        """A user's own profile (SC-AUTH-08)."""
        used = sum(track.duration for track in self.mock.tracks.of(user)) // 1000
        return {
            **self.show(user, call),
            "locale": "en",
            "primary_email_confirmed": True,
            "private_tracks_count": self.mock.tracks.count(user, "private"),
            "private_playlists_count": self.mock.playlists.count(user, "private"),
            "upload_seconds_left": None,
            "quota": {
                "unlimited_upload_quota": True,
                "upload_seconds_used": used,
                "upload_seconds_left": None,
            },
        }

    def reset(self) -> None:
        """Nobody."""
        self._users.clear()
        self.follows.reset()
