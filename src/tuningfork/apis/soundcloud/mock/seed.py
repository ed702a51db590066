"""The data that a fresh mock has, always the same."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, TypeVar

from tuningfork.apis.soundcloud.mock.entities import Comment, Playlist, Track, User

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud

T = TypeVar("T")
YEAR = 365 * 24 * 3600
OPENED = 1_577_836_800
"""2020-01-01: the first account."""
NAMES = (
    "Ada Tuner|Bela Second|Carla Archive|Dito Night|Ella Harbour|Finn Marsh|Greta Quarry|Hugo Lantern|Ida Meadow"
    "|Jonas Ember|Kaja Willow|Lars Copper|Mira Falcon|Nils Thunder|Olga Pebble|Paul Orchard|Quinn Velvet"
    "|Rosa Comet|Sven Harvest|Tilda Mirror"
).split("|")
CITIES = ("Berlin|Germany", "Lagos|Nigeria", "Lima|Peru", "Osaka|Japan", "Leeds|Britain (UK)")
ADJECTIVES = "quiet broken golden distant electric hollow paper midnight slow northern crystal restless".split()
NOUNS = "river engine garden window signal harbour mountain letter station shadow winter machine".split()
GENRES = ("Pop", "House", "Techno", "Ambient", "Jazz", "Hip-hop & Rap", "Drum & Bass", "Folk", "Classical", None)
TAGS = ("live", "demo", '"field recording"', "remix", "piano", "808", "vinyl", '"late night"', "loop", "acoustic")
SAYINGS = ("Love this!", "That bass…", "Where can I buy it?", "On repeat all week", "💜", "First!", "The break at the end")
DURATIONS = (30_000, 95_500, 180_000, 180_000, 201_337, 245_120, 312_000, 600_001)


class Seed:
    """Fills a mock whose parts are empty."""

    FIRST = User(1001, "Ada Tuner", "ada-tuner", OPENED, OPENED, "c0nsent-ada")
    SECOND = User(1002, "Bela Second", "bela-second", OPENED, OPENED, "c0nsent-bela")
    MANY = 1003
    GIVEN: ClassVar[Mapping[str, int]] = {"blocked_track": 2001, "preview_track": 2002, "many_tracks": MANY}

    def __init__(self, mock: SoundCloud) -> None:
        self.mock = mock
        self.random = random.Random(20220526)  # noqa: S311  (made-up data, the same in every run)
        self.tracks: list[Track] = []
        self.playlists: list[Playlist] = []
        self.users: list[User] = []

    def sow(self) -> None:
        """Users, then what they have, then what they say and like."""
        self.users = [self._user(1001 + place, name) for place, name in enumerate(NAMES)]
        for user in self.users:
            self.mock.users.add(user)
        self._sow_tracks()
        self._sow_playlists()
        for track in self.tracks:
            self._sow_comments(track)
        for user in self.users:
            self._sow_ties(user)

    def _user(self, id_: int, name: str) -> User:
        created_at = OPENED + self.random.randrange(YEAR // 4)
        first, last = name.split()
        city, country = self.random.choice(CITIES).split("|")
        passwords = {self.FIRST.id: self.FIRST.password, self.SECOND.id: self.SECOND.password}
        return User(
            id=id_,
            username=name,
            permalink=name.lower().replace(" ", "-"),
            created_at=created_at,
            last_modified=created_at + YEAR,
            password=passwords.get(id_),
            first_name=first,
            last_name=last,
            city=city,
            country=country,
            description=self.random.choice((None, f"Makes music in {city}.", "")),
            plan=self.random.choice(("Free", "Pro Unlimited")),
        )

    def _sow_tracks(self) -> None:
        """Owners come mixed, so that the newest tracks are of many; `many_tracks` has 230, all to be played."""
        owners = [self.MANY] * 230 + [self.FIRST.id] * 14 + [self.SECOND.id] * 9
        owners += [user.id for user in self.users if user.id > self.MANY] * 8
        self.random.shuffle(owners)
        owners[:0] = [self.users[4].id] * 2  # the given blocked and preview track
        at = OPENED + YEAR // 2
        for place, owner in enumerate(owners):
            at += self.random.choice((0, 0, 3600, 86_400, 200_000))  # some are of the same second
            self._sow_track(2001 + place, self._of(owner), at)
        self._hide()

    def _of(self, id_: int) -> User:
        return self.users[id_ - self.users[0].id]

    def _sow_track(self, id_: int, owner: User, at: int) -> None:
        pick = self.random.choice
        title = f"{pick(ADJECTIVES)} {pick(NOUNS)} {id_ - 2000}".title()
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
            description=pick((None, "", f"Recorded near the {pick(NOUNS)}.", "Remastered; thanks for listening!")),
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
        """Some are private, some can't be heard or only in part, one takes no comments; never the 230."""
        others = [track for track in self.tracks if track.owner.id > self.MANY]
        for number, track in enumerate(others):
            track.access = {5: "blocked", 11: "preview"}.get(number % 17, "playable")
        self.tracks[0].access, self.tracks[1].access = "blocked", "preview"
        others[3].commentable = False
        for owner in (self.FIRST, self.SECOND, self.users[5]):
            for track in self.mock.tracks.of(owner)[1::4]:
                track.sharing = "private"

    def _sow_playlists(self) -> None:
        playable = [track for track in self.tracks if track.sharing == "public"]
        owners = [user for user in self.users for _ in range(8 if user.id <= self.MANY else self.random.randrange(4))]
        self.random.shuffle(owners)
        at = OPENED + YEAR
        for place, owner in enumerate(owners):
            at += self.random.choice((0, 50_000, 700_000))
            self._sow_playlist(3001 + place, owner, at, self.random.sample(playable, self.random.randrange(1, 9)))
        for owner in (self.FIRST, self.SECOND):
            for playlist in self.mock.playlists.of(owner)[::4]:
                playlist.sharing = "private"

    def _sow_playlist(self, id_: int, owner: User, at: int, tracks: list[Track]) -> None:
        title = f"{self.random.choice(ADJECTIVES)} {self.random.choice(NOUNS)}s {id_ - 3000}".title()
        playlist = Playlist(
            id=id_,
            owner=owner,
            title=title,
            permalink=title.lower().replace(" ", "-"),
            created_at=at,
            last_modified=at,
            secret_token=f"s-{self.random.randrange(36**9):09x}",
            tracks=[track.id for track in tracks],
            description=self.random.choice((None, "A few favourites.")),
            genre=self.random.choice(GENRES),
            set_type=self.random.choice((None, "album", "playlist")),
        )
        self.mock.playlists.add(playlist)
        self.playlists.append(playlist)

    def _sow_comments(self, track: Track) -> None:
        for number in range(self.random.choice((0, 1, 3, 6, 9, 12))):
            at = track.created_at + 3600 * (number // 2 + 1)
            timestamp = self.random.choice((None, self.random.randrange(track.duration)))
            author = self.random.choice(self.users)
            id_ = 4001 + len(self.users) * track.id + number
            self.mock.comments.add(Comment(id_, track, author, self.random.choice(SAYINGS), at, timestamp))

    def _sow_ties(self, user: User) -> None:
        """Whom and what a user likes: enough of each that its list has several pages."""
        for other in self._some([other for other in self.users if other.id != user.id], 8, 13):
            self.mock.users.follow(user, other)
        for track in self._some([track for track in self.tracks if track.sharing == "public"], 12, 60):
            self.mock.tracks.like(user, track)
        for track in self._some([track for track in self.tracks if track.access != "playable"], 2, 5):
            self.mock.tracks.like(user, track)
        for playlist in self._some([it for it in self.playlists if it.sharing == "public"], 7, 12):
            self.mock.playlists.like(user, playlist)

    def _some(self, things: list[T], least: int, most: int) -> list[T]:
        return self.random.sample(things, self.random.randrange(least, most))
