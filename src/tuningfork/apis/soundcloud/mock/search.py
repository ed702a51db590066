"""Search (https://developers.soundcloud.com/docs/api/guide#search): each filter gives the tracks it keeps."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from tuningfork.apis.soundcloud.mock.entities import Playlist, Track, User
from tuningfork.apis.soundcloud.mock.stamp import read_stamp
from tuningfork.mock.errors import Refusal
from tuningfork.mock.parsing import decimal, whole_number

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud
    from tuningfork.apis.soundcloud.mock.call import Call

ACCESS = ("playable", "preview", "blocked")
_TAG = re.compile(r'"([^"]*)"|(\S+)')
Tracks = list[Track]


class Search:
    """Filters, which all combine (SC-FIND-08)."""

    def __init__(self, mock: SoundCloud) -> None:
        self.mock = mock

    def tracks(self, call: Call, tracks: Tracks) -> Tracks:
        """The tracks that pass every filter of the request."""
        filters: dict[str, Callable[[Tracks, str], Tracks]] = {
            "q": self.words,
            "ids": self.ids,
            "genres": self.genres,
            "tags": self.tags,
        }
        for name, keep in filters.items():
            if (text := call.args.get(name)) is not None:
                tracks = keep(tracks, text)
        return self.ranges(call, tracks)

    def ranges(self, call: Call, tracks: Tracks) -> Tracks:
        """The tracks within the bounds of the request."""
        tracks = self.bpm(tracks, *self.bounds(call, "bpm", decimal))
        tracks = self.duration(tracks, *self.bounds(call, "duration", decimal))
        return self.created_at(tracks, *self.bounds(call, "created_at", read_stamp))

    def bounds(
        self, call: Call, name: str, read: Callable[[str], float | None]
    ) -> tuple[float | None, float | None]:
        """`NAME[from]` and `NAME[to]`, None where not given; Refusal 400 if unreadable (SC-FIND-10)."""
        low, high = (self._bound(call, f"{name}[{end}]", read) for end in ("from", "to"))
        return low, high

    def _bound(self, call: Call, name: str, read: Callable[[str], float | None]) -> float | None:
        text = call.args.get(name)
        if text is None:
            return None
        if (bound := read(text)) is None:
            raise Refusal(400, f"{name} can't be read")
        return bound

    def words(self, tracks: Tracks, q: str) -> Tracks:
        """Every word stands in the title, the description or the uploader's name (SC-FIND-01)."""
        wanted = q.casefold().split()
        return [track for track in tracks if self.matches(wanted, self.text(track))] if wanted else tracks

    def text(self, thing: Track | Playlist) -> str:
        """Where words are looked for."""
        return f"{thing.title}\n{thing.description or ''}\n{thing.owner.username}".casefold()

    def matches(self, wanted: list[str], text: str) -> bool:
        """Whether all words are in the text."""
        return all(word in text for word in wanted)

    def ids(self, tracks: Tracks, ids: str) -> Tracks:
        """The tracks of these ids (SC-FIND-02)."""
        wanted = {whole_number(text.strip()) for text in ids.split(",")}
        return [track for track in tracks if track.id in wanted]

    def genres(self, tracks: Tracks, genres: str) -> Tracks:
        """The tracks of one of these genres (SC-FIND-03)."""
        wanted = _listed(genres)
        return [track for track in tracks if track.genre in wanted]

    def tags(self, tracks: Tracks, tags: str) -> Tracks:
        """The tracks with one of these tags (SC-FIND-07)."""
        wanted = _listed(tags)
        return [track for track in tracks if not wanted.isdisjoint(self.split_tags(track.tag_list))]

    def split_tags(self, tag_list: str) -> set[str]:
        """The tags of a tag_list: separated by spaces, in double quotes where they have some."""
        return {quoted or plain for quoted, plain in _TAG.findall(tag_list)}

    def bpm(self, tracks: Tracks, low: float | None, high: float | None) -> Tracks:
        """The tracks whose bpm is within the bounds (SC-FIND-04)."""
        if low is None and high is None:
            return tracks
        return [track for track in tracks if track.bpm is not None and _within(track.bpm, low, high)]

    def duration(self, tracks: Tracks, low: float | None, high: float | None) -> Tracks:
        """The tracks whose duration is within the bounds (SC-FIND-05)."""
        if low is None and high is None:
            return tracks
        return [track for track in tracks if _within(track.duration, low, high)]

    def created_at(self, tracks: Tracks, low: float | None, high: float | None) -> Tracks:
        """The tracks that were uploaded within the bounds (SC-FIND-06)."""
        if low is None and high is None:
            return tracks
        return [track for track in tracks if _within(track.created_at, low, high)]

    def access(self, call: Call, tracks: Tracks, default: str = "playable,preview") -> Tracks:
        """The tracks of the access that is asked for (SC-ACCESS-02, SC-ACCESS-03, SC-ACCESS-04)."""
        wanted = self.accesses(call.args.get("access") or default)
        return tracks if len(wanted) == len(ACCESS) else [track for track in tracks if track.access in wanted]

    def accesses(self, text: str) -> set[str]:
        """The values of an `access` parameter; Refusal 400 for an unknown one."""
        wanted = _listed(text)
        if not wanted <= set(ACCESS):
            raise Refusal(400, f"access is any of {', '.join(ACCESS)}")
        return wanted

    def playlists(self, call: Call, playlists: list[Playlist]) -> list[Playlist]:
        """The playlists that match `q` (SC-FIND-09)."""
        wanted = call.args.get("q", "").casefold().split()
        return [playlist for playlist in playlists if self.matches(wanted, self.text(playlist))]

    def users(self, call: Call, users: list[User]) -> list[User]:
        """The users that match `q` and `ids` (SC-FIND-09)."""
        wanted = call.args.get("q", "").casefold().split()
        found = [user for user in users if self.matches(wanted, self.user_text(user))]
        if (ids := call.args.get("ids")) is None:
            return found
        listed = {whole_number(text.strip()) for text in ids.split(",")}
        return [user for user in found if user.id in listed]

    def user_text(self, user: User) -> str:
        """Where words are looked for."""
        return f"{user.username}\n{user.first_name} {user.last_name}\n{user.description or ''}".casefold()


def _listed(text: str) -> set[str]:
    return {part.strip() for part in text.split(",") if part.strip()}


def _within(value: float, low: float | None, high: float | None) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)
