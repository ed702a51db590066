"""What goes wrong with playlists (https://developers.soundcloud.com/docs/api/guide#playlists)."""

from __future__ import annotations

from html import unescape
from typing import Any

from flask import g

from tuningfork.apis.soundcloud.mock.entities import Playlist, Track
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import around
from tuningfork.mock.errors import Refusal


@fault("SC-LIST-01", "SC-LIST-04")
def playlist_sorts_its_tracks(mock: Any) -> None:
    """The tracks of a playlist stand by their ids, not in the order in which they were given."""
    around(mock.playlists, "listed", lambda listed, value, call: sorted(listed(value, call)))


@fault("SC-LIST-01")
def new_playlist_has_the_first_two_tracks(mock: Any) -> None:
    """A new playlist keeps only two of its tracks."""

    def create(create: Any, owner: Any, fields: dict[str, Any]) -> Playlist:
        playlist: Playlist = create(owner, fields | {"tracks": fields.get("tracks", [])[:2]})
        return playlist

    around(mock.playlists, "create", create)


@fault("SC-LIST-02")
def playlist_alone_loses_its_description(mock: Any) -> None:
    """GET /playlists/{playlist_id} has no description, though the answer to POST had it."""

    def show(show: Any, playlist: Playlist, call: Any) -> dict[str, Any]:
        shown: dict[str, Any] = show(playlist, call)
        return shown | {"description": None} if call.operation == "GET /playlists/{playlist_id}" else shown

    around(mock.playlists, "show", show)


@fault("SC-LIST-03")
def track_moves_to_the_newer_playlist(mock: Any) -> None:
    """A track that is put into a second playlist of its owner leaves the first."""

    def create(create: Any, owner: Any, fields: dict[str, Any]) -> Playlist:
        for playlist in mock.playlists.of(owner):
            taken = set(fields.get("tracks", ()))
            playlist.tracks = [id_ for id_ in playlist.tracks if id_ not in taken]
        made: Playlist = create(owner, fields)
        return made

    around(mock.playlists, "create", create)


@fault("SC-LIST-04")
def tracks_are_appended(mock: Any) -> None:
    """PUT with tracks adds them to those that are there."""
    around(
        mock.playlists, "change", lambda change, playlist, fields: change(playlist, _added(playlist, fields))
    )


@fault("SC-LIST-04")
def empty_list_changes_nothing(mock: Any) -> None:
    """PUT with an empty list of tracks leaves the tracks as they are."""
    around(
        mock.playlists,
        "change",
        lambda change, playlist, fields: change(
            playlist, {name: value for name, value in fields.items() if name != "tracks" or value}
        ),
    )


@fault("SC-LIST-05")
def change_of_sharing_empties_the_playlist(mock: Any) -> None:
    """PUT with a new sharing and no tracks takes the tracks out."""
    around(
        mock.playlists,
        "change",
        lambda change, playlist, fields: change(
            playlist, {"tracks": [], **fields} if "sharing" in fields else fields
        ),
    )


@fault("SC-LIST-06")
def tracks_that_are_not_shown_are_not_counted(mock: Any) -> None:
    """show_tracks=false makes track_count 0."""

    def show(show: Any, playlist: Playlist, call: Any) -> dict[str, Any]:
        shown: dict[str, Any] = show(playlist, call)
        return shown if mock.playlists.shows_tracks(call) else shown | {"track_count": 0}

    around(mock.playlists, "show", show)


@fault("SC-LIST-06")
def long_playlist_shows_its_tracks_anyway(mock: Any) -> None:
    """show_tracks=false is passed over for a playlist of more than five tracks."""

    def show(show: Any, playlist: Playlist, call: Any) -> dict[str, Any]:
        shown: dict[str, Any] = show(playlist, call)
        if shown["track_count"] > 5:
            found = mock.playlists.tracks_of(playlist, call)
            shown["tracks"] = [mock.tracks.show(track, call) for track in found]
        return shown

    around(mock.playlists, "show", show)


