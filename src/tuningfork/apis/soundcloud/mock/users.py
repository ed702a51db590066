"""Users (https://developers.soundcloud.com/docs/api/guide#auth-user)."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any

from tuningfork.apis.soundcloud.mock.models import User
from tuningfork.apis.soundcloud.mock.request_context import RequestContext
from tuningfork.apis.soundcloud.mock.timestamps import format_timestamp
from tuningfork.mock.errors import HttpError
from tuningfork.mock.state import Association

SITE = "https://soundcloud.com"


class Users:
    """All users, and which users they follow.

    Args:
        parse_id: returns the id in a path segment, None for other text.
    """

    def __init__(self, parse_id: Callable[[str], int | None]) -> None:
        self._parse_id = parse_id
        self._users: dict[int, User] = {}
        self.follows = Association()

    def add(self, user: User) -> None:
        """Store a user."""
        self._users[user.id] = user

    def list_all(self) -> list[User]:
        """Return all users, oldest first."""
        return list(self._users.values())

    def find(self, id_: int | None) -> User | None:
        """Return the user with this id, or None."""
        return self._users.get(id_) if id_ is not None else None

    def get_or_404(self, text: str) -> User:
        """Return the user whose id is in the path; HttpError 404 if there is no such user (SC-ERR-05)."""
        user = self.find(self._parse_id(text))
        if user is None:
            raise HttpError(404)
        return user

    def find_by_login(self, username: str, password: str) -> User | None:
        """Return the user with this name and password, or None."""
        for user in self._users.values():
            if user.username == username and user.password is not None:
                actual, expected = password.encode("utf-8", "replace"), user.password.encode()
                return user if hmac.compare_digest(actual, expected) else None
        return None

    def follow(self, follower: User, followed: User) -> bool:
        """Store that one user follows another; return whether that is new (SC-SOC-01)."""
        return self.follows.add(follower.id, followed.id)

    def unfollow(self, follower: User, followed: User) -> bool:
        """Delete that one user follows another; return whether it was stored (SC-SOC-02)."""
        return self.follows.remove(follower.id, followed.id)

    def followings(self, user: User) -> list[tuple[int, User]]:
        """Return the users whom a user follows, newest first, each with a sequence number."""
        return [(number, self._users[id_]) for id_, number in self.follows.objects(user.id).items()]

    def followers(self, user: User) -> list[tuple[int, User]]:
        """Return the users who follow a user, newest first, each with a sequence number (SC-SOC-04)."""
        return [(number, self._users[id_]) for id_, number in self.follows.subjects(user.id).items()]

    def serialize_brief(self, user: User, context: RequestContext) -> dict[str, Any]:
        """Return the JSON of a user inside another resource."""
        return {
            "avatar_url": f"https://i1.sndcdn.com/avatars-{user.id:012d}-large.jpg",
            "id": user.id,
            "kind": "user",
            "permalink_url": f"{SITE}/{user.permalink}",
            "uri": f"{context.base}/users/{user.id}",
            "username": user.username,
            "permalink": user.permalink,
            "created_at": format_timestamp(user.created_at),
            "last_modified": format_timestamp(user.last_modified),
        }

    def reset(self) -> None:
        """Delete all users."""
        self._users.clear()
        self.follows.reset()
