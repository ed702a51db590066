"""Faults of search (https://developers.soundcloud.com/docs/api/guide#search)."""

from __future__ import annotations

from typing import Any

from flask import request

from tuningfork.apis.soundcloud.mock.models import Track, User
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

Tracks = list[Track]


@fault("SC-FIND-01")
def search_ignores_descriptions(mock: Any) -> None:
    """A search with the parameter `q` ignores the descriptions of tracks."""
    mock.search.searchable_text = lambda item: f"{item.title}\n{item.owner.username}".casefold()


@fault("SC-FIND-01")
def search_ignores_uploader_names(mock: Any) -> None:
    """A search with the parameter `q` ignores the names of uploaders."""
    mock.search.searchable_text = lambda item: f"{item.title}\n{item.description or ''}".casefold()


@fault("SC-FIND-01")
def search_fails_for_non_ascii_words(mock: Any) -> None:
    """A search for a word with a non-ASCII character finds nothing."""
    wrap_method(
        mock.search,
        "contains_words",
        lambda original, words, text: all(map(str.isascii, words)) and original(words, text),
    )


@fault("SC-FIND-02")
def last_of_several_ids_is_ignored(mock: Any) -> None:
    """The parameter `ids` ignores the last of several ids."""
    wrap_method(
        mock.search,
        "by_ids",
        lambda original, tracks, text: original(tracks, text.rpartition(",")[0] if "," in text else text),
    )


@fault("SC-FIND-02", "SC-FIND-10")
def unknown_ids_return_all_tracks(mock: Any) -> None:
    """A list of unknown ids returns all tracks instead of an empty list."""
    wrap_method(mock.search, "by_ids", lambda original, tracks, text: original(tracks, text) or tracks)


@fault("SC-FIND-03")
def second_genre_is_ignored(mock: Any) -> None:
    """The parameter `genres` ignores every genre but the first."""
    wrap_method(
        mock.search, "by_genres", lambda original, tracks, text: original(tracks, text.partition(",")[0])
    )


@fault("SC-FIND-03")
def searched_genre_is_cut_at_an_ampersand(mock: Any) -> None:
    """The parameter `genres` cuts a genre before ` &`: it searches `Drum & Bass` as `Drum`."""
    wrap_method(
        mock.search,
        "by_genres",
        lambda original, tracks, text: (
            [it for it in tracks if (it.genre or "").startswith(text.partition(" &")[0])]
            if "&" in text
            else original(tracks, text)
        ),
    )


@fault("SC-FIND-04")
def bpm_upper_bound_is_exclusive(mock: Any) -> None:
    """The upper bound `bpm[to]` excludes tracks with exactly this bpm."""
    wrap_method(
        mock.search,
        "by_bpm",
        lambda original, tracks, low, high: original(tracks, low, None if high is None else high - 0.5),
    )


@fault("SC-FIND-04")
def tracks_without_bpm_match_bpm_from(mock: Any) -> None:
    """The lower bound `bpm[from]` also returns tracks without a bpm."""
    wrap_method(
        mock.search,
        "by_bpm",
        lambda original, tracks, low, high: (
            original(tracks, low, high) + [it for it in tracks if it.bpm is None and low is not None]
        ),
    )


@fault("SC-FIND-05")
def duration_lower_bound_is_exclusive(mock: Any) -> None:
    """The lower bound `duration[from]` excludes tracks with exactly this duration."""
    wrap_method(
        mock.search,
        "by_duration",
        lambda original, tracks, low, high: original(tracks, None if low is None else low + 1, high),
    )


