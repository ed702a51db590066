"""Users (https://github.com/audioBoom/api: sections/users.md, sections/followings.md)."""

from __future__ import annotations

import fnmatch
import re
from typing import Any

from tuningfork.apis.audioboo.mock.form_fields import Values
from tuningfork.apis.audioboo.mock.models import User
from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import parse_id
from tuningfork.mock.state import Association

SITE = "https://audioboom.com"


class Users:
    """Stores all users, and which user follows which."""

    def __init__(self) -> None:
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
        """Return the user whose id is `text`; raise HttpError 404 if there is no such user."""
        user = self.find(parse_id(text))
        if user is None:
            raise HttpError(404, "there is no such user")
        return user

    def find_by_username(self, username: str) -> User | None:
        """Return the user with this username, compared without case, or None."""
        folded = username.casefold()
        return next((user for user in self._users.values() if user.username.casefold() == folded), None)

    def find_by_pattern(self, pattern: str) -> list[User]:
        """Return the users whose whole username matches `pattern`; `*` is a wildcard (AB-USER-01)."""
        return [user for user in self.list_all() if self.matches_pattern(pattern, user.username)]

    def search(self, pattern: str) -> list[User]:
        """Return the users whose username or profile name contains `pattern`."""
        inner = f"*{pattern}*"
        return [
            user
            for user in self.list_all()
            if self.matches_pattern(inner, user.username)
            or self.matches_pattern(inner, user.profile_name or "")
        ]

    def matches_pattern(self, pattern: str, name: str) -> bool:
        """Return True if the whole name matches a pattern with `*` as its wildcard, ignoring case."""
        literal = re.sub(r"([?\[])", r"[\1]", pattern.casefold())
        return fnmatch.fnmatchcase(name.casefold(), literal)

    def update(self, user: User, values: Values) -> None:
        """Set the given attributes of a user and no others (AB-USER-03)."""
        for name, value in values.items():
            setattr(user, name, value)

    def follow(self, follower: User, followed: User) -> bool:
        """Add a following; return False if it existed (AB-SOC-01)."""
        return self.follows.add(follower.id, followed.id)

    def unfollow(self, follower: User, followed: User) -> bool:
        """Delete a following; return False if it did not exist (AB-SOC-01)."""
        return self.follows.remove(follower.id, followed.id)

    def followings(self, user: User) -> list[User]:
        """Return the users that `user` follows, newest following first."""
        return [self._users[id_] for id_ in self.follows.objects(user.id)]

    def followers(self, user: User) -> list[User]:
        """Return the users who follow `user`, newest following first."""
        return [self._users[id_] for id_ in self.follows.subjects(user.id)]

    def serialize_brief(self, user: User) -> dict[str, Any]:
        """Return the short JSON of a user that is embedded in other resources."""
        profile = f"{SITE}/{user.username}"
        return {
            "id": user.id,
            "username": user.username,
            "urls": {
                "profile": profile,
                "website": user.profile_website_url,
                "image": f"{profile}/picture.png" if user.has_picture else None,
            },
        }

    def reset(self) -> None:
        """Delete all users and followings."""
        self._users.clear()
        self.follows.reset()
