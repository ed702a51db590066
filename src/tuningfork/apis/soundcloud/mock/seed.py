"""The data that a fresh mock has, always the same."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, TypeVar

from tuningfork.apis.soundcloud.mock.entities import Comment, Playlist, Track, User
from tuningfork.apis.soundcloud.mock.words import (
    ADJECTIVES,
    CITIES,
    DURATIONS,
    FIRST_NAMES,
    GENRES,
    LAST_NAMES,
    NOUNS,
    SAYINGS,
    TAGS,
)

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud

T = TypeVar("T")
YEAR = 365 * 24 * 3600
OPENED = 1_577_836_800
"""2020-01-01: the first account."""
PEOPLE = 57


class Seed:
    """Fills a mock whose parts are empty.

    FIRST and SECOND can sign in, MANY has 230 public tracks and over fifty of all else, QUIET has nothing.
    """

    FIRST = User(1001, "Ada Tuner", "ada-tuner", OPENED, OPENED, "c0nsent-ada")
    SECOND = User(1002, "Bela Second", "bela-second", OPENED, OPENED, "c0nsent-bela")
    MANY = User(1003, "Carla Archive", "carla-archive", OPENED, OPENED)
    QUIET = User(1004, "Quentin Quiet", "quentin-quiet", OPENED, OPENED)
    GIVEN: ClassVar[Mapping[str, int]] = {
        "blocked_track": 2001,
        "preview_track": 2002,
        "many_tracks": MANY.id,
    }

    def __init__(self, mock: SoundCloud) -> None:
        self.mock = mock
        self.random = random.Random(20220526)  # noqa: S311  (made-up data, the same in every run)
        self.users: list[User] = []
        self.tracks: list[Track] = []
        self.playlists: list[Playlist] = []

    def sow(self) -> None:
        """Users, then what they have, then what they say and like."""
        self._sow_users()
        self._sow_tracks()
        self._sow_playlists()
        for track in self.tracks:
            self._sow_comments(track)
        for user in self.users:
            if user.id != self.QUIET.id:
                self._sow_followings(user)
                self._sow_likes(user)
        self._sow_examples()

    def _sow_examples(self) -> None:
        """What the document's examples undo: a like of a playlist, and reposts of a track and a playlist."""
        playlist = self.playlists[3080 - 3001]
        self.mock.playlists.like(self.FIRST, playlist)
        self.mock.playlists.reposts.add(self.FIRST.id, playlist.id)
        self.mock.tracks.reposts.add(self.FIRST.id, 2007)

    def _sow_users(self) -> None:
        known = [user.username for user in (self.FIRST, self.SECOND, self.MANY, self.QUIET)]
        names = [f"{first} {last}" for first in FIRST_NAMES for last in LAST_NAMES]
        for place, name in enumerate([*known, *self.random.sample(names, PEOPLE - len(known))]):
            self._sow_user(self.FIRST.id + place, name)

    def _sow_user(self, id_: int, name: str) -> None:
        created_at = OPENED + self.random.randrange(YEAR // 4)
        first, last = name.split()
        city, country = self._pick(CITIES).split("|")
        user = User(
            id=id_,
            username=name,
            permalink=name.lower().replace(" ", "-"),
            created_at=created_at,
            last_modified=created_at + YEAR,
            password={self.FIRST.id: self.FIRST.password, self.SECOND.id: self.SECOND.password}.get(id_),
            first_name=first,
            last_name=last,
            city=city,
            country=country,
            description=self._pick((None, f"Makes music in {city}.", "")),
            plan=self._pick(("Free", "Pro Unlimited")),
        )
        self.mock.users.add(user)
        self.users.append(user)

    def _sow_tracks(self) -> None:
        """Owners come mixed, so that the newest tracks are of many; those of MANY can all be played."""
        owners = self._owners({self.FIRST.id: 14, self.SECOND.id: 9, self.MANY.id: 230}, 3)
        owners[:0] = [self.users[4]] * 2  # of the given blocked and preview track
        at = OPENED + YEAR // 2
        for place, owner in enumerate(owners):
            at += self._pick((0, 0, 3600, 86_400, 200_000))  # some are of the same second
            self._sow_track(2001 + place, owner, at)
        self._hide()

    def _owners(self, counts: Mapping[int, int], others: int) -> list[User]:
        """Each user as often as told; QUIET never, all others up to so many times."""
        counts = {self.QUIET.id: 0, **counts}
        owners = [user for user in self.users for _ in range(counts.get(user.id, user.id % (others + 1)))]
        self.random.shuffle(owners)
        return owners

    def _sow_track(self, id_: int, owner: User, at: int) -> None:
        pick = self._pick
        title = f"{pick(ADJECTIVES)} {pick(NOUNS)} {id_ - 2000}"
        track = Track(
            id=id_,
            owner=owner,
            title=title,
            permalink=title.lower().replace(" ", "-"),
            duration=pick(DURATIONS) + pick((0, 0, self.random.randrange(5000))),
            created_at=at,
            last_modified=at + pick((0, 86_400)),
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
        self.mock.tracks.add(track)
        self.tracks.append(track)

    def _hide(self) -> None:
        """Some are private, some can't be heard or only in part, one takes no comments; of MANY none."""
        others = [track for track in self.tracks if track.owner.id > self.MANY.id]
        for number, track in enumerate(others):
            track.access = {5: "blocked", 11: "preview"}.get(number % 17, "playable")
        self.tracks[0].access, self.tracks[1].access = "blocked", "preview"
        others[3].commentable = False
        for owner in (self.FIRST, self.SECOND, self.users[5]):
            for track in self.mock.tracks.of(owner)[1::4]:
                track.sharing = "private"

    def _sow_playlists(self) -> None:
        public = [track for track in self.tracks if track.sharing == "public"]
        at = OPENED + YEAR
        for place, owner in enumerate(
            self._owners({self.FIRST.id: 8, self.SECOND.id: 8, self.MANY.id: 52}, 1)
        ):
            at += self._pick((0, 50_000, 300_000))
            self._sow_playlist(
                3001 + place, owner, at, self._some(public, 1, 3 if owner.id == self.MANY.id else 6)
            )
        self.playlists[-40].tracks = [track.id for track in self._some(public, 52, 53)]
        self.playlists[-2].tracks = []
        for owner in (self.FIRST, self.SECOND):
            for playlist in self.mock.playlists.of(owner)[::4]:
                playlist.sharing = "private"

    def _sow_playlist(self, id_: int, owner: User, at: int, tracks: Sequence[Track]) -> None:
        title = f"{self._pick(ADJECTIVES)} {self._pick(NOUNS)}s {id_ - 3000}"
        playlist = Playlist(
            id=id_,
            owner=owner,
            title=title,
            permalink=title.lower().replace(" ", "-"),
            created_at=at,
            last_modified=at,
            secret_token=f"s-{self.random.randrange(36**9):09x}",
            tracks=[track.id for track in tracks],
            description=self._pick((None, "A few favourites.")),
            genre=self._pick(GENRES),
            set_type=self._pick((None, "album", "playlist")),
        )
        self.mock.playlists.add(playlist)
        self.playlists.append(playlist)

    def _sow_comments(self, track: Track) -> None:
        several = 55 if track is self.tracks[-1] else self._pick((0, 1, 3, 6, 9, 12))
        for number in range(several):
            at = track.created_at + 3600 * (number // 2 + 1)
            timestamp = self._pick((None, self.random.randrange(track.duration)))
            id_ = 4001 + 100 * (track.id - self.tracks[0].id) + number
            self.mock.comments.add(
                Comment(id_, track, self._pick(self.users), self._pick(SAYINGS), at, timestamp)
            )

    def _sow_followings(self, user: User) -> None:
        """MANY follows everybody, and all but FIRST and SECOND follow MANY."""
        others = [it for it in self.users if it.id not in (user.id, self.QUIET.id, self.MANY.id)]
        for other in others if user.id == self.MANY.id else self._some(others, 8, 13):
            self.mock.users.follow(user, other)
        if user.id > self.MANY.id:
            self.mock.users.follow(user, self.MANY)

    def _sow_likes(self, user: User) -> None:
        """The newest track is everybody's favourite, the one before it nobody's."""
        public = [track for track in self.tracks if track.sharing == "public"]
        several = 60 if user.id == self.MANY.id else 20
        unheard = [track for track in public[:-2] if track.access != "playable"]
        liked = (*self._some(public[:-2], several, several + 30), *self._some(unheard, 2, 5), public[-1])
        for track in liked:
            self.mock.tracks.like(user, track)
        for playlist in self._some([it for it in self.playlists if it.sharing == "public"], 7, 12):
            self.mock.playlists.like(user, playlist)

    def _pick(self, things: Sequence[T]) -> T:
        return self.random.choice(things)

    def _some(self, things: Sequence[T], least: int, most: int) -> list[T]:
        return self.random.sample(things, self.random.randrange(least, most))
