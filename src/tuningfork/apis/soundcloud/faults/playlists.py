"""What goes wrong with playlists (https://developers.soundcloud.com/docs/api/guide#playlists)."""

from __future__ import annotations

from html import unescape
from typing import Any

from flask import g

from tuningfork.apis.soundcloud.mock.models import Playlist, Track
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_method
from tuningfork.mock.errors import HttpError


@fault("SC-LIST-01", "SC-LIST-04")
def playlist_sorts_its_tracks(mock: Any) -> None:
    """The tracks of a playlist stand by their ids, not in the order in which they were given."""
    wrap_method(
        mock.playlists, "parse_tracks", lambda original, value, context: sorted(original(value, context))
    )


@fault("SC-LIST-01")
def new_playlist_has_the_first_two_tracks(mock: Any) -> None:
    """A new playlist keeps only two of its tracks."""

    def create(original: Any, owner: Any, fields: dict[str, Any]) -> Playlist:
        playlist: Playlist = original(owner, fields | {"tracks": fields.get("tracks", [])[:2]})
        return playlist

    wrap_method(mock.playlists, "create", create)


@fault("SC-LIST-02")
def playlist_alone_loses_its_description(mock: Any) -> None:
    """GET /playlists/{playlist_id} has no description, though the answer to POST had it."""

    def to_json(original: Any, playlist: Playlist, context: Any) -> dict[str, Any]:
        shown: dict[str, Any] = original(playlist, context)
        return shown | {"description": None} if context.operation == "GET /playlists/{playlist_id}" else shown

    wrap_method(mock.playlists, "to_json", to_json)


@fault("SC-LIST-03")
def track_moves_to_the_newer_playlist(mock: Any) -> None:
    """A track that is put into a second playlist of its owner leaves the first."""

    def create(original: Any, owner: Any, fields: dict[str, Any]) -> Playlist:
        for playlist in mock.playlists.of_user(owner):
            taken = set(fields.get("tracks", ()))
            playlist.tracks = [id_ for id_ in playlist.tracks if id_ not in taken]
        made: Playlist = original(owner, fields)
        return made

    wrap_method(mock.playlists, "create", create)


@fault("SC-LIST-04")
def tracks_are_appended(mock: Any) -> None:
    """PUT with tracks adds them to those that are there."""
    wrap_method(
        mock.playlists,
        "update",
        lambda original, playlist, fields: original(playlist, _added(playlist, fields)),
    )


@fault("SC-LIST-04")
def empty_list_changes_nothing(mock: Any) -> None:
    """PUT with an empty list of tracks leaves the tracks as they are."""
    wrap_method(
        mock.playlists,
        "update",
        lambda original, playlist, fields: original(
            playlist, {name: value for name, value in fields.items() if name != "tracks" or value}
        ),
    )


@fault("SC-LIST-05")
def change_of_sharing_empties_the_playlist(mock: Any) -> None:
    """PUT with a new sharing and no tracks takes the tracks out."""
    wrap_method(
        mock.playlists,
        "update",
        lambda original, playlist, fields: original(
            playlist, {"tracks": [], **fields} if "sharing" in fields else fields
        ),
    )


@fault("SC-LIST-06")
def tracks_that_are_not_shown_are_not_counted(mock: Any) -> None:
    """show_tracks=false makes track_count 0."""

    def to_json(original: Any, playlist: Playlist, context: Any) -> dict[str, Any]:
        shown: dict[str, Any] = original(playlist, context)
        return shown if mock.playlists.includes_tracks(context) else shown | {"track_count": 0}

    wrap_method(mock.playlists, "to_json", to_json)


@fault("SC-LIST-06")
def long_playlist_shows_its_tracks_anyway(mock: Any) -> None:
    """show_tracks=false is passed over for a playlist of more than five tracks."""

    def to_json(original: Any, playlist: Playlist, context: Any) -> dict[str, Any]:
        shown: dict[str, Any] = original(playlist, context)
        if shown["track_count"] > 5:
            found = mock.playlists.visible_tracks(playlist, context)
            shown["tracks"] = [mock.tracks.to_json(track, context) for track in found]
        return shown

    wrap_method(mock.playlists, "to_json", to_json)


