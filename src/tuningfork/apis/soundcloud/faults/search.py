"""What goes wrong with search (https://developers.soundcloud.com/docs/api/guide#search)."""

from __future__ import annotations

from typing import Any

from flask import request

from tuningfork.apis.soundcloud.mock.models import Track, User
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

Tracks = list[Track]


@fault("SC-FIND-01")
def descriptions_are_not_searched(mock: Any) -> None:
    """A word of the description finds no track."""
    mock.search.searchable_text = lambda thing: f"{thing.title}\n{thing.owner.username}".casefold()


@fault("SC-FIND-01")
def uploaders_are_not_searched(mock: Any) -> None:
    """The uploader's name finds no track."""
    mock.search.searchable_text = lambda thing: f"{thing.title}\n{thing.description or ''}".casefold()


@fault("SC-FIND-01")
def words_beyond_ascii_are_not_found(mock: Any) -> None:
    """A word with a letter beyond ASCII finds nothing."""
    wrap_method(
        mock.search,
        "contains_all",
        lambda original, wanted, text: all(map(str.isascii, wanted)) and original(wanted, text),
    )


@fault("SC-FIND-02")
def last_id_is_forgotten(mock: Any) -> None:
    """The last of several ids is not looked for."""
    wrap_method(
        mock.search,
        "by_ids",
        lambda original, tracks, text: original(tracks, text.rpartition(",")[0] if "," in text else text),
    )


@fault("SC-FIND-02", "SC-FIND-10")
def unknown_id_gives_everything(mock: Any) -> None:
    """A list of unknown ids filters nothing."""
    wrap_method(mock.search, "by_ids", lambda original, tracks, text: original(tracks, text) or tracks)


@fault("SC-FIND-03")
def second_genre_is_forgotten(mock: Any) -> None:
    """Of several genres the first alone counts."""
    wrap_method(
        mock.search, "by_genres", lambda original, tracks, text: original(tracks, text.partition(",")[0])
    )


@fault("SC-FIND-03")
def genre_with_an_ampersand_is_cut(mock: Any) -> None:
    """A genre such as "Drum & Bass" is looked for by its first word."""
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
def bpm_bound_is_left_out(mock: Any) -> None:
    """bpm[to] leaves out the tracks of exactly that bpm."""
    wrap_method(
        mock.search,
        "by_bpm",
        lambda original, tracks, low, high: original(tracks, low, None if high is None else high - 0.5),
    )


@fault("SC-FIND-04")
def unknown_bpm_is_within(mock: Any) -> None:
    """Tracks without a bpm pass bpm[from]."""
    wrap_method(
        mock.search,
        "by_bpm",
        lambda original, tracks, low, high: (
            original(tracks, low, high) + [it for it in tracks if it.bpm is None and low is not None]
        ),
    )


@fault("SC-FIND-05")
def duration_bound_is_left_out(mock: Any) -> None:
    """duration[from] leaves out the tracks of exactly that duration."""
    wrap_method(
        mock.search,
        "by_duration",
        lambda original, tracks, low, high: original(tracks, None if low is None else low + 1, high),
    )


