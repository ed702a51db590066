"""Variants of response bodies that omit what no claim requires there."""

from __future__ import annotations

from typing import Any

from tuningfork.audit.fault import variant
from tuningfork.audit.patching import edit_json, wrap_handler, wrap_method

Json = dict[str, Any]


@variant("SC-UPLOAD-01", "SC-UPLOAD-08", "SC-TRACK-03", "SC-TRACK-04", "SC-TRACK-05", "SC-FIND-11")
def response_to_an_upload_is_short(mock: Any) -> None:
    """The response to an upload has only the id, kind and title of the track. GET has all properties."""
    wrap_handler(
        mock.handlers,
        "POST /tracks",
        lambda original, *args: edit_json(original(*args), lambda track: _only(track, "id", "kind", "title")),
    )


@variant("SC-LIST-02", "SC-LIST-07", "SC-TRACK-03", "SC-TRACK-04")
def tracks_in_playlists_are_short(mock: Any) -> None:
    """The tracks in a playlist have only an id, kind, title and duration. The claims allow this."""

    def serialize(original: Any, *args: Any) -> Json:
        body: Json = original(*args)
        tracks = [_only(track, "id", "kind", "title", "duration") for track in body["tracks"]]
        return body | {"tracks": tracks}

    wrap_method(mock.playlists, "serialize", serialize)


@variant("SC-AUTH-08")
def own_profile_is_short(mock: Any) -> None:
    """GET /me returns only the id, kind and name of the user. The claims allow this."""
    wrap_method(
        mock.profiles,
        "serialize_own",
        lambda original, *args: _only(original(*args), "id", "kind", "username"),
    )


def _only(body: Json, *names: str) -> Json:
    return {name: value for name, value in body.items() if name in names}