@fault("SC-LIST-07")
def track_count_is_one_less_where_it_is_large(mock: Any) -> None:
    """track_count leaves out the first of more than four tracks."""
    wrap_method(
        mock.playlists,
        "to_json",
        lambda original, playlist, context: _counted_from_zero(original(playlist, context)),
    )


@fault("SC-LIST-07")
def list_of_tracks_is_turned_round(mock: Any) -> None:
    """/playlists/{playlist_id}/tracks gives the tracks in the opposite order."""

    def visible_tracks(original: Any, playlist: Playlist, context: Any) -> list[Track]:
        found: list[Track] = original(playlist, context)
        return found[::-1] if str(context.operation).endswith("/tracks") else found

    wrap_method(mock.playlists, "visible_tracks", visible_tracks)


@fault("SC-LIST-08")
def any_secret_opens_a_playlist(mock: Any) -> None:
    """A private playlist is shown to another user with any secret_token."""
    wrap_method(
        mock.authorization,
        "has_secret_token",
        lambda original, thing, context: (
            original(thing, context) or (isinstance(thing, Playlist) and bool(context.secret))
        ),
    )


@fault("SC-LIST-08")
def private_playlist_is_found_by_its_name(mock: Any) -> None:
    """The search for playlists finds private ones, if all of the title is asked for."""

    def filter_playlists(original: Any, context: Any, listed: list[Playlist]) -> list[Playlist]:
        asked = context.args.get("q", "").casefold()
        hidden = (
            it for user in mock.users.all() for it in mock.playlists.of_user(user) if it.sharing == "private"
        )
        exact = [playlist for playlist in hidden if asked and playlist.title.casefold() == asked]
        return list(mock.playlists.newest_first([*original(context, listed), *exact]))

    wrap_method(mock.search, "filter_playlists", filter_playlists)


@fault("SC-LIST-08")
def secret_token_opens_nothing(mock: Any) -> None:
    """The secret_token of a private playlist does not open it to another user."""
    wrap_method(
        mock.authorization,
        "has_secret_token",
        lambda original, thing, context: original(thing, context) and not isinstance(thing, Playlist),
    )


@fault("SC-LIST-09")
def any_user_renames_a_playlist(mock: Any) -> None:
    """PUT of a playlist does not ask whose it is; DELETE does."""

    def require_owner(original: Any, thing: Any, context: Any) -> None:
        if context.operation != "PUT /playlists/{playlist_id}":
            original(thing, context)

    wrap_method(mock.authorization, "require_owner", require_owner)


@fault("SC-LIST-10")
def tracks_go_with_their_playlist(mock: Any) -> None:
    """DELETE of a playlist deletes the owner's tracks in it."""

    def delete(original: Any, playlist: Playlist) -> None:
        for track in [mock.tracks.find(id_) for id_ in playlist.tracks]:
            if track is not None and track.owner.id == playlist.owner.id:
                mock.tracks.delete(track)
        original(playlist)

    wrap_method(mock.playlists, "delete", delete)


@fault("SC-LIST-10")
def delete_of_a_playlist_hides_it(mock: Any) -> None:
    """DELETE makes a playlist private: its owner still has it."""
    mock.playlists.delete = lambda playlist: setattr(playlist, "sharing", "private")


@fault("SC-LIST-11")
def unknown_track_is_counted(mock: Any) -> None:
    """A track id that does not exist is stored: it counts in track_count."""
    wrap_method(
        mock.playlists,
        "parse_track_id",
        lambda original, item, context: _id_of(item) or original(item, context),
    )
    wrap_method(
        mock.playlists,
        "to_json",
        lambda original, playlist, context: (
            original(playlist, context) | {"track_count": len(playlist.tracks)}
        ),
    )


@fault("SC-LIST-12", "SC-META-07")
def empty_sharing_is_public(mock: Any) -> None:
    """An empty sharing is taken for public, of a playlist and of a track."""
    wrap_method(
        mock.request_parser,
        "validate_choice",
        lambda original, name, value, allowed: (
            "public" if name == "sharing" and value == "" else original(name, value, allowed)
        ),
    )


@fault("SC-LIST-12")
def unknown_sharing_of_a_new_playlist_is_public(mock: Any) -> None:
    """POST /playlists takes any sharing for public; PUT judges it."""

    def validate_choice(original: Any, name: str, value: Any, allowed: Any) -> str:
        try:
            chosen: str = original(name, value, allowed)
        except HttpError:
            if name != "sharing" or g.call.operation != "POST /playlists":
                raise
            return "public"
        return chosen

    wrap_method(mock.request_parser, "validate_choice", validate_choice)


