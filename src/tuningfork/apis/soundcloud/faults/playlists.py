"""Faults of playlists (https://developers.soundcloud.com/docs/api/guide#playlists)."""

from __future__ import annotations

from html import unescape
from typing import Any

from flask import g

from tuningfork.apis.soundcloud.mock.models import Playlist, Track
from tuningfork.apis.soundcloud.mock.request_parsing import FORM_TYPES
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_method
from tuningfork.mock.errors import HttpError


@fault("SC-LIST-01", "SC-LIST-04")
def playlist_sorts_its_tracks(mock: Any) -> None:
    """The tracks of a playlist are stored sorted by id instead of in the order of the request."""
    wrap_method(
        mock.playlists, "parse_tracks", lambda original, value, context: sorted(original(value, context))
    )


@fault("SC-LIST-01")
def new_playlist_keeps_two_tracks(mock: Any) -> None:
    """A new playlist stores only the first two of its tracks."""

    def create(original: Any, owner: Any, properties: dict[str, Any]) -> Playlist:
        playlist: Playlist = original(owner, properties | {"tracks": properties.get("tracks", [])[:2]})
        return playlist

    wrap_method(mock.playlists, "create", create)


@fault("SC-LIST-02")
def single_playlist_has_no_description(mock: Any) -> None:
    """GET /playlists/{playlist_id} has null as `description`; the response to POST has the text."""

    def serialize(original: Any, playlist: Playlist, context: Any) -> dict[str, Any]:
        body: dict[str, Any] = original(playlist, context)
        return body | {"description": None} if context.operation == "GET /playlists/{playlist_id}" else body

    wrap_method(mock.playlists, "serialize", serialize)


@fault("SC-LIST-03")
def new_playlist_takes_its_tracks_from_others(mock: Any) -> None:
    """A new playlist removes its tracks from all other playlists of the owner."""

    def create(original: Any, owner: Any, properties: dict[str, Any]) -> Playlist:
        for playlist in mock.playlists.list_by_user(owner):
            new_tracks = set(properties.get("tracks", ()))
            playlist.tracks = [id_ for id_ in playlist.tracks if id_ not in new_tracks]
        new_playlist: Playlist = original(owner, properties)
        return new_playlist

    wrap_method(mock.playlists, "create", create)


@fault("SC-LIST-04")
def update_appends_tracks(mock: Any) -> None:
    """An update with `tracks` appends them to the current tracks instead of replacing these."""
    wrap_method(
        mock.playlists,
        "update",
        lambda original, playlist, properties: original(
            playlist, _with_appended_tracks(playlist, properties)
        ),
    )


@fault("SC-LIST-04")
def update_with_empty_tracks_is_ignored(mock: Any) -> None:
    """An update with an empty list of tracks does not change the tracks."""
    wrap_method(
        mock.playlists,
        "update",
        lambda original, playlist, properties: original(
            playlist, {name: value for name, value in properties.items() if name != "tracks" or value}
        ),
    )


@fault("SC-LIST-05")
def update_of_sharing_removes_all_tracks(mock: Any) -> None:
    """An update with `sharing` and without `tracks` removes all tracks."""
    wrap_method(
        mock.playlists,
        "update",
        lambda original, playlist, properties: original(
            playlist, {"tracks": [], **properties} if "sharing" in properties else properties
        ),
    )


@fault("SC-LIST-06")
def track_count_without_tracks_is_zero(mock: Any) -> None:
    """`track_count` is 0 in a response with `show_tracks=false`."""

    def serialize(original: Any, playlist: Playlist, context: Any) -> dict[str, Any]:
        body: dict[str, Any] = original(playlist, context)
        return body if mock.playlists.includes_tracks(context) else body | {"track_count": 0}

    wrap_method(mock.playlists, "serialize", serialize)


