"""The data of a new mock: the same in every run."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import ClassVar, TypeVar

from tuningfork.apis.soundcloud.mock.comments import Comments
from tuningfork.apis.soundcloud.mock.models import Comment, Playlist, Track, User
from tuningfork.apis.soundcloud.mock.playlists import Playlists
from tuningfork.apis.soundcloud.mock.seed_data import (
    ADJECTIVES,
    CITIES,
    COMMENTS,
    DURATIONS,
    FIRST_NAMES,
    GENRES,
    LAST_NAMES,
    NOUNS,
    TAGS,
)
from tuningfork.apis.soundcloud.mock.tracks import Tracks
from tuningfork.apis.soundcloud.mock.users import Users

T = TypeVar("T")
YEAR_S = 365 * 24 * 3600
FIRST_ACCOUNT_AT = 1_577_836_800
"""The time of the first account: 2020-01-01."""
USER_COUNT = 57


class Seed:
    """Creates the seed data in empty parts of a mock.

    FIRST and SECOND have a password. MANY has 230 public tracks, and over fifty playlists, likes, followers
    and followings. QUIET has no items at all.
    """

    FIRST = User(1001, "Ada Tuner", "ada-tuner", FIRST_ACCOUNT_AT, FIRST_ACCOUNT_AT, "c0nsent-ada")
    SECOND = User(1002, "Bela Second", "bela-second", FIRST_ACCOUNT_AT, FIRST_ACCOUNT_AT, "c0nsent-bela")
    MANY = User(1003, "Carla Archive", "carla-archive", FIRST_ACCOUNT_AT, FIRST_ACCOUNT_AT)
    QUIET = User(1004, "Quentin Quiet", "quentin-quiet", FIRST_ACCOUNT_AT, FIRST_ACCOUNT_AT)
    GIVEN: ClassVar[Mapping[str, int]] = {
        "blocked_track": 2001,
        "preview_track": 2002,
        "many_tracks": MANY.id,
    }

    def __init__(
        self, user_store: Users, track_store: Tracks, playlist_store: Playlists, comment_store: Comments
    ) -> None:
        self._user_store = user_store
        self._track_store = track_store
        self._playlist_store = playlist_store
        self._comment_store = comment_store
        self.random = random.Random(20220526)  # noqa: S311  (test data, the same in every run)
        self.users: list[User] = []
        self.tracks: list[Track] = []
        self.playlists: list[Playlist] = []

    def create(self) -> None:
        """Create users, their tracks and playlists, then comments, followings and likes."""
        self._create_users()
        self._create_tracks()
        self._create_playlists()
        for track in self.tracks:
            self._create_comments(track)
        for user in self.users:
            if user.id != self.QUIET.id:
                self._create_followings(user)
                self._create_likes(user)
        self._create_examples()

    def _create_examples(self) -> None:
        """Create the like and the reposts that the DELETE examples of the OpenAPI document delete."""
        playlist = self.playlists[3080 - 3001]
        self._playlist_store.like(self.FIRST, playlist)
        self._playlist_store.reposts.add(self.FIRST.id, playlist.id)
        self._track_store.reposts.add(self.FIRST.id, 2007)

    def _create_users(self) -> None:
        reserved = [user.username for user in (self.FIRST, self.SECOND, self.MANY, self.QUIET)]
        names = [f"{first} {last}" for first in FIRST_NAMES for last in LAST_NAMES]
        for index, name in enumerate([*reserved, *self.random.sample(names, USER_COUNT - len(reserved))]):
            self._create_user(self.FIRST.id + index, name)

    def _create_user(self, id_: int, name: str) -> None:
        created_at = FIRST_ACCOUNT_AT + self.random.randrange(YEAR_S // 4)
        first, last = name.split()
        city, country = self._pick(CITIES).split("|")
        user = User(
            id=id_,
            username=name,
            permalink=name.lower().replace(" ", "-"),
            created_at=created_at,
            last_modified=created_at + YEAR_S,
            password={self.FIRST.id: self.FIRST.password, self.SECOND.id: self.SECOND.password}.get(id_),
            first_name=first,
            last_name=last,
            city=city,
            country=country,
            description=self._pick((None, f"Makes music in {city}.", "")),
            plan=self._pick(("Free", "Pro Unlimited")),
        )
        self._user_store.add(user)
        self.users.append(user)

    def _create_tracks(self) -> None:
        """Create tracks with shuffled owners, so that the newest tracks belong to many users."""
        owners = self._owners({self.FIRST.id: 14, self.SECOND.id: 9, self.MANY.id: 230}, 3)
        owners[:0] = [self.users[4]] * 2  # owner of the blocked and of the preview track in GIVEN
        created_at = FIRST_ACCOUNT_AT + YEAR_S // 2
        for index, owner in enumerate(owners):
            created_at += self._pick((0, 0, 3600, 86_400, 200_000))  # some tracks have the same timestamp
            self._create_track(2001 + index, owner, created_at)
        self._restrict_tracks()

    def _owners(self, counts: Mapping[int, int], others: int) -> list[User]:
        """Return a shuffled list of owners.

        Args:
            counts: how often the list contains the user with each id.
            others: how often it contains any other user at most; QUIET is not in it.
        """
        counts = {self.QUIET.id: 0, **counts}
        owners = [user for user in self.users for _ in range(counts.get(user.id, user.id % (others + 1)))]
        self.random.shuffle(owners)
        return owners

    def _create_track(self, id_: int, owner: User, created_at: int) -> None:
        pick = self._pick
        title = f"{pick(ADJECTIVES)} {pick(NOUNS)} {id_ - 2000}"
        track = Track(
            id=id_,
            owner=owner,
            title=title,
            permalink=title.lower().replace(" ", "-"),
            duration=pick(DURATIONS) + pick((0, 0, self.random.randrange(5000))),
            created_at=created_at,
            last_modified=created_at + pick((0, 86_400)),
            secret_token=f"s-{self.random.randrange(36**9):09x}",
            genre=pick(GENRES),
            tag_list=" ".join(self.random.sample(TAGS, self.random.randrange(4))),
            bpm=pick((None, 90, 120, 120, 128, self.random.randrange(60, 180))),
            description=pick(
                (None, "", f"Recorded near the {pick(NOUNS)}.", "Remastered; thanks for listening!")
            ),
            license=pick(("all-rights-reserved", "cc-by", "cc-by-nc-sa")),
            downloadable=pick((True, False)),
            release_date=pick((None, (2021, 5, 1), (2020, 11, 30))),
            label_name=pick((None, "Fork Records")),
            artwork_url=pick((None, f"https://i1.sndcdn.com/artworks-{id_:012d}-large.jpg")),
            playback_count=self.random.randrange(20_000),
        )
        self._track_store.add(track)
        self.tracks.append(track)

    def _restrict_tracks(self) -> None:
        """Make some tracks private, blocked, preview-only or closed to comments, but none of MANY."""
        others = [track for track in self.tracks if track.owner.id > self.MANY.id]
        for number, track in enumerate(others):
            track.access = {5: "blocked", 11: "preview"}.get(number % 17, "playable")
        self.tracks[0].access, self.tracks[1].access = "blocked", "preview"
        others[3].commentable = False
        for owner in (self.FIRST, self.SECOND, self.users[5]):
            for track in self._track_store.list_by_user(owner)[1::4]:
                track.sharing = "private"

    def _create_playlists(self) -> None:
        public = [track for track in self.tracks if track.sharing == "public"]
        created_at = FIRST_ACCOUNT_AT + YEAR_S
        for index, owner in enumerate(
            self._owners({self.FIRST.id: 8, self.SECOND.id: 8, self.MANY.id: 52}, 1)
        ):
            created_at += self._pick((0, 50_000, 300_000))
            self._create_playlist(
                3001 + index, owner, created_at, self._sample(public, 1, 3 if owner.id == self.MANY.id else 6)
            )
        self.playlists[-40].tracks = [track.id for track in self._sample(public, 52, 53)]
        self.playlists[-2].tracks = []
        for owner in (self.FIRST, self.SECOND):
            for playlist in self._playlist_store.list_by_user(owner)[::4]:
                playlist.sharing = "private"

    def _create_playlist(self, id_: int, owner: User, created_at: int, tracks: Sequence[Track]) -> None:
        title = f"{self._pick(ADJECTIVES)} {self._pick(NOUNS)}s {id_ - 3000}"
        playlist = Playlist(
            id=id_,
            owner=owner,
            title=title,
            permalink=title.lower().replace(" ", "-"),
            created_at=created_at,
            last_modified=created_at,
            secret_token=f"s-{self.random.randrange(36**9):09x}",
            tracks=[track.id for track in tracks],
            description=self._pick((None, "A few favourites.")),
            genre=self._pick(GENRES),
            set_type=self._pick((None, "album", "playlist")),
        )
        self._playlist_store.add(playlist)
        self.playlists.append(playlist)

    def _create_comments(self, track: Track) -> None:
        count = 55 if track is self.tracks[-1] else self._pick((0, 1, 3, 6, 9, 12))
        for number in range(count):
            created_at = track.created_at + 3600 * (number // 2 + 1)
            timestamp = self._pick((None, self.random.randrange(track.duration)))
            id_ = 4001 + 100 * (track.id - self.tracks[0].id) + number
            self._comment_store.add(
                Comment(id_, track, self._pick(self.users), self._pick(COMMENTS), created_at, timestamp)
            )

    def _create_followings(self, user: User) -> None:
        """Let MANY follow all users, and all users but FIRST and SECOND follow MANY."""
        others = [it for it in self.users if it.id not in (user.id, self.QUIET.id, self.MANY.id)]
        for other in others if user.id == self.MANY.id else self._sample(others, 8, 13):
            self._user_store.follow(user, other)
        if user.id > self.MANY.id:
            self._user_store.follow(user, self.MANY)

    def _create_likes(self, user: User) -> None:
        """Let the user like some items, always the newest track and never the second newest."""
        public = [track for track in self.tracks if track.sharing == "public"]
        count = 60 if user.id == self.MANY.id else 20
        restricted = [track for track in public[:-2] if track.access != "playable"]
        liked = (*self._sample(public[:-2], count, count + 30), *self._sample(restricted, 2, 5), public[-1])
        for track in liked:
            self._track_store.like(user, track)
        for playlist in self._sample([it for it in self.playlists if it.sharing == "public"], 7, 12):
            self._playlist_store.like(user, playlist)

    def _pick(self, items: Sequence[T]) -> T:
        return self.random.choice(items)

    def _sample(self, items: Sequence[T], minimum: int, stop: int) -> list[T]:
        return self.random.sample(items, self.random.randrange(minimum, stop))