@fault("SC-FIND-05")
def durations_are_compared_in_seconds(mock: Any) -> None:
    """duration[to] is rounded up to a whole second."""
    wrap_method(
        mock.search,
        "by_duration",
        lambda original, tracks, low, high: original(
            tracks, low, None if high is None else -(-high // 1000) * 1000
        ),
    )


@fault("SC-FIND-06")
def upload_time_is_read_as_local(mock: Any) -> None:
    """created_at bounds are read as an hour behind UTC."""
    wrap_method(
        mock.search,
        "by_created_at",
        lambda original, tracks, low, high: original(tracks, _later(low, 3600), _later(high, 3600)),
    )


@fault("SC-FIND-06")
def upload_time_is_compared_by_the_minute(mock: Any) -> None:
    """created_at[from] is cut to the minute."""
    wrap_method(
        mock.search,
        "by_created_at",
        lambda original, tracks, low, high: original(tracks, None if low is None else low // 60 * 60, high),
    )


@fault("SC-FIND-07")
def part_of_a_tag_is_enough(mock: Any) -> None:
    """`tags=` finds a track by the beginning of one of its tags."""

    def by_tags(_tags: Any, tracks: Tracks, text: str) -> Tracks:
        wanted = tuple(part.strip() for part in text.split(",") if part.strip())
        return [
            it for it in tracks if any(tag.startswith(wanted) for tag in mock.search.split_tags(it.tag_list))
        ]

    wrap_method(mock.search, "by_tags", by_tags)


@fault("SC-FIND-07")
def tag_of_two_words_is_not_found(mock: Any) -> None:
    """A tag in quotes is read as the words in it."""
    mock.search.split_tags = lambda tag_list: set(tag_list.replace('"', "").split())


@fault("SC-FIND-08", "SC-FIND-03")
def genre_is_passed_over_beside_a_word(mock: Any) -> None:
    """With `q` and `genres` at once only `q` counts."""

    def by_genres(original: Any, tracks: Tracks, text: str) -> Tracks:
        return tracks if "q" in request.args else list(original(tracks, text))

    wrap_method(mock.search, "by_genres", by_genres)


@fault("SC-FIND-08", "SC-FIND-05")
def two_ranges_at_once_are_one(mock: Any) -> None:
    """With bounds of bpm and of duration at once those of duration do not count."""

    def by_duration(original: Any, tracks: Tracks, low: float | None, high: float | None) -> Tracks:
        both = any(name.startswith("bpm[") for name in request.args)
        return tracks if both else list(original(tracks, low, high))

    wrap_method(mock.search, "by_duration", by_duration)


@fault("SC-FIND-09", "SC-FIND-10")
def users_are_not_searched(mock: Any) -> None:
    """`q` at /users filters nothing."""

    def filter_users(original: Any, context: Any, listed: list[User]) -> list[User]:
        return (
            listed if "q" in context.args and "ids" not in context.args else list(original(context, listed))
        )

    wrap_method(mock.search, "filter_users", filter_users)


@fault("SC-FIND-09")
def surnames_are_not_searched(mock: Any) -> None:
    """A user is found by the first word of the name only."""

    def user_text(user: User) -> str:
        return user.username.partition(" ")[0].casefold()

    mock.search.searchable_user_text = user_text


@fault("SC-FIND-10")
def nothing_is_not_found(mock: Any) -> None:
    """A search that matches nothing is answered 404."""

    def filter_tracks(original: Any, context: Any, listed: Tracks) -> Tracks:
        found: Tracks = original(context, listed)
        if not found and "q" in context.args:
            raise HttpError(404)
        return found

    wrap_method(mock.search, "filter_tracks", filter_tracks)


@fault("SC-FIND-10")
def unreadable_time_is_forbidden(mock: Any) -> None:
    """A created_at bound that is no time is answered 403."""

    def parse_bounds(original: Any, context: Any, name: str, read: Any) -> Any:
        try:
            return original(context, name, read)
        except HttpError:
            raise HttpError(403 if name == "created_at" else 400) from None

    wrap_method(mock.search, "parse_bounds", parse_bounds)


@fault("SC-FIND-11")
def private_track_is_found_by_its_id(mock: Any) -> None:
    """`ids=` lists private tracks of others."""

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
def private_track_is_found_by_its_whole_title(mock: Any) -> None:
    """A search for exactly the title of a private track finds it."""

    def filter_tracks(original: Any, context: Any, listed: Tracks) -> Tracks:
        asked = context.args.get("q", "").casefold()
        hidden = (
            it for user in mock.users.all() for it in mock.tracks.of_user(user) if it.sharing == "private"
        )
        exact = [track for track in hidden if asked and track.title.casefold() == asked]
        return list(mock.tracks.newest_first([*original(context, listed), *exact]))

    wrap_method(mock.search, "filter_tracks", filter_tracks)


@fault("SC-FIND-01", "SC-FIND-09")
def changed_words_are_not_found(mock: Any) -> None:
    """A track or playlist is found for ever by what it said when it was first looked at."""
    index: dict[tuple[str, int], str] = {}
    wrap_method(
        mock.search,
        "searchable_text",
        lambda original, thing: index.setdefault((type(thing).__name__, thing.id), original(thing)),
    )


@fault("SC-FIND-03")
def third_genre_is_forgotten(mock: Any) -> None:
    """`genres` of three gives tracks of the first two."""
    wrap_method(
        mock.search,
        "by_genres",
        lambda original, tracks, genres: original(tracks, ",".join(genres.split(",")[:2])),
    )


@fault("SC-FIND-11")
def private_track_is_found_by_its_length(mock: Any) -> None:
    """A search by duration looks through private tracks too."""

    def by_duration(original: Any, tracks: list[Track], low: float | None, high: float | None) -> list[Track]:
        if low is None and high is None:
            return list(original(tracks, low, high))
        everybodys = (track for user in mock.users.all() for track in mock.tracks.of_user(user))
        private = [track for track in everybodys if track.sharing == "private" and track not in tracks]
        return list(original([*tracks, *private], low, high))

    wrap_method(mock.search, "by_duration", by_duration)


def _later(time: float | None, seconds: int) -> float | None:
    return None if time is None else time + seconds