@fault("SC-LIST-13")
def duration_is_of_the_first_three_tracks(mock: Any) -> None:
    """The duration of a playlist leaves out all but three tracks."""
    wrap_method(mock.playlists, "total_duration", lambda original, tracks: original(list(tracks)[:3]))


@fault("SC-LIST-02")
def title_is_unescaped_when_alone(mock: Any) -> None:
    """GET /playlists/{playlist_id} has `&` where the title that was given has `&amp;`."""

    def to_json(original: Any, playlist: Playlist, context: Any) -> dict[str, Any]:
        shown: dict[str, Any] = original(playlist, context)
        alone = context.operation == "GET /playlists/{playlist_id}"
        return shown | {"title": unescape(playlist.title)} if alone else shown

    wrap_method(mock.playlists, "to_json", to_json)


@fault("SC-LIST-03")
def third_playlist_takes_the_track(mock: Any) -> None:
    """A track can be in two playlists of its owner; a third that is made with it takes it from the others."""

    def create(original: Any, owner: Any, fields: dict[str, Any]) -> Playlist:
        others = mock.playlists.of_user(owner)
        for track in fields.get("tracks", ()):
            holding = [playlist for playlist in others if track in playlist.tracks]
            for playlist in holding if len(holding) > 1 else ():
                playlist.tracks = [id_ for id_ in playlist.tracks if id_ != track]
        made: Playlist = original(owner, fields)
        return made

    wrap_method(mock.playlists, "create", create)


@fault("SC-LIST-05")
def new_title_cuts_a_long_playlist(mock: Any) -> None:
    """PUT with a title and no tracks leaves fifty tracks of a longer list."""

    def update(original: Any, playlist: Playlist, fields: dict[str, Any]) -> None:
        original(playlist, {"tracks": playlist.tracks[:50], **fields} if "title" in fields else fields)

    wrap_method(mock.playlists, "update", update)


@fault("SC-LIST-09")
def secret_token_lets_others_rename(mock: Any) -> None:
    """Whoever has the secret_token of a private playlist may change it."""

    def require_owner(original: Any, thing: Any, context: Any) -> None:
        if not (
            isinstance(thing, Playlist)
            and context.viewer
            and mock.authorization.has_secret_token(thing, context)
        ):
            original(thing, context)

    wrap_method(mock.authorization, "require_owner", require_owner)


@fault("SC-LIST-08", "SC-STREAM-05")
def secret_of_a_thing_is_compared_without_case(mock: Any) -> None:
    """A secret token opens what is private in any case."""
    wrap_method(
        mock.authorization,
        "has_secret_token",
        lambda _knows, thing, context: (context.secret or "").lower() == thing.secret_token.lower(),
    )


@fault("SC-LIST-04")
def private_tracks_are_left_out_of_a_playlist(mock: Any) -> None:
    """A playlist takes its owner's public tracks alone."""

    def parse_tracks(original: Any, value: Any, context: Any) -> list[int]:
        return [id_ for id_ in original(value, context) if mock.tracks.find(id_).sharing == "public"]

    wrap_method(mock.playlists, "parse_tracks", parse_tracks)


@fault("SC-LIST-10")
def empty_playlist_cannot_be_deleted(mock: Any) -> None:
    """DELETE of a playlist without tracks is answered 422."""

    def delete(original: Any, playlist: Playlist) -> None:
        if not playlist.tracks:
            raise HttpError(422, "there is nothing to delete")
        original(playlist)

    wrap_method(mock.playlists, "delete", delete)


def _added(playlist: Playlist, fields: dict[str, Any]) -> dict[str, Any]:
    if "tracks" not in fields:
        return fields
    return fields | {"tracks": list(dict.fromkeys([*playlist.tracks, *fields["tracks"]]))}


def _counted_from_zero(shown: dict[str, Any]) -> dict[str, Any]:
    return shown | {"track_count": shown["track_count"] - (shown["track_count"] > 4)}


def _id_of(item: Any) -> int | None:
    id_ = item.get("id") if isinstance(item, dict) else None
    return id_ if isinstance(id_, int) else None
