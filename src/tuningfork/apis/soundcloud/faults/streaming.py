"""Faults of streams, access and oEmbed (https://developers.soundcloud.com/docs/api/guide#playing)."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.soundcloud.mock.models import Track
from tuningfork.apis.soundcloud.mock.request_context import json_response
from tuningfork.apis.soundcloud.mock.streams import FULL
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import edit_json, wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError


@fault("SC-STREAM-01")
def track_in_fifty_has_no_stream_url(mock: Any) -> None:
    """One playable track in fifty has no `stream_url`."""
    wrap_method(mock.tracks, "has_stream", lambda original, track: original(track) and track.id % 50 != 7)


@fault("SC-STREAM-02")
def stream_redirect_has_no_location(mock: Any) -> None:
    """The redirect of a `stream_url` has no Location header."""

    def stream(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        response = original(mock, context, track_id)
        del response.headers["Location"]
        return response

    wrap_handler(mock.handlers, "GET /tracks/{track_id}/stream", stream)


@fault("SC-STREAM-03")
def preview_link_has_no_host(mock: Any) -> None:
    """The preview link in the response of /streams is a path without a host."""

    def links(original: Any, track: Track) -> dict[str, str]:
        urls: dict[str, str] = original(track)
        return urls | {"preview_mp3_128_url": f"/{track.id}/preview.mp3"}

    wrap_method(mock.streams, "links", links)


@fault("SC-STREAM-03")
def streams_of_a_track_in_fifty_are_empty(mock: Any) -> None:
    """One track in fifty has no transcoding links."""
    wrap_method(mock.streams, "links", lambda original, track: {} if track.id % 50 == 7 else original(track))


@fault("SC-STREAM-04", "SC-AUTH-07")
def streams_need_a_user(mock: Any) -> None:
    """GET /tracks/{track_id}/streams with an app's own token returns 403 for a public track."""

    def links(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        if context.viewer is None:
            raise HttpError(403, "")
        return original(mock, context, track_id)

    wrap_handler(mock.handlers, "GET /tracks/{track_id}/streams", links)


@fault("SC-STREAM-05")
def private_track_is_streamed_to_any_user(mock: Any) -> None:
    """GET /tracks/{track_id}/streams of a private track returns its links to every user."""
    wrap_method(
        mock.authorization,
        "can_see",
        lambda original, item, context: (
            original(item, context) or (context.viewer and _is_streams_request(context))
        ),
    )


@fault("SC-STREAM-05")
def secret_token_opens_no_streams(mock: Any) -> None:
    """The secret token of a private track opens the track, but not its streams."""
    wrap_method(
        mock.authorization,
        "has_secret_token",
        lambda original, item, context: not _is_streams_request(context) and original(item, context),
    )


@fault("SC-STREAM-06")
def blocked_track_is_streamed(mock: Any) -> None:
    """GET /tracks/{track_id}/streams of a blocked track returns its links."""
    mock.streams.require_not_blocked = lambda _track: None


@fault("SC-STREAM-06")
def single_blocked_track_has_a_stream_url(mock: Any) -> None:
    """GET /tracks/{track_id} of a blocked track has a `stream_url`."""

    def show(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        url = {"stream_url": f"{context.base}/tracks/{track_id}/stream"}
        return edit_json(original(mock, context, track_id), lambda body: body | url)

    wrap_handler(mock.handlers, "GET /tracks/{track_id}", show)


@fault("SC-STREAM-07")
def preview_track_has_a_full_length_link(mock: Any) -> None:
    """A preview track has an HLS link to its full length."""

    def links(original: Any, track: Track) -> dict[str, str]:
        return {**original(track), "hls_mp3_128_url": mock.streams.url(track, FULL["hls_mp3_128_url"])}

    wrap_method(mock.streams, "links", links)


@fault("SC-ACCESS-01", "SC-ACCESS-02", "SC-ACCESS-03")
def track_in_fifty_has_an_unknown_access(mock: Any) -> None:
    """The `access` of one track in fifty is `full`, which is not a documented value."""

    def serialize(original: Any, track: Track, context: Any) -> dict[str, Any]:
        body: dict[str, Any] = original(track, context)
        return body | {"access": "full"} if track.id % 50 == 7 else body

    wrap_method(mock.tracks, "serialize", serialize)


@fault("SC-ACCESS-02")
def access_blocked_lists_preview_tracks(mock: Any) -> None:
    """`access=blocked` also returns preview tracks."""
    wrap_method(
        mock.search,
        "parse_access",
        lambda original, text: original(text) | ({"preview"} if text == "blocked" else set()),
    )


@fault("SC-ACCESS-03")
def only_the_first_access_value_is_read(mock: Any) -> None:
    """The parameter `access` reads only the first of several values."""

    def by_access(original: Any, context: Any, tracks: list[Track], default: str = "playable,preview") -> Any:
        first = context.args.get("access", "").partition(",")[0]
        allowed = mock.search.parse_access(first) if first else None
        if allowed is None:
            return original(context, tracks, default)
        return [it for it in tracks if it.access in allowed]

    wrap_method(mock.search, "by_access", by_access)


@fault("SC-ACCESS-04")
def blocked_track_is_found_by_its_id(mock: Any) -> None:
    """GET /tracks with `ids` and without `access` returns blocked tracks."""

    def by_access(original: Any, context: Any, tracks: list[Track], default: str = "playable,preview") -> Any:
        if "ids" in context.args and "access" not in context.args:
            return tracks
        return original(context, tracks, default)

    wrap_method(mock.search, "by_access", by_access)


@fault("SC-ACCESS-04")
def likes_of_a_user_contain_blocked_tracks(mock: Any) -> None:
    """GET /users/{user_id}/likes/tracks without `access` returns blocked tracks."""

    def by_access(original: Any, context: Any, tracks: list[Track], default: str = "playable,preview") -> Any:
        is_ignored = context.operation == "GET /users/{user_id}/likes/tracks" and "access" not in context.args
        return tracks if is_ignored else original(context, tracks, default)

    wrap_method(mock.search, "by_access", by_access)


@fault("SC-EMBED-01")
def oembed_of_a_playlist_has_no_html(mock: Any) -> None:
    """The oEmbed response for a playlist has no property `html`; the response for a track has it."""

    def oembed(original: Any, mock: Any, context: Any) -> Any:
        response = original(mock, context)
        is_playlist = "/sets/" in context.args.get("url", "")
        if is_playlist:
            return edit_json(response, lambda it: {k: it[k] for k in it if k != "html"})
        return response

    wrap_handler(mock.handlers, "GET /oembed", oembed)


@fault("SC-EMBED-01")
def oembed_type_is_link(mock: Any) -> None:
    """The oEmbed response has the type `link` instead of `rich`."""
    wrap_handler(
        mock.handlers,
        "GET /oembed",
        lambda original, mock, context: edit_json(original(mock, context), lambda it: it | {"type": "link"}),
    )


@fault("SC-EMBED-02", "SC-EMBED-01")
def oembed_of_an_unknown_url_returns_200(mock: Any) -> None:
    """The oEmbed response for an unknown URL is 200 with only a version and a type, instead of 404."""

    def oembed(original: Any, mock: Any, context: Any) -> Any:
        try:
            return original(mock, context)
        except HttpError as error:
            if error.status != 404:
                raise
            return json_response({"version": 1.0, "type": "rich"})

    wrap_handler(mock.handlers, "GET /oembed", oembed)


@fault("SC-STREAM-01")
def tracks_of_a_user_have_no_stream_url(mock: Any) -> None:
    """The tracks in GET /users/{user_id}/tracks have no `stream_url`; other responses have it."""

    def serialize(original: Any, track: Track, context: Any) -> dict[str, Any]:
        body: dict[str, Any] = original(track, context)
        is_user_list = context.operation == "GET /users/{user_id}/tracks"
        return {name: body[name] for name in body if name != "stream_url" or not is_user_list}

    wrap_method(mock.tracks, "serialize", serialize)


@fault("SC-STREAM-02")
def stream_redirect_of_a_long_track_has_no_location(mock: Any) -> None:
    """The redirect of a `stream_url` has no Location header if the track is longer than ten minutes."""

    def stream(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        response = original(mock, context, track_id)
        if mock.tracks.get_or_404(track_id, context).duration > 600_000:
            del response.headers["Location"]
        return response

    wrap_handler(mock.handlers, "GET /tracks/{track_id}/stream", stream)


@fault("SC-STREAM-04", "SC-STREAM-02", "SC-AUTH-07")
def stream_url_needs_a_user(mock: Any) -> None:
    """The `stream_url` of a public track returns 403 for an app's own token."""

    def stream(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        if context.viewer is None:
            raise HttpError(403, "")
        return original(mock, context, track_id)

    wrap_handler(mock.handlers, "GET /tracks/{track_id}/stream", stream)


@fault("SC-ACCESS-01")
def access_inside_a_playlist_is_a_boolean(mock: Any) -> None:
    """The property `access` of the tracks inside a playlist is a boolean."""

    def serialize(original: Any, track: Track, context: Any) -> dict[str, Any]:
        body: dict[str, Any] = original(track, context)
        is_in_playlist = context.operation == "GET /playlists/{playlist_id}"
        return body | {"access": track.access == "playable"} if is_in_playlist else body

    wrap_method(mock.tracks, "serialize", serialize)


@fault("SC-STREAM-05")
def streams_response_is_cached_for_all_users(mock: Any) -> None:
    """The first response of /streams for a private track is cached and returned to every later client."""
    cache: dict[str, Any] = {}

    def links(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        if track_id not in cache:
            cache[track_id] = original(mock, context, track_id).get_json()
        return json_response(cache[track_id])

    wrap_handler(mock.handlers, "GET /tracks/{track_id}/streams", links)


@fault("SC-ACCESS-02")
def access_is_ignored_with_created_at(mock: Any) -> None:
    """The parameter `access` is ignored if the request also filters by `created_at`."""

    def by_access(original: Any, context: Any, tracks: list[Track], *default: str) -> Any:
        is_ignored = any(name.startswith("created_at") for name in context.args) and "access" in context.args
        return tracks if is_ignored else original(context, tracks, *default)

    wrap_method(mock.search, "by_access", by_access)


@fault("SC-STREAM-05")
def streams_of_a_formerly_public_track_stay_open(mock: Any) -> None:
    """The links of a public track are cached, and returned to everyone after the track is private."""
    cache: dict[str, Any] = {}

    def links(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        track = mock.tracks.find(mock.number(track_id))
        if track is None or track_id not in cache:
            response = original(mock, context, track_id)
            cache.update({track_id: response.get_json()} if track and track.sharing == "public" else {})
            return response
        return json_response(cache[track_id])

    wrap_handler(mock.handlers, "GET /tracks/{track_id}/streams", links)


def _is_streams_request(context: Any) -> bool:
    return bool(context.operation == "GET /tracks/{track_id}/streams")
