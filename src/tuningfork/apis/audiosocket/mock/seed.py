"""The data that a fresh mock has, always the same."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, ClassVar

from tuningfork.apis.audiosocket.mock.tokens import Token

if TYPE_CHECKING:
    from tuningfork.apis.audiosocket.mock.app import Audiosocket

FULL, EMPTY, STRANGE = 1, 2, 3
"""The account that three tokens open, one without tracks, and one that nobody opens."""
MANY = 120
FIRSTS = ("Harbour", "Paper", "Copper", "Second", "Slow", "Northern", "Hollow", "Glass")
LASTS = ("at Dawn", "Wind", "Parade", "Signals", "& Sons", "“Reprise”", "Café", "(Edit)")
GENRES = ("Ambient", "Folk", "Funk", "Electronic", "Hip-Hop", "Rock & Roll")
MOODS = ("Calm", "Bright", "Tense", "Wistful")
ARTISTS = ("The Lanterns", "Zoë & the Fjords", "Marrow", "Eight Bells")
ALBUMS = ("Tides", "Roads Home", "B-Sides")


class Seed:
    """Fills a mock whose parts are empty."""

    TOKEN: ClassVar = Token("as-full-6f1d0c27be5a48", FULL)
    READ_ONLY: ClassVar = Token("as-read-29c4e8715bd03a", FULL, writes=False)
    REVOCABLE: ClassVar = Token("as-lent-b83a70f64ce219", FULL)
    EMPTY: ClassVar = Token("as-none-d05e91a2874f3c", EMPTY)

    def __init__(self, mock: Audiosocket) -> None:
        self.mock = mock
        self.random = random.Random(20240629)  # noqa: S311  (made-up data, the same in every run)

    def sow(self) -> None:
        """Tokens, and tracks of the two accounts that have some."""
        for token in (self.TOKEN, self.READ_ONLY, self.REVOCABLE, self.EMPTY):
            self.mock.tokens.give(token)
        for number in range(MANY):
            account = STRANGE if number % 10 == 9 else FULL
            self.mock.tracks.add(account, self._title(number), self._fields(number))

    def _title(self, number: int) -> str:
        return f"{self.random.choice(FIRSTS)} {self.random.choice(LASTS)} {number}"

    def _fields(self, number: int) -> dict[str, Any]:
        """Everything for most, nothing for some."""
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
