"""The data that a fresh mock has, always the same."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, TypeVar

from tuningfork.apis.audioboo.mock.geocoding import CITIES
from tuningfork.apis.audioboo.mock.models import Clip, Comment, Membership, Playlist, User
from tuningfork.apis.audioboo.mock.seed_data import (
    DURATIONS,
    FIRST_NAMES,
    LAST_NAMES,
    OCCASIONS,
    SAYINGS,
    SUBJECTS,
    TAGS,
)

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.app import AudioBoo

T = TypeVar("T")
OPENED = 1_396_310_400
"""2014-04-01: the first clip."""
PEOPLE = 24


class Seed:
    """Fills a mock whose parts are empty.

    FIRST and SECOND can sign in, MANY has 180 clips and over fifty favourites, QUIET has nothing.
    """

    FIRST = User(11, "romney", "hythe-and-dymchurch", "Ramona Omney", "New Romney", "Sounds of the marsh.")
    SECOND = User(12, "dungeness", "shingle-and-lights", "Dunstan Ness", "Dungeness", None)
    MANY = User(13, "archive", None, "The Archive", "London", "Everything that was ever recorded.")
    QUIET = User(14, "quiet")
    GIVEN: ClassVar[Mapping[str, int]] = {"many_clips": MANY.id}

    def __init__(self, mock: AudioBoo) -> None:
        self.mock = mock
        self.random = random.Random(20141201)  # noqa: S311  (made-up data, the same in every run)
        self.users: list[User] = []
        self.clips: list[Clip] = []

    def sow(self) -> None:
        """Users, then what they have, then what they say and favour."""
        self._sow_users()
        self._sow_clips()
        self.mock.clips.chosen = [clip.id for clip in self._some(self.clips, 60, 61)]
        for clip in self.clips:
            self._sow_comments(clip)
        for user in self.users:
            if user.id != self.QUIET.id:
                self._sow_followings(user)
                self._sow_favourites(user)
                self._sow_playlists(user)

    def _sow_users(self) -> None:
        known = (self.FIRST, self.SECOND, self.MANY, self.QUIET)
        names = [f"{first}-{last}" for first in FIRST_NAMES for last in LAST_NAMES]
        made = [
            User(
                id=self.QUIET.id + 1 + place,
                username=name,
                profile_name=self._pick((None, name.partition("-")[0].title())),
                profile_location=self._pick(CITIES).name,
                profile_description=self._pick((None, "", "I carry a microphone wherever I go.")),
                has_picture=self._pick((True, False)),
            )
            for place, name in enumerate(self.random.sample(names, PEOPLE - len(known)))
        ]
        for user in (*(replace(it) for it in known), *made):
            self.mock.users.add(user)
            self.users.append(user)

    def _sow_clips(self) -> None:
        """Owners come mixed, so that the newest clips are of many."""
        counts = {self.FIRST.id: 9, self.SECOND.id: 6, self.MANY.id: 180, self.QUIET.id: 0}
        owners = [user for user in self.users for _ in range(counts.get(user.id, 1 + user.id % 4))]
        self.random.shuffle(owners)
        at = OPENED
        for place, owner in enumerate(owners):
            at += self._pick((0, 60, 3600, 43_200, 86_401))  # some are of the same second
            self._sow_clip(5001 + place, owner, at)

    def _sow_clip(self, id_: int, owner: User, at: int) -> None:
        place = self._pick((None, *CITIES))
        clip = Clip(
            id=id_,
            owner=owner,
            title=f"{self._pick(SUBJECTS)} {self._pick(OCCASIONS)}",
            duration=self._pick(DURATIONS),
            recorded_at=at - self._pick((0, 300, 14_055, 5_000_000)),
            uploaded_at=at,
            description=self._pick((None, "", "Recorded on the way home.")),
            tag_list=self._tags(),
            location_latitude=place and round(place.latitude + self.random.uniform(-0.02, 0.02), 6),
            location_longitude=place and round(place.longitude + self.random.uniform(-0.02, 0.02), 6),
            location_accuracy=self._pick((0.0, 5.0, 70.0, 1414.0)),
            has_image=self._pick((True, False)),
            plays=self.random.randrange(3000),
        )
        self.mock.clips.add(clip)
        self.clips.append(clip)

    def _tags(self) -> tuple[str, ...]:
        """None to three; none twice in other capitals."""
        chosen = self.random.sample(TAGS, self.random.randrange(4))
        return tuple({tag.lower(): tag for tag in chosen}.values())

    def _sow_comments(self, clip: Clip) -> None:
        several = 55 if clip is self.clips[-1] else self._pick((0, 0, 1, 3, 7))
        for number in range(several):
            at = clip.uploaded_at + 600 * (number // 2 + 1)
            id_ = 100 * clip.id + number
            self.mock.comments.add(Comment(id_, clip, self._pick(self.users), self._pick(SAYINGS), at))

    def _sow_followings(self, user: User) -> None:
        """MANY follows everybody, and everybody but FIRST and SECOND follows MANY."""
        others = [it for it in self.users if it.id not in (user.id, self.QUIET.id, self.MANY.id)]
        for other in others if user.id == self.MANY.id else self._some(others, 4, 9):
            self.mock.users.follow(user, other)
        if user.id > self.MANY.id:
            self.mock.users.follow(user, self.MANY)

    def _sow_favourites(self, user: User) -> None:
        several = 60 if user.id == self.MANY.id else 8
        for clip in self._some(self.clips, several, several + 20):
            self.mock.clips.favour(user, clip)

    def _sow_playlists(self, user: User) -> None:
        for number in range(12 if user.id == self.MANY.id else self._pick((2, 3, 5))):
            id_ = 1000 * user.id + number
            chosen = [] if number == 1 else self._some(self.clips, 2, 12)
            members = [Membership(100 * id_ + place, clip.id) for place, clip in enumerate(chosen)]
            title = f"{self._pick(SUBJECTS)} & more {number + 1}"
            self.mock.playlists.add(Playlist(id_, user, title, members))

    def _pick(self, things: Sequence[T]) -> T:
        return self.random.choice(things)

    def _some(self, things: Sequence[T], least: int, most: int) -> list[T]:
        return self.random.sample(things, self.random.randrange(least, most))