@fault("SC-FIND-05")
def duration_upper_bound_is_rounded_up(mock: Any) -> None:
    """The upper bound `duration[to]` is rounded up to a whole second."""
    wrap_method(
        mock.search,
        "by_duration",
        lambda original, tracks, low, high: original(
            tracks, low, None if high is None else -(-high // 1000) * 1000
        ),
    )


@fault("SC-FIND-06")
def created_at_bounds_are_one_hour_late(mock: Any) -> None:
    """The bounds of `created_at` are read as times one hour later than in UTC."""
    wrap_method(
        mock.search,
        "by_created_at",
        lambda original, tracks, low, high: original(
            tracks, _add_seconds(low, 3600), _add_seconds(high, 3600)
        ),
    )


@fault("SC-FIND-06")
def created_at_lower_bound_is_cut_to_the_minute(mock: Any) -> None:
    """The lower bound `created_at[from]` is cut to the minute: its seconds are ignored."""
    wrap_method(
        mock.search,
        "by_created_at",
        lambda original, tracks, low, high: original(tracks, None if low is None else low // 60 * 60, high),
    )


@fault("SC-FIND-07")
def tags_match_by_prefix(mock: Any) -> None:
    """The parameter `tags` matches tags that only start with the value."""

    def by_tags(_original: Any, tracks: Tracks, text: str) -> Tracks:
        prefixes = tuple(part.strip() for part in text.split(",") if part.strip())
        return [
            it
            for it in tracks
            if any(tag.startswith(prefixes) for tag in mock.search.split_tags(it.tag_list))
        ]

    wrap_method(mock.search, "by_tags", by_tags)


@fault("SC-FIND-07")
def quoted_tag_is_split_into_words(mock: Any) -> None:
    """A tag in double quotes is split into its words, so the whole tag is not found."""
    mock.search.split_tags = lambda tag_list: set(tag_list.replace('"', "").split())


@fault("SC-FIND-08", "SC-FIND-03")
def genres_are_ignored_with_q(mock: Any) -> None:
    """The parameter `genres` is ignored if the request also has `q`."""

    def by_genres(original: Any, tracks: Tracks, text: str) -> Tracks:
        return tracks if "q" in request.args else list(original(tracks, text))

    wrap_method(mock.search, "by_genres", by_genres)


@fault("SC-FIND-08", "SC-FIND-05")
def duration_is_ignored_with_bpm(mock: Any) -> None:
    """The range of durations is ignored if the request also has a range of bpm."""

    def by_duration(original: Any, tracks: Tracks, low: float | None, high: float | None) -> Tracks:
        has_bpm = any(name.startswith("bpm[") for name in request.args)
        return tracks if has_bpm else list(original(tracks, low, high))

    wrap_method(mock.search, "by_duration", by_duration)


@fault("SC-FIND-09", "SC-FIND-10")
def users_search_is_ignored(mock: Any) -> None:
    """GET /users ignores the parameter `q`."""

    def filter_users(original: Any, context: Any, users: list[User]) -> list[User]:
        return users if "q" in context.args and "ids" not in context.args else list(original(context, users))

    wrap_method(mock.search, "filter_users", filter_users)


@fault("SC-FIND-09")
def users_search_ignores_last_names(mock: Any) -> None:
    """GET /users with `q` searches only the first word of a username."""

    def searchable_user_text(user: User) -> str:
        return user.username.partition(" ")[0].casefold()

    mock.search.searchable_user_text = searchable_user_text


@fault("SC-FIND-10")
def search_without_matches_returns_404(mock: Any) -> None:
    """A search that matches no track returns 404 instead of an empty list."""

    def filter_tracks(original: Any, context: Any, tracks: Tracks) -> Tracks:
        matches: Tracks = original(context, tracks)
        if not matches and "q" in context.args:
            raise HttpError(404)
        return matches

    wrap_method(mock.search, "filter_tracks", filter_tracks)


@fault("SC-FIND-10")
def invalid_created_at_bound_returns_403(mock: Any) -> None:
    """A bound of `created_at` that is not a timestamp returns 403."""

    def parse_bounds(original: Any, context: Any, name: str, read: Any) -> Any:
        try:
            return original(context, name, read)
        except HttpError:
            raise HttpError(403 if name == "created_at" else 400) from None

    wrap_method(mock.search, "parse_bounds", parse_bounds)


@fault("SC-FIND-11")
def private_track_is_found_by_its_id(mock: Any) -> None:
    """GET /tracks with the id of another user's private track in `ids` returns the track."""

    def index(original: Any, mock: Any, context: Any) -> Any:
        if "ids" not in context.args:
            return original(mock, context)
        visible, mock.tracks.filter_public = mock.tracks.filter_public, list
        try:
            return original(mock, context)
        finally:
            mock.tracks.filter_public = visible

    wrap_handler(mock.handlers, "GET /tracks", index)


@fault("SC-FIND-11")
def private_track_is_found_by_its_title(mock: Any) -> None:
    """GET /tracks with the full title of another user's private track as `q` returns the track."""

    def filter_tracks(original: Any, context: Any, tracks: Tracks) -> Tracks:
        query = context.args.get("q", "").casefold()
        private = (
            it
            for user in mock.users.list_all()
            for it in mock.tracks.list_by_user(user)
            if it.sharing == "private"
        )
        matches = [track for track in private if query and track.title.casefold() == query]
        return list(mock.tracks.sort_newest_first([*original(context, tracks), *matches]))

    wrap_method(mock.search, "filter_tracks", filter_tracks)


@fault("SC-FIND-01", "SC-FIND-09")
def search_index_is_never_updated(mock: Any) -> None:
    """The text of a track or playlist is indexed at the first search and never updated."""
    index: dict[tuple[str, int], str] = {}
    wrap_method(
        mock.search,
        "searchable_text",
        lambda original, item: index.setdefault((type(item).__name__, item.id), original(item)),
    )


@fault("SC-FIND-03")
def third_genre_is_ignored(mock: Any) -> None:
    """The parameter `genres` ignores every genre but the first two."""
    wrap_method(
        mock.search,
        "by_genres",
        lambda original, tracks, genres: original(tracks, ",".join(genres.split(",")[:2])),
    )


@fault("SC-FIND-11")
def duration_filter_returns_private_tracks(mock: Any) -> None:
    """GET /tracks with a range of durations returns private tracks of other users."""

    def by_duration(original: Any, tracks: list[Track], low: float | None, high: float | None) -> list[Track]:
        if low is None and high is None:
            return list(original(tracks, low, high))
        all_tracks = (track for user in mock.users.list_all() for track in mock.tracks.list_by_user(user))
        private = [track for track in all_tracks if track.sharing == "private" and track not in tracks]
        return list(original([*tracks, *private], low, high))

    wrap_method(mock.search, "by_duration", by_duration)


@fault("SC-FIND-11")
def access_filter_returns_private_tracks(mock: Any) -> None:
    """GET /tracks with the parameter `access` returns private tracks of other users."""

    def filter_tracks(original: Any, context: Any, tracks: list[Track]) -> Any:
        has_access = "access" in context.args
        all_tracks = (track for user in mock.users.list_all() for track in mock.tracks.list_by_user(user))
        return original(context, mock.tracks.sort_newest_first(all_tracks) if has_access else tracks)

    wrap_method(mock.search, "filter_tracks", filter_tracks)


def _add_seconds(time: float | None, seconds: int) -> float | None:
    return None if time is None else time + seconds
