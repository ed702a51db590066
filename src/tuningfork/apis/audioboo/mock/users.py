"""Users (https://github.com/audioBoom/api: sections/users.md, sections/followings.md)."""

from __future__ import annotations

import fnmatch
import re
from typing import TYPE_CHECKING, Any

from tuningfork.apis.audioboo.mock.models import User
from tuningfork.mock.errors import HttpError
from tuningfork.mock.state import Association

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.app import AudioBoo
    from tuningfork.apis.audioboo.mock.form_fields import Values
    from tuningfork.apis.audioboo.mock.request_context import RequestContext

SITE = "https://audioboom.com"
LONGEST_RECORDING = 300
"""Seconds."""


class Users:
    """Everybody, and who follows whom."""

    def __init__(self, mock: AudioBoo) -> None:
        self.mock = mock
        self._users: dict[int, User] = {}
        self.follows = Association()

    def add(self, user: User) -> None:
        """One more account."""
        self._users[user.id] = user

    def all(self) -> list[User]:
        """Everybody, oldest first."""
        return list(self._users.values())

    def get(self, id_: int | None) -> User | None:
        """The user of an id."""
        return self._users.get(id_) if id_ is not None else None

    def need(self, text: str) -> User:
        """The user of an id as it was written; HttpError 404."""
        user = self.get(self.mock.number(text))
        if user is None:
            raise HttpError(404, "there is no such user")
        return user

    def by_name(self, username: str) -> User | None:
        """The user of a name, however it is capitalised."""
        wanted = username.casefold()
        return next((user for user in self._users.values() if user.username.casefold() == wanted), None)

    def named(self, pattern: str) -> list[User]:
        """Those whose whole username is as the pattern says; `*` stands for anything (AB-USER-01)."""
        return [user for user in self.all() if self.is_like(pattern, user.username)]

    def found(self, pattern: str) -> list[User]:
        """Those who have the pattern in their username, or in the name that they go by."""
        around = f"*{pattern}*"
        return [
            user
            for user in self.all()
            if self.is_like(around, user.username) or self.is_like(around, user.profile_name or "")
        ]

    def is_like(self, pattern: str, name: str) -> bool:
        """Whether a name is as a pattern says, in any capitals."""
        literal = re.sub(r"([?\[])", r"[\1]", pattern.casefold())
        return fnmatch.fnmatchcase(name.casefold(), literal)

    def change(self, user: User, kept: Values) -> None:
        """Set what is named and nothing else (AB-USER-03)."""
        for name, value in kept.items():
            setattr(user, name, value)

    def follow(self, follower: User, followed: User) -> bool:
        """Whether that is new (AB-SOC-01)."""
        return self.follows.add(follower.id, followed.id)

    def unfollow(self, follower: User, followed: User) -> bool:
        """Whether there was anything to undo (AB-SOC-01)."""
        return self.follows.remove(follower.id, followed.id)

    def followings(self, user: User) -> list[User]:
        """Whom a user follows, newest first."""
        return [self._users[id_] for id_ in self.follows.objects(user.id)]

    def followers(self, user: User) -> list[User]:
        """Who follows a user, newest first."""
        return [self._users[id_] for id_ in self.follows.subjects(user.id)]

    def brief(self, user: User) -> dict[str, Any]:
        """A user within something else."""
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

    def show(self, user: User, _call: RequestContext) -> dict[str, Any]:
        """A user's profile (AB-USER-01)."""
        return {
            **self.brief(user),
            "full_name": user.profile_name,
            "profile_name": user.profile_name,
            "profile_location": user.profile_location,
            "profile_description": user.profile_description,
            "anonymous": False,
            "following_enabled": True,
            "messaging_enabled": True,
            "counts": self.counts(user),
        }

    def show_own(self, user: User, call: RequestContext) -> dict[str, Any]:
        """The linked user's own profile (AB-USER-02)."""
        return {**self.show(user, call), "limits": {"duration": LONGEST_RECORDING}}

    def counts(self, user: User) -> dict[str, int]:
        """How many of everything a user has."""
        return {
            "audio_clips": len(self.mock.clips.of(user)),
            "favorites": self.mock.clips.favourites.count_objects(user.id),
            "followers": self.follows.count_subjects(user.id),
            "followings": self.follows.count_objects(user.id),
        }

    def reset(self) -> None:
        """Nobody."""
        self._users.clear()
        self.follows.reset()
