"""The seed data of a new mock, the same in every run."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, TypeVar

from tuningfork.apis.audioboo.mock.geocoding import CITIES
from tuningfork.apis.audioboo.mock.models import Clip, Comment, Membership, Playlist, User
from tuningfork.apis.audioboo.mock.parts import Parts
from tuningfork.apis.audioboo.mock.seed_data import (
    DURATIONS,
    FIRST_NAMES,
    LAST_NAMES,
    OCCASIONS,
    SAYINGS,
    SUBJECTS,
    TAGS,
)

T = TypeVar("T")
FIRST_UPLOAD = 1_396_310_400
"""2014-04-01 in seconds since 1970."""
USER_COUNT = 24


class Seed:
    """Fills the empty parts of a mock.

    FIRST and SECOND can sign in. MANY has 180 clips and more than fifty favourites, QUIET has nothing.
    """

    FIRST = User(11, "romney", "hythe-and-dymchurch", "Ramona Omney", "New Romney", "Sounds of the marsh.")
    SECOND = User(12, "dungeness", "shingle-and-lights", "Dunstan Ness", "Dungeness", None)
    MANY = User(13, "archive", None, "The Archive", "London", "Everything that was ever recorded.")
    QUIET = User(14, "quiet")
    GIVEN: ClassVar[Mapping[str, int]] = {"many_clips": MANY.id}

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.random = random.Random(20141201)  # noqa: S311  (test data, the same in every run)
        self.users: list[User] = []
        self.clips: list[Clip] = []

    def fill(self) -> None:
        """Create users, then clips, then comments, followings, favourites and playlists."""
        self._create_users()
        self._create_clips()
        self.parts.clips.featured_ids = [clip.id for clip in self._sample(self.clips, 60, 61)]
        for clip in self.clips:
            self._create_comments(clip)
        for user in self.users:
            if user.id != self.QUIET.id:
                self._create_followings(user)
                self._create_favourites(user)
                self._create_playlists(user)

    def _create_users(self) -> None:
        named = (self.FIRST, self.SECOND, self.MANY, self.QUIET)
        names = [f"{first}-{last}" for first in FIRST_NAMES for last in LAST_NAMES]
        generated = [
            User(
                id=self.QUIET.id + 1 + index,
                username=name,
                profile_name=self._pick((None, name.partition("-")[0].title())),
                profile_location=self._pick(CITIES).name,
                profile_description=self._pick((None, "", "I carry a microphone wherever I go.")),
                has_picture=self._pick((True, False)),
            )
            for index, name in enumerate(self.random.sample(names, USER_COUNT - len(named)))
        ]
        for user in (*(replace(it) for it in named), *generated):
            self.parts.users.add(user)
            self.users.append(user)

    def _create_clips(self) -> None:
        """Create clips with shuffled owners, so that the newest clips belong to many users."""
        counts = {self.FIRST.id: 9, self.SECOND.id: 6, self.MANY.id: 180, self.QUIET.id: 0}
        owners = [user for user in self.users for _ in range(counts.get(user.id, 1 + user.id % 4))]
        self.random.shuffle(owners)
        uploaded_at = FIRST_UPLOAD
        for index, owner in enumerate(owners):
            uploaded_at += self._pick((0, 60, 3600, 43_200, 86_401))  # 0: some clips share a second
            self._create_clip(5001 + index, owner, uploaded_at)

    def _create_clip(self, id_: int, owner: User, uploaded_at: int) -> None:
        city = self._pick((None, *CITIES))
        clip = Clip(
            id=id_,
            owner=owner,
            title=f"{self._pick(SUBJECTS)} {self._pick(OCCASIONS)}",
            duration=self._pick(DURATIONS),
            recorded_at=uploaded_at - self._pick((0, 300, 14_055, 5_000_000)),
            uploaded_at=uploaded_at,
            description=self._pick((None, "", "Recorded on the way home.")),
            tag_list=self._tags(),
            location_latitude=city and round(city.latitude + self.random.uniform(-0.02, 0.02), 6),
            location_longitude=city and round(city.longitude + self.random.uniform(-0.02, 0.02), 6),
            location_accuracy=self._pick((0.0, 5.0, 70.0, 1414.0)),
            has_image=self._pick((True, False)),
            plays=self.random.randrange(3000),
        )
        self.parts.clips.add(clip)
        self.clips.append(clip)

    def _tags(self) -> tuple[str, ...]:
        """Return up to three tags that differ in more than case."""
        tags = self.random.sample(TAGS, self.random.randrange(4))
        return tuple({tag.lower(): tag for tag in tags}.values())

    def _create_comments(self, clip: Clip) -> None:
        count = 55 if clip is self.clips[-1] else self._pick((0, 0, 1, 3, 7))
        for number in range(count):
            posted_at = clip.uploaded_at + 600 * (number // 2 + 1)
            id_ = 100 * clip.id + number
            author, body = self._pick(self.users), self._pick(SAYINGS)
            self.parts.comments.add(Comment(id_, clip, author, body, posted_at))

    def _create_followings(self, user: User) -> None:
        """Let MANY follow every user; every user but FIRST and SECOND follows MANY."""
        others = [it for it in self.users if it.id not in (user.id, self.QUIET.id, self.MANY.id)]
        for other in others if user.id == self.MANY.id else self._sample(others, 4, 9):
            self.parts.users.follow(user, other)
        if user.id > self.MANY.id:
            self.parts.users.follow(user, self.MANY)

    def _create_favourites(self, user: User) -> None:
        minimum = 60 if user.id == self.MANY.id else 8
        for clip in self._sample(self.clips, minimum, minimum + 20):
            self.parts.clips.add_favourite(user, clip)

    def _create_playlists(self, user: User) -> None:
        for number in range(12 if user.id == self.MANY.id else self._pick((2, 3, 5))):
            id_ = 1000 * user.id + number
            clips = [] if number == 1 else self._sample(self.clips, 2, 12)
            memberships = [Membership(100 * id_ + index, clip.id) for index, clip in enumerate(clips)]
            title = f"{self._pick(SUBJECTS)} & more {number + 1}"
            self.parts.playlists.add(Playlist(id_, user, title, memberships))

    def _pick(self, items: Sequence[T]) -> T:
        return self.random.choice(items)

    def _sample(self, items: Sequence[T], minimum: int, limit: int) -> list[T]:
        """Return at least `minimum` and less than `limit` random items."""
        return self.random.sample(items, self.random.randrange(minimum, limit))
