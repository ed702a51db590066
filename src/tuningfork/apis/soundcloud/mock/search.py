"""Search (https://developers.soundcloud.com/docs/api/guide#search)."""

from __future__ import annotations

import re
from collections.abc import Callable

from tuningfork.apis.soundcloud.mock.models import Playlist, Track, User
from tuningfork.apis.soundcloud.mock.request_context import RequestContext
from tuningfork.apis.soundcloud.mock.timestamps import parse_timestamp
from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import decimal, whole_number

ACCESS = ("playable", "preview", "blocked")
DEFAULT_ACCESS = "playable,preview"
_TAG = re.compile(r'"([^"]*)"|(\S+)')
Tracks = list[Track]
Bound = float | None


class Search:
    """Filters of lists; each filter returns the items that match, and all filters combine (SC-FIND-08)."""

    def filter_tracks(self, context: RequestContext, tracks: Tracks) -> Tracks:
        """Return the tracks that match every filter of the request, without the filter `access`."""
        filters: dict[str, Callable[[Tracks, str], Tracks]] = {
            "q": self.by_words,
            "ids": self.by_ids,
            "genres": self.by_genres,
            "tags": self.by_tags,
        }
        for name, apply_filter in filters.items():
            if (value := context.args.get(name)) is not None:
                tracks = apply_filter(tracks, value)
        return self.filter_ranges(context, tracks)

    def filter_ranges(self, context: RequestContext, tracks: Tracks) -> Tracks:
        """Return the tracks within the ranges of bpm, duration and created_at in the request."""
        tracks = self.by_bpm(tracks, *self.parse_bounds(context, "bpm", decimal))
        tracks = self.by_duration(tracks, *self.parse_bounds(context, "duration", decimal))
        return self.by_created_at(tracks, *self.parse_bounds(context, "created_at", parse_timestamp))

    def parse_bounds(
        self, context: RequestContext, name: str, parse: Callable[[str], Bound]
    ) -> tuple[Bound, Bound]:
        """Return the parameters `NAME[from]` and `NAME[to]`, None for a missing one.

        Raises:
            HttpError: 400 for a bound that `parse` cannot read (SC-FIND-10).
        """
        low, high = (self._bound(context, f"{name}[{end}]", parse) for end in ("from", "to"))
        return low, high

    def _bound(self, context: RequestContext, name: str, parse: Callable[[str], Bound]) -> Bound:
        text = context.args.get(name)
        if text is None:
            return None
        if (bound := parse(text)) is None:
            raise HttpError(400, f"{name} can't be read")
        return bound

    def by_words(self, tracks: Tracks, q: str) -> Tracks:
        """Return the tracks whose title, description or uploader name contain every word (SC-FIND-01)."""
        words = q.casefold().split()
        if not words:
            return tracks
        return [track for track in tracks if self.contains_words(words, self.searchable_text(track))]

    def searchable_text(self, item: Track | Playlist) -> str:
        """Return the text of a track or playlist in which words are searched."""
        return f"{item.title}\n{item.description or ''}\n{item.owner.username}".casefold()

    def contains_words(self, words: list[str], text: str) -> bool:
        """Return whether the text contains all words."""
        return all(word in text for word in words)

    def by_ids(self, tracks: Tracks, ids: str) -> Tracks:
        """Return the tracks with one of these ids (SC-FIND-02)."""
        numbers = {whole_number(text.strip()) for text in ids.split(",")}
        return [track for track in tracks if track.id in numbers]

    def by_genres(self, tracks: Tracks, genres: str) -> Tracks:
        """Return the tracks with one of these genres (SC-FIND-03)."""
        names = _split_list(genres)
        return [track for track in tracks if track.genre in names]

    def by_tags(self, tracks: Tracks, tags: str) -> Tracks:
        """Return the tracks with at least one of these tags (SC-FIND-07)."""
        names = _split_list(tags)
        return [track for track in tracks if not names.isdisjoint(self.split_tags(track.tag_list))]

    def split_tags(self, tag_list: str) -> set[str]:
        """Return the tags of a tag_list, in which spaces separate tags and double quotes enclose spaces."""
        return {quoted or plain for quoted, plain in _TAG.findall(tag_list)}

    def by_bpm(self, tracks: Tracks, low: Bound, high: Bound) -> Tracks:
        """Return the tracks whose bpm is within the bounds (SC-FIND-04)."""
        if low is None and high is None:
            return tracks
        return [track for track in tracks if track.bpm is not None and _is_within(track.bpm, low, high)]

    def by_duration(self, tracks: Tracks, low: Bound, high: Bound) -> Tracks:
        """Return the tracks whose duration is within the bounds (SC-FIND-05)."""
        if low is None and high is None:
            return tracks
        return [track for track in tracks if _is_within(track.duration, low, high)]

    def by_created_at(self, tracks: Tracks, low: Bound, high: Bound) -> Tracks:
        """Return the tracks that were uploaded within the bounds (SC-FIND-06)."""
        if low is None and high is None:
            return tracks
        return [track for track in tracks if _is_within(track.created_at, low, high)]

    def by_access(self, context: RequestContext, tracks: Tracks, default: str = DEFAULT_ACCESS) -> Tracks:
        """Return the tracks whose access is in the parameter `access` (SC-ACCESS-02, -03, -04).

        Args:
            context: the request.
            tracks: the list to filter.
            default: the value of a missing parameter.
        """
        allowed = self.parse_access(context.args.get("access") or default)
        if len(allowed) == len(ACCESS):
            return tracks
        return [track for track in tracks if track.access in allowed]

    def parse_access(self, text: str) -> set[str]:
        """Return the values of a parameter `access`; HttpError 400 for an unknown one."""
        values = _split_list(text)
        if not values <= set(ACCESS):
            raise HttpError(400, f"access is any of {', '.join(ACCESS)}")
        return values

    def filter_playlists(self, context: RequestContext, playlists: list[Playlist]) -> list[Playlist]:
        """Return the playlists that match `q` (SC-FIND-09)."""
        words = context.args.get("q", "").casefold().split()
        return [it for it in playlists if self.contains_words(words, self.searchable_text(it))]

    def filter_users(self, context: RequestContext, users: list[User]) -> list[User]:
        """Return the users that match `q` and `ids` (SC-FIND-09)."""
        words = context.args.get("q", "").casefold().split()
        matches = [user for user in users if self.contains_words(words, self.searchable_user_text(user))]
        if (ids := context.args.get("ids")) is None:
            return matches
        numbers = {whole_number(text.strip()) for text in ids.split(",")}
        return [user for user in matches if user.id in numbers]

    def searchable_user_text(self, user: User) -> str:
        """Return the text of a user in which words are searched."""
        return f"{user.username}\n{user.first_name} {user.last_name}\n{user.description or ''}".casefold()


def _split_list(text: str) -> set[str]:
    return {part.strip() for part in text.split(",") if part.strip()}


def _is_within(value: float, low: Bound, high: Bound) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)