@fault("SC-LIST-07")
def track_count_is_one_less_where_it_is_large(mock: Any) -> None:
    """track_count leaves out the first of more than four tracks."""
    around(mock.playlists, "show", lambda show, playlist, call: _counted_from_zero(show(playlist, call)))


@fault("SC-LIST-07")
def list_of_tracks_is_turned_round(mock: Any) -> None:
    """/playlists/{playlist_id}/tracks gives the tracks in the opposite order."""

    def tracks_of(tracks_of: Any, playlist: Playlist, call: Any) -> list[Track]:
        found: list[Track] = tracks_of(playlist, call)
        return found[::-1] if str(call.operation).endswith("/tracks") else found

    around(mock.playlists, "tracks_of", tracks_of)


@fault("SC-LIST-08")
def any_secret_opens_a_playlist(mock: Any) -> None:
    """A private playlist is shown to another user with any secret_token."""
    around(
        mock.guard,
        "knows_secret",
        lambda knows, thing, call: knows(thing, call) or (isinstance(thing, Playlist) and bool(call.secret)),
    )


@fault("SC-LIST-08")
def private_playlist_is_found_by_its_name(mock: Any) -> None:
    """The search for playlists finds private ones, if all of the title is asked for."""

    def playlists(search: Any, call: Any, listed: list[Playlist]) -> list[Playlist]:
        asked = call.args.get("q", "").casefold()
        hidden = (
            it for user in mock.users.all() for it in mock.playlists.of(user) if it.sharing == "private"
        )
        exact = [playlist for playlist in hidden if asked and playlist.title.casefold() == asked]
        return list(mock.playlists.newest([*search(call, listed), *exact]))

    around(mock.search, "playlists", playlists)


@fault("SC-LIST-08")
def secret_token_opens_nothing(mock: Any) -> None:
    """The secret_token of a private playlist does not open it to another user."""
    around(
        mock.guard,
        "knows_secret",
        lambda knows, thing, call: knows(thing, call) and not isinstance(thing, Playlist),
    )


@fault("SC-LIST-09")
def any_user_renames_a_playlist(mock: Any) -> None:
    """PUT of a playlist does not ask whose it is; DELETE does."""

    def need_owner(need: Any, thing: Any, call: Any) -> None:
        if call.operation != "PUT /playlists/{playlist_id}":
            need(thing, call)

    around(mock.guard, "need_owner", need_owner)


@fault("SC-LIST-10")
def tracks_go_with_their_playlist(mock: Any) -> None:
    """DELETE of a playlist deletes the owner's tracks in it."""

    def delete(delete: Any, playlist: Playlist) -> None:
        for track in [mock.tracks.find(id_) for id_ in playlist.tracks]:
            if track is not None and track.owner.id == playlist.owner.id:
                mock.tracks.delete(track)
        delete(playlist)

    around(mock.playlists, "delete", delete)


@fault("SC-LIST-10")
def delete_of_a_playlist_hides_it(mock: Any) -> None:
    """DELETE makes a playlist private: its owner still has it."""
    mock.playlists.delete = lambda playlist: setattr(playlist, "sharing", "private")


@fault("SC-LIST-11")
def unknown_track_is_counted(mock: Any) -> None:
    """A track id that does not exist is stored: it counts in track_count."""
    around(mock.playlists, "track_id", lambda track_id, item, call: _id_of(item) or track_id(item, call))
    around(
        mock.playlists,
        "show",
        lambda show, playlist, call: show(playlist, call) | {"track_count": len(playlist.tracks)},
    )


@fault("SC-LIST-12", "SC-META-07")
def empty_sharing_is_public(mock: Any) -> None:
    """An empty sharing is taken for public, of a playlist and of a track."""
    around(
        mock.inputs,
        "choice",
        lambda choice, name, value, allowed: (
            "public" if name == "sharing" and value == "" else choice(name, value, allowed)
        ),
    )


@fault("SC-LIST-12")
def unknown_sharing_of_a_new_playlist_is_public(mock: Any) -> None:
    """POST /playlists takes any sharing for public; PUT judges it."""

    def choice(choice: Any, name: str, value: Any, allowed: Any) -> str:
        try:
            chosen: str = choice(name, value, allowed)
        except Refusal:
            if name != "sharing" or g.call.operation != "POST /playlists":
                raise
            return "public"
        return chosen

    around(mock.inputs, "choice", choice)