@fault("SC-LIST-06")
def show_tracks_is_ignored_for_long_playlists(mock: Any) -> None:
    """`show_tracks=false` is ignored for a playlist of more than five tracks."""

    def serialize(original: Any, playlist: Playlist, context: Any) -> dict[str, Any]:
        body: dict[str, Any] = original(playlist, context)
        if body["track_count"] > 5:
            tracks = mock.playlists.visible_tracks(playlist, context)
            body["tracks"] = [mock.tracks.serialize(track, context) for track in tracks]
        return body

    wrap_method(mock.playlists, "serialize", serialize)


@fault("SC-LIST-07")
def track_count_of_a_long_playlist_is_too_low(mock: Any) -> None:
    """`track_count` is one too low for a playlist of more than four tracks."""
    wrap_method(
        mock.playlists,
        "serialize",
        lambda original, playlist, context: _with_lower_track_count(original(playlist, context)),
    )


@fault("SC-LIST-07")
def tracks_of_a_playlist_are_reversed(mock: Any) -> None:
    """GET /playlists/{playlist_id}/tracks returns the tracks in reverse order."""

    def visible_tracks(original: Any, playlist: Playlist, context: Any) -> list[Track]:
        tracks: list[Track] = original(playlist, context)
        return tracks[::-1] if str(context.operation).endswith("/tracks") else tracks

    wrap_method(mock.playlists, "visible_tracks", visible_tracks)


@fault("SC-LIST-08")
def any_secret_token_opens_a_playlist(mock: Any) -> None:
    """A private playlist is returned to another user for every value of `secret_token`."""
    wrap_method(
        mock.authorization,
        "has_secret_token",
        lambda original, item, context: (
            original(item, context) or (isinstance(item, Playlist) and bool(context.secret))
        ),
    )


@fault("SC-LIST-08")
def private_playlist_is_found_by_its_title(mock: Any) -> None:
    """A search for the full title of another user's private playlist finds the playlist."""

    def filter_playlists(original: Any, context: Any, playlists: list[Playlist]) -> list[Playlist]:
        query = context.args.get("q", "").casefold()
        private = (
            it
            for user in mock.users.list_all()
            for it in mock.playlists.list_by_user(user)
            if it.sharing == "private"
        )
        matches = [playlist for playlist in private if query and playlist.title.casefold() == query]
        return list(mock.playlists.sort_newest_first([*original(context, playlists), *matches]))

    wrap_method(mock.search, "filter_playlists", filter_playlists)


@fault("SC-LIST-08")
def secret_token_does_not_open_a_playlist(mock: Any) -> None:
    """The secret token of a private playlist does not open it for another user."""
    wrap_method(
        mock.authorization,
        "has_secret_token",
        lambda original, item, context: original(item, context) and not isinstance(item, Playlist),
    )


@fault("SC-LIST-09")
def any_user_can_update_a_playlist(mock: Any) -> None:
    """PUT /playlists/{playlist_id} accepts updates by users who do not own the playlist."""

    def require_owner(original: Any, item: Any, context: Any) -> None:
        if context.operation != "PUT /playlists/{playlist_id}":
            original(item, context)

    wrap_method(mock.authorization, "require_owner", require_owner)


@fault("SC-LIST-10")
def delete_of_a_playlist_deletes_its_tracks(mock: Any) -> None:
    """DELETE of a playlist also deletes those of its tracks that belong to the owner."""

    def delete(original: Any, playlist: Playlist) -> None:
        for track in [mock.tracks.find(id_) for id_ in playlist.tracks]:
            if track is not None and track.owner.id == playlist.owner.id:
                mock.tracks.delete(track)
        original(playlist)

    wrap_method(mock.playlists, "delete", delete)


@fault("SC-LIST-10")
def delete_of_a_playlist_makes_it_private(mock: Any) -> None:
    """DELETE of a playlist makes it private instead of deleting it: its owner can still read it."""
    mock.playlists.delete = lambda playlist: setattr(playlist, "sharing", "private")


@fault("SC-LIST-11")
def unknown_track_id_is_stored(mock: Any) -> None:
    """A playlist stores the id of a track that does not exist and counts it in `track_count`."""
    wrap_method(
        mock.playlists,
        "parse_track_id",
        lambda original, item, context: _read_id(item) or original(item, context),
    )
    wrap_method(
        mock.playlists,
        "serialize",
        lambda original, playlist, context: (
            original(playlist, context) | {"track_count": len(playlist.tracks)}
        ),
    )


