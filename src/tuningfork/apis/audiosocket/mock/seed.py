"""The seed data of a new mock, the same in every run."""

from __future__ import annotations

import random
from typing import Any, ClassVar

from tuningfork.apis.audiosocket.mock.tokens import Token, Tokens
from tuningfork.apis.audiosocket.mock.tracks import Tracks

FULL_ACCOUNT, EMPTY_ACCOUNT, OTHER_ACCOUNT = 1, 2, 3
"""The account of three tokens, an account without tracks, and an account without a token."""
TRACK_COUNT = 120
TITLE_STARTS = ("Harbour", "Paper", "Copper", "Second", "Slow", "Northern", "Hollow", "Glass")
TITLE_ENDS = ("at Dawn", "Wind", "Parade", "Signals", "& Sons", "“Reprise”", "Café", "(Edit)")
GENRES = ("Ambient", "Folk", "Funk", "Electronic", "Hip-Hop", "Rock & Roll")
MOODS = ("Calm", "Bright", "Tense", "Wistful")
ARTISTS = ("The Lanterns", "Zoë & the Fjords", "Marrow", "Eight Bells")
ALBUMS = ("Tides", "Roads Home", "B-Sides")


class Seed:
    """Fills the empty storages of a mock."""

    TOKEN: ClassVar = Token("as-full-6f1d0c27be5a48", FULL_ACCOUNT)
    READ_ONLY: ClassVar = Token("as-read-29c4e8715bd03a", FULL_ACCOUNT, can_write=False)
    REVOCABLE: ClassVar = Token("as-lent-b83a70f64ce219", FULL_ACCOUNT)
    EMPTY: ClassVar = Token("as-none-d05e91a2874f3c", EMPTY_ACCOUNT)

    def __init__(self, tokens: Tokens, tracks: Tracks) -> None:
        self.tokens = tokens
        self.tracks = tracks
        self.random = random.Random(20240629)  # noqa: S311  (test data, the same in every run)

    def fill(self) -> None:
        """Create the tokens, and the tracks of FULL_ACCOUNT and OTHER_ACCOUNT."""
        for token in (self.TOKEN, self.READ_ONLY, self.REVOCABLE, self.EMPTY):
            self.tokens.add(token)
        for number in range(TRACK_COUNT):
            account = OTHER_ACCOUNT if number % 10 == 9 else FULL_ACCOUNT
            self.tracks.add(account, self._title(number), self._properties(number))

    def _title(self, number: int) -> str:
        return f"{self.random.choice(TITLE_STARTS)} {self.random.choice(TITLE_ENDS)} {number}"

    def _properties(self, number: int) -> dict[str, Any]:
        """Return all optional properties; none for one track in twelve."""
        if number % 12 == 5:
            return {}
        pick = self.random.choice
        album, artist = pick(ALBUMS), pick(ARTISTS)
        return {
            "length": round(self.random.uniform(20, 900), 2),
            "album": {"id": 801 + ALBUMS.index(album), "name": album},
            "artist": {"id": 301 + ARTISTS.index(artist), "name": artist},
            "explicit": pick((True, False, False)),
            "genres": self.random.sample(GENRES, self.random.randrange(4)),
            "moods": self.random.sample(MOODS, self.random.randrange(3)),
        }