@fault("SC-LIST-13")
def duration_is_of_the_first_three_tracks(mock: Any) -> None:
    """The duration of a playlist leaves out all but three tracks."""
    around(mock.playlists, "duration", lambda duration, tracks: duration(list(tracks)[:3]))


@fault("SC-LIST-02")
def title_is_unescaped_when_alone(mock: Any) -> None:
    """GET /playlists/{playlist_id} has `&` where the title that was given has `&amp;`."""

    def show(show: Any, playlist: Playlist, call: Any) -> dict[str, Any]:
        shown: dict[str, Any] = show(playlist, call)
        alone = call.operation == "GET /playlists/{playlist_id}"
        return shown | {"title": unescape(playlist.title)} if alone else shown

    around(mock.playlists, "show", show)


@fault("SC-LIST-03")
def third_playlist_takes_the_track(mock: Any) -> None:
    """A track can be in two playlists of its owner; a third that is made with it takes it from the others."""

    def create(create: Any, owner: Any, fields: dict[str, Any]) -> Playlist:
        others = mock.playlists.of(owner)
        for track in fields.get("tracks", ()):
            holding = [playlist for playlist in others if track in playlist.tracks]
            for playlist in holding if len(holding) > 1 else ():
                playlist.tracks = [id_ for id_ in playlist.tracks if id_ != track]
        made: Playlist = create(owner, fields)
        return made

    around(mock.playlists, "create", create)


@fault("SC-LIST-05")
def new_title_cuts_a_long_playlist(mock: Any) -> None:
    """PUT with a title and no tracks leaves fifty tracks of a longer list."""

    def change(change: Any, playlist: Playlist, fields: dict[str, Any]) -> None:
        change(playlist, {"tracks": playlist.tracks[:50], **fields} if "title" in fields else fields)

    around(mock.playlists, "change", change)


@fault("SC-LIST-09")
def secret_token_lets_others_rename(mock: Any) -> None:
    """Whoever has the secret_token of a private playlist may change it."""

    def need_owner(need: Any, thing: Any, call: Any) -> None:
        if not (isinstance(thing, Playlist) and call.viewer and mock.guard.knows_secret(thing, call)):
            need(thing, call)

    around(mock.guard, "need_owner", need_owner)


@fault("SC-LIST-08", "SC-STREAM-05")
def secret_of_a_thing_is_compared_without_case(mock: Any) -> None:
    """A secret token opens what is private in any case."""
    around(
        mock.guard,
        "knows_secret",
        lambda _knows, thing, call: (call.secret or "").lower() == thing.secret_token.lower(),
    )


@fault("SC-LIST-04")
def private_tracks_are_left_out_of_a_playlist(mock: Any) -> None:
    """A playlist takes its owner's public tracks alone."""

    def listed(listed: Any, value: Any, call: Any) -> list[int]:
        return [id_ for id_ in listed(value, call) if mock.tracks.find(id_).sharing == "public"]

    around(mock.playlists, "listed", listed)


@fault("SC-LIST-10")
def empty_playlist_cannot_be_deleted(mock: Any) -> None:
    """DELETE of a playlist without tracks is answered 422."""

    def delete(delete: Any, playlist: Playlist) -> None:
        if not playlist.tracks:
            raise Refusal(422, "there is nothing to delete")
        delete(playlist)

    around(mock.playlists, "delete", delete)


def _added(playlist: Playlist, fields: dict[str, Any]) -> dict[str, Any]:
    if "tracks" not in fields:
        return fields
    return fields | {"tracks": list(dict.fromkeys([*playlist.tracks, *fields["tracks"]]))}


def _counted_from_zero(shown: dict[str, Any]) -> dict[str, Any]:
    return shown | {"track_count": shown["track_count"] - (shown["track_count"] > 4)}


def _id_of(item: Any) -> int | None:
    id_ = item.get("id") if isinstance(item, dict) else None
    return id_ if isinstance(id_, int) else None