@fault("SC-LIST-12", "SC-META-07")
def empty_sharing_means_public(mock: Any) -> None:
    """An empty `sharing` of a playlist or track is accepted and means public."""
    wrap_method(
        mock.request_parser,
        "validate_choice",
        lambda original, name, value, allowed: (
            "public" if name == "sharing" and value == "" else original(name, value, allowed)
        ),
    )


@fault("SC-LIST-12")
def unknown_sharing_of_a_new_playlist_means_public(mock: Any) -> None:
    """POST /playlists accepts every value of `sharing` and stores public; PUT validates the value."""

    def validate_choice(original: Any, name: str, value: Any, allowed: Any) -> str:
        try:
            chosen: str = original(name, value, allowed)
        except HttpError:
            if name != "sharing" or g.context.operation != "POST /playlists":
                raise
            return "public"
        return chosen

    wrap_method(mock.request_parser, "validate_choice", validate_choice)


@fault("SC-LIST-13")
def duration_counts_only_three_tracks(mock: Any) -> None:
    """The `duration` of a playlist is the sum of its first three tracks only."""
    wrap_method(mock.playlists, "total_duration", lambda original, tracks: original(list(tracks)[:3]))


@fault("SC-LIST-02")
def single_playlist_title_is_html_unescaped(mock: Any) -> None:
    """GET /playlists/{playlist_id} returns `&` for `&amp;` in a title; the response to POST is correct."""

    def serialize(original: Any, playlist: Playlist, context: Any) -> dict[str, Any]:
        body: dict[str, Any] = original(playlist, context)
        is_single = context.operation == "GET /playlists/{playlist_id}"
        return body | {"title": unescape(playlist.title)} if is_single else body

    wrap_method(mock.playlists, "serialize", serialize)


@fault("SC-LIST-03")
def third_playlist_with_a_track_removes_it_from_others(mock: Any) -> None:
    """A track that is put into a third playlist of its owner is removed from the first two."""

    def create(original: Any, owner: Any, properties: dict[str, Any]) -> Playlist:
        playlists = mock.playlists.list_by_user(owner)
        for track in properties.get("tracks", ()):
            playlists_with_track = [playlist for playlist in playlists if track in playlist.tracks]
            for playlist in playlists_with_track if len(playlists_with_track) > 1 else ():
                playlist.tracks = [id_ for id_ in playlist.tracks if id_ != track]
        new_playlist: Playlist = original(owner, properties)
        return new_playlist

    wrap_method(mock.playlists, "create", create)


@fault("SC-LIST-05")
def update_of_the_title_keeps_50_tracks(mock: Any) -> None:
    """An update with a title and without `tracks` keeps only the first 50 tracks."""

    def update(original: Any, playlist: Playlist, properties: dict[str, Any]) -> None:
        original(
            playlist, {"tracks": playlist.tracks[:50], **properties} if "title" in properties else properties
        )

    wrap_method(mock.playlists, "update", update)


@fault("SC-LIST-09")
def secret_token_allows_updates(mock: Any) -> None:
    """A user who has the secret token of a private playlist can update it without owning it."""

    def require_owner(original: Any, item: Any, context: Any) -> None:
        if not (
            isinstance(item, Playlist)
            and context.viewer
            and mock.authorization.has_secret_token(item, context)
        ):
            original(item, context)

    wrap_method(mock.authorization, "require_owner", require_owner)


@fault("SC-LIST-08", "SC-STREAM-05")
def secret_token_comparison_ignores_case(mock: Any) -> None:
    """The `secret_token` of a private track or playlist is accepted with capitals for small letters."""
    wrap_method(
        mock.authorization,
        "has_secret_token",
        lambda _knows, item, context: (context.secret or "").lower() == item.secret_token.lower(),
    )


