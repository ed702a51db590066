"""What goes wrong with sound (https://developers.soundcloud.com/docs/api/guide#playing)."""

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
    """One playable track in fifty has no stream_url."""
    wrap_method(mock.tracks, "has_stream", lambda original, track: original(track) and track.id % 50 != 7)


@fault("SC-STREAM-02")
def stream_leads_nowhere(mock: Any) -> None:
    """stream_url is answered 302 without a Location."""

    def stream(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        answer = original(mock, context, track_id)
        del answer.headers["Location"]
        return answer

    wrap_handler(mock.handlers, "GET /tracks/{track_id}/stream", stream)


@fault("SC-STREAM-03")
def one_link_has_no_host(mock: Any) -> None:
    """The last of the transcoding links is only a path."""

    def links(original: Any, track: Track) -> dict[str, str]:
        found: dict[str, str] = original(track)
        return found | {"preview_mp3_128_url": f"/{track.id}/preview.mp3"}

    wrap_method(mock.streams, "links", links)


@fault("SC-STREAM-03")
def streams_of_a_track_in_fifty_are_empty(mock: Any) -> None:
    """One track in fifty has no transcoding at all."""
    wrap_method(mock.streams, "links", lambda original, track: {} if track.id % 50 == 7 else original(track))


@fault("SC-STREAM-04", "SC-AUTH-07")
def app_is_not_streamed_to(mock: Any) -> None:
    """The streams of a public track need a user."""

    def links(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        if context.viewer is None:
            raise HttpError(403, "")
        return original(mock, context, track_id)

    wrap_handler(mock.handlers, "GET /tracks/{track_id}/streams", links)


@fault("SC-STREAM-05")
def private_track_is_streamed_to_any_user(mock: Any) -> None:
    """The streams of a private track are given to every user who has its id."""
    wrap_method(
        mock.authorization,
        "can_see",
        lambda original, thing, context: (
            original(thing, context) or (context.viewer and _asks_for_sound(context))
        ),
    )


@fault("SC-STREAM-05")
def secret_token_opens_no_streams(mock: Any) -> None:
    """The secret_token of a private track shows the track, but not its streams."""
    wrap_method(
        mock.authorization,
        "has_secret_token",
        lambda original, thing, context: not _asks_for_sound(context) and original(thing, context),
    )


@fault("SC-STREAM-06")
def blocked_track_is_streamed(mock: Any) -> None:
    """/streams of a blocked track gives its links."""
    mock.streams.require_not_blocked = lambda _track: None


@fault("SC-STREAM-06")
def blocked_track_has_a_stream_url_when_alone(mock: Any) -> None:
    """A blocked track that is asked for by its id has a stream_url."""

    def show(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        url = {"stream_url": f"{context.base}/tracks/{track_id}/stream"}
        return edit_json(original(mock, context, track_id), lambda shown: shown | url)

    wrap_handler(mock.handlers, "GET /tracks/{track_id}", show)


@fault("SC-STREAM-07")
def preview_track_has_one_full_link(mock: Any) -> None:
    """A preview track offers its full length as HLS."""

    def links(original: Any, track: Track) -> dict[str, str]:
        return {**original(track), "hls_mp3_128_url": mock.streams.url(track, FULL["hls_mp3_128_url"])}

    wrap_method(mock.streams, "links", links)


@fault("SC-ACCESS-01", "SC-ACCESS-02", "SC-ACCESS-03")
def track_in_fifty_has_an_unknown_access(mock: Any) -> None:
    """The access of one track in fifty is `full`."""

    def to_json(original: Any, track: Track, context: Any) -> dict[str, Any]:
        shown: dict[str, Any] = original(track, context)
        return shown | {"access": "full"} if track.id % 50 == 7 else shown

    wrap_method(mock.tracks, "to_json", to_json)


@fault("SC-ACCESS-02")
def blocked_tracks_come_with_previews(mock: Any) -> None:
    """`access=blocked` lists preview tracks as well."""
    wrap_method(
        mock.search,
        "parse_access",
        lambda original, text: original(text) | ({"preview"} if text == "blocked" else set()),
    )


@fault("SC-ACCESS-03")
def only_the_first_access_counts(mock: Any) -> None:
    """Of several values of `access=` the first alone is looked at."""

    def by_access(original: Any, context: Any, tracks: list[Track], default: str = "playable,preview") -> Any:
        asked = context.args.get("access", "").partition(",")[0]
        wanted = mock.search.parse_access(asked) if asked else None
        return (
            original(context, tracks, default)
            if wanted is None
            else [it for it in tracks if it.access in wanted]
        )

    wrap_method(mock.search, "by_access", by_access)


@fault("SC-ACCESS-04")
def blocked_track_is_found_by_its_id(mock: Any) -> None:
    """With `ids=` blocked tracks are listed without `access=`."""

    def by_access(original: Any, context: Any, tracks: list[Track], default: str = "playable,preview") -> Any:
        return (
            tracks
            if "ids" in context.args and "access" not in context.args
            else original(context, tracks, default)
        )

    wrap_method(mock.search, "by_access", by_access)


@fault("SC-ACCESS-04")
def blocked_tracks_are_among_a_users_likes(mock: Any) -> None:
    """/users/{user_id}/likes/tracks lists blocked tracks without `access=`."""

    def by_access(original: Any, context: Any, tracks: list[Track], default: str = "playable,preview") -> Any:
        liked = context.operation == "GET /users/{user_id}/likes/tracks" and "access" not in context.args
        return tracks if liked else original(context, tracks, default)

    wrap_method(mock.search, "by_access", by_access)


@fault("SC-EMBED-01")
def embedded_playlist_has_no_html(mock: Any) -> None:
    """The oEmbed of a playlist lacks the html, that of a track has it."""

    def oembed(original: Any, mock: Any, context: Any) -> Any:
        answer = original(mock, context)
        within = "/sets/" in context.args.get("url", "")
        return edit_json(answer, lambda it: {k: it[k] for k in it if k != "html"}) if within else answer

    wrap_handler(mock.handlers, "GET /oembed", oembed)


@fault("SC-EMBED-01")
def embed_is_a_link(mock: Any) -> None:
    """The oEmbed answer says type `link`."""
    wrap_handler(
        mock.handlers,
        "GET /oembed",
        lambda original, mock, context: edit_json(original(mock, context), lambda it: it | {"type": "link"}),
    )


@fault("SC-EMBED-02", "SC-EMBED-01")
def unknown_url_is_embedded_as_nothing(mock: Any) -> None:
    """The oEmbed of a URL that leads nowhere is 200 with a type and nothing else."""

    def oembed(original: Any, mock: Any, context: Any) -> Any:
        try:
            return original(mock, context)
        except HttpError as refusal:
            if refusal.status != 404:
                raise
            return json_response({"version": 1.0, "type": "rich"})

    wrap_handler(mock.handlers, "GET /oembed", oembed)


@fault("SC-STREAM-01")
def tracks_of_a_user_have_no_stream_url(mock: Any) -> None:
    """Playable tracks have a stream_url alone and in search, but not in /users/{user_id}/tracks."""

    def to_json(original: Any, track: Track, context: Any) -> dict[str, Any]:
        shown: dict[str, Any] = original(track, context)
        within = context.operation == "GET /users/{user_id}/tracks"
        return {name: shown[name] for name in shown if name != "stream_url" or not within}

    wrap_method(mock.tracks, "to_json", to_json)


@fault("SC-STREAM-02")
def stream_of_a_long_track_leads_nowhere(mock: Any) -> None:
    """stream_url of a track of over ten minutes is answered 302 without a Location."""

    def stream(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        answer = original(mock, context, track_id)
        if mock.tracks.require(track_id, context).duration > 600_000:
            del answer.headers["Location"]
        return answer

    wrap_handler(mock.handlers, "GET /tracks/{track_id}/stream", stream)


@fault("SC-STREAM-04", "SC-STREAM-02", "SC-AUTH-07")
def stream_url_needs_a_user(mock: Any) -> None:
    """The streams of a public track are given to an app, but its stream_url needs a user."""

    def stream(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        if context.viewer is None:
            raise HttpError(403, "")
        return original(mock, context, track_id)

    wrap_handler(mock.handlers, "GET /tracks/{track_id}/stream", stream)


@fault("SC-ACCESS-01")
def access_of_a_track_in_a_playlist_is_a_flag(mock: Any) -> None:
    """Within a playlist the access of a track is true or false."""

    def to_json(original: Any, track: Track, context: Any) -> dict[str, Any]:
        shown: dict[str, Any] = original(track, context)
        within = context.operation == "GET /playlists/{playlist_id}"
        return shown | {"access": track.access == "playable"} if within else shown

    wrap_method(mock.tracks, "to_json", to_json)


@fault("SC-STREAM-05")
def stream_is_open_once_its_owner_has_heard_it(mock: Any) -> None:
    """The links of a private track are kept, and given to whoever asks next."""
    heard: dict[str, Any] = {}

    def links(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        if track_id not in heard:
            heard[track_id] = original(mock, context, track_id).get_json()
        return json_response(heard[track_id])

    wrap_handler(mock.handlers, "GET /tracks/{track_id}/streams", links)


@fault("SC-ACCESS-02")
def access_is_passed_over_beside_a_time(mock: Any) -> None:
    """Where created_at bounds a search, it gives tracks of any access."""

    def by_access(original: Any, context: Any, tracks: list[Track], *default: str) -> Any:
        asked = any(name.startswith("created_at") for name in context.args) and "access" in context.args
        return tracks if asked else original(context, tracks, *default)

    wrap_method(mock.search, "by_access", by_access)


def _asks_for_sound(context: Any) -> bool:
    return bool(context.operation == "GET /tracks/{track_id}/streams")
