"""Users (https://github.com/audioBoom/api, sections/users.md, followings.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuningfork.apis.audioboo.mock.entities import User
from tuningfork.mock.state import Relation

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.app import AudioBoo

SITE = "https://audioboom.com"


class Users:
    """Everybody, and who follows whom."""

    def __init__(self, mock: AudioBoo) -> None:
        self.mock = mock
        self._users: dict[int, User] = {}
        self.follows = Relation()

    def add(self, user: User) -> None:
        """One more account."""
        self._users[user.id] = user

    def all(self) -> list[User]:
        """Everybody, oldest first."""
        return list(self._users.values())

    def get(self, id_: int | None) -> User | None:
        """The user of an id."""
        return self._users.get(id_) if id_ is not None else None

    def by_name(self, username: str) -> User | None:
        """The user of a name, however it is capitalised."""
        wanted = username.casefold()
        return next((user for user in self._users.values() if user.username.casefold() == wanted), None)