@fault("SC-LIST-04")
def playlist_drops_private_tracks(mock: Any) -> None:
    """A playlist does not store private tracks of its owner."""

    def parse_tracks(original: Any, value: Any, context: Any) -> list[int]:
        return [id_ for id_ in original(value, context) if mock.tracks.find(id_).sharing == "public"]

    wrap_method(mock.playlists, "parse_tracks", parse_tracks)


@fault("SC-LIST-10")
def deleting_an_empty_playlist_returns_422(mock: Any) -> None:
    """Deleting a playlist without tracks returns 422."""

    def delete(original: Any, playlist: Playlist) -> None:
        if not playlist.tracks:
            raise HttpError(422, "there is nothing to delete")
        original(playlist)

    wrap_method(mock.playlists, "delete", delete)


@fault("SC-LIST-02")
def playlist_of_another_user_shows_50_tracks(mock: Any) -> None:
    """GET /playlists/{playlist_id} returns only the first 50 tracks to clients other than the owner."""

    def serialize(original: Any, playlist: Playlist, context: Any) -> dict[str, Any]:
        body: dict[str, Any] = original(playlist, context)
        is_owner = mock.authorization.owns(playlist, context.viewer)
        return body if is_owner else body | {"tracks": body["tracks"][:50]}

    wrap_method(mock.playlists, "serialize", serialize)


@fault("SC-LIST-08")
def private_playlist_is_listed_without_a_search(mock: Any) -> None:
    """GET /playlists without `q` also returns private playlists."""

    def filter_playlists(original: Any, context: Any, playlists: list[Playlist]) -> list[Playlist]:
        private = [] if context.args.get("q") else _private_playlists(mock)
        return list(mock.playlists.sort_newest_first([*original(context, playlists), *private]))

    wrap_method(mock.search, "filter_playlists", filter_playlists)


@fault("SC-LIST-08")
def private_playlist_is_found_by_its_description(mock: Any) -> None:
    """A search for the description of another user's private playlist finds the playlist."""

    def filter_playlists(original: Any, context: Any, playlists: list[Playlist]) -> list[Playlist]:
        query = context.args.get("q")
        matches = [it for it in _private_playlists(mock) if query and query in (it.description or "")]
        return list(mock.playlists.sort_newest_first([*original(context, playlists), *matches]))

    wrap_method(mock.search, "filter_playlists", filter_playlists)


@fault("SC-LIST-08")
def private_playlist_resolves_with_its_secret_token(mock: Any) -> None:
    """GET /resolve of a private playlist redirects every user to its URL with the secret token."""

    def can_see(original: Any, item: Any, segments: list[str], context: Any) -> bool:
        is_user = context.viewer is not None
        return (is_user and isinstance(item, Playlist)) or bool(original(item, segments, context))

    wrap_method(mock.permalinks, "can_see", can_see)


@fault("SC-LIST-09")
def any_user_can_update_a_playlist_by_a_form(mock: Any) -> None:
    """An update by a form is accepted from users who do not own the playlist."""

    def require_owner(original: Any, item: Any, context: Any) -> None:
        if not (isinstance(item, Playlist) and context.request.mimetype in FORM_TYPES):
            original(item, context)

    wrap_method(mock.authorization, "require_owner", require_owner)


def _private_playlists(mock: Any) -> list[Playlist]:
    """Return the private playlists of all users."""
    playlists = (it for user in mock.users.list_all() for it in mock.playlists.list_by_user(user))
    return [playlist for playlist in playlists if playlist.sharing == "private"]


def _with_appended_tracks(playlist: Playlist, properties: dict[str, Any]) -> dict[str, Any]:
    if "tracks" not in properties:
        return properties
    return properties | {"tracks": list(dict.fromkeys([*playlist.tracks, *properties["tracks"]]))}


def _with_lower_track_count(body: dict[str, Any]) -> dict[str, Any]:
    return body | {"track_count": body["track_count"] - (body["track_count"] > 4)}


def _read_id(item: Any) -> int | None:
    id_ = item.get("id") if isinstance(item, dict) else None
    return id_ if isinstance(id_, int) else None
