"""What goes wrong with sound (https://developers.soundcloud.com/docs/api/guide#playing)."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.soundcloud.mock.call import reply
from tuningfork.apis.soundcloud.mock.entities import Track
from tuningfork.apis.soundcloud.mock.streams import FULL
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import around, around_handler, edited
from tuningfork.mock.errors import Refusal


@fault("SC-STREAM-01")
def track_in_fifty_has_no_stream_url(mock: Any) -> None:
    """One playable track in fifty has no stream_url."""
    around(mock.tracks, "streams", lambda streams, track: streams(track) and track.id % 50 != 7)


@fault("SC-STREAM-02")
def stream_leads_nowhere(mock: Any) -> None:
    """stream_url is answered 302 without a Location."""

    def stream(handle: Any, mock: Any, call: Any, track_id: str) -> Any:
        answer = handle(mock, call, track_id)
        del answer.headers["Location"]
        return answer

    around_handler(mock.handlers, "GET /tracks/{track_id}/stream", stream)


@fault("SC-STREAM-03")
def one_link_has_no_host(mock: Any) -> None:
    """The last of the transcoding links is only a path."""

    def links(links: Any, track: Track) -> dict[str, str]:
        found: dict[str, str] = links(track)
        return found | {"preview_mp3_128_url": f"/{track.id}/preview.mp3"}

    around(mock.streams, "links", links)


@fault("SC-STREAM-03")
def streams_of_a_track_in_fifty_are_empty(mock: Any) -> None:
    """One track in fifty has no transcoding at all."""
    around(mock.streams, "links", lambda links, track: {} if track.id % 50 == 7 else links(track))


@fault("SC-STREAM-04", "SC-AUTH-07")
def app_is_not_streamed_to(mock: Any) -> None:
    """The streams of a public track need a user."""

    def links(handle: Any, mock: Any, call: Any, track_id: str) -> Any:
        if call.viewer is None:
            raise Refusal(403, "")
        return handle(mock, call, track_id)

    around_handler(mock.handlers, "GET /tracks/{track_id}/streams", links)


@fault("SC-STREAM-05")
def private_track_is_streamed_to_any_user(mock: Any) -> None:
    """The streams of a private track are given to every user who has its id."""
    around(
        mock.guard,
        "sees",
        lambda sees, thing, call: sees(thing, call) or (call.viewer and _asks_for_sound(call)),
    )


@fault("SC-STREAM-05")
def secret_token_opens_no_streams(mock: Any) -> None:
    """The secret_token of a private track shows the track, but not its streams."""
    around(
        mock.guard,
        "knows_secret",
        lambda knows, thing, call: not _asks_for_sound(call) and knows(thing, call),
    )


@fault("SC-STREAM-06")
def blocked_track_is_streamed(mock: Any) -> None:
    """/streams of a blocked track gives its links."""
    mock.streams.need = lambda _track: None


@fault("SC-STREAM-06")
def blocked_track_has_a_stream_url_when_alone(mock: Any) -> None:
    """A blocked track that is asked for by its id has a stream_url."""

    def show(handle: Any, mock: Any, call: Any, track_id: str) -> Any:
        url = {"stream_url": f"{call.base}/tracks/{track_id}/stream"}
        return edited(handle(mock, call, track_id), lambda shown: shown | url)

    around_handler(mock.handlers, "GET /tracks/{track_id}", show)


@fault("SC-STREAM-07")
def preview_track_has_one_full_link(mock: Any) -> None:
    """A preview track offers its full length as HLS."""

    def links(links: Any, track: Track) -> dict[str, str]:
        return {**links(track), "hls_mp3_128_url": mock.streams.url(track, FULL["hls_mp3_128_url"])}

    around(mock.streams, "links", links)


@fault("SC-ACCESS-01", "SC-ACCESS-02", "SC-ACCESS-03")
def track_in_fifty_has_an_unknown_access(mock: Any) -> None:
    """The access of one track in fifty is `full`."""

    def show(show: Any, track: Track, call: Any) -> dict[str, Any]:
        shown: dict[str, Any] = show(track, call)
        return shown | {"access": "full"} if track.id % 50 == 7 else shown

    around(mock.tracks, "show", show)


@fault("SC-ACCESS-02")
def blocked_tracks_come_with_previews(mock: Any) -> None:
    """`access=blocked` lists preview tracks as well."""
    around(
        mock.search,
        "accesses",
        lambda accesses, text: accesses(text) | ({"preview"} if text == "blocked" else set()),
    )


@fault("SC-ACCESS-03")
def only_the_first_access_counts(mock: Any) -> None:
    """Of several values of `access=` the first alone is looked at."""

    def access(access: Any, call: Any, tracks: list[Track], default: str = "playable,preview") -> Any:
        asked = call.args.get("access", "").partition(",")[0]
        wanted = mock.search.accesses(asked) if asked else None
        return (
            access(call, tracks, default) if wanted is None else [it for it in tracks if it.access in wanted]
        )

    around(mock.search, "access", access)


@fault("SC-ACCESS-04")
def blocked_track_is_found_by_its_id(mock: Any) -> None:
    """With `ids=` blocked tracks are listed without `access=`."""

    def access(access: Any, call: Any, tracks: list[Track], default: str = "playable,preview") -> Any:
        return tracks if "ids" in call.args and "access" not in call.args else access(call, tracks, default)

    around(mock.search, "access", access)


@fault("SC-ACCESS-04")
def blocked_tracks_are_among_a_users_likes(mock: Any) -> None:
    """/users/{user_id}/likes/tracks lists blocked tracks without `access=`."""

    def access(access: Any, call: Any, tracks: list[Track], default: str = "playable,preview") -> Any:
        liked = call.operation == "GET /users/{user_id}/likes/tracks" and "access" not in call.args
        return tracks if liked else access(call, tracks, default)

    around(mock.search, "access", access)


@fault("SC-EMBED-01")
def embedded_playlist_has_no_html(mock: Any) -> None:
    """The oEmbed of a playlist lacks the html, that of a track has it."""

    def oembed(handle: Any, mock: Any, call: Any) -> Any:
        answer = handle(mock, call)
        within = "/sets/" in call.args.get("url", "")
        return edited(answer, lambda it: {k: it[k] for k in it if k != "html"}) if within else answer

    around_handler(mock.handlers, "GET /oembed", oembed)


@fault("SC-EMBED-01")
def embed_is_a_link(mock: Any) -> None:
    """The oEmbed answer says type `link`."""
    around_handler(
        mock.handlers,
        "GET /oembed",
        lambda handle, mock, call: edited(handle(mock, call), lambda it: it | {"type": "link"}),
    )


@fault("SC-EMBED-02", "SC-EMBED-01")
def unknown_url_is_embedded_as_nothing(mock: Any) -> None:
    """The oEmbed of a URL that leads nowhere is 200 with a type and nothing else."""

    def oembed(handle: Any, mock: Any, call: Any) -> Any:
        try:
            return handle(mock, call)
        except Refusal as refusal:
            if refusal.status != 404:
                raise
            return reply({"version": 1.0, "type": "rich"})

    around_handler(mock.handlers, "GET /oembed", oembed)


@fault("SC-STREAM-01")
def tracks_of_a_user_have_no_stream_url(mock: Any) -> None:
    """Playable tracks have a stream_url alone and in search, but not in /users/{user_id}/tracks."""

    def show(show: Any, track: Track, call: Any) -> dict[str, Any]:
        shown: dict[str, Any] = show(track, call)
        within = call.operation == "GET /users/{user_id}/tracks"
        return {name: shown[name] for name in shown if name != "stream_url" or not within}

    around(mock.tracks, "show", show)


@fault("SC-STREAM-02")
def stream_of_a_long_track_leads_nowhere(mock: Any) -> None:
    """stream_url of a track of over ten minutes is answered 302 without a Location."""

    def stream(handle: Any, mock: Any, call: Any, track_id: str) -> Any:
        answer = handle(mock, call, track_id)
        if mock.tracks.need(track_id, call).duration > 600_000:
            del answer.headers["Location"]
        return answer

    around_handler(mock.handlers, "GET /tracks/{track_id}/stream", stream)


@fault("SC-STREAM-04", "SC-STREAM-02", "SC-AUTH-07")
def stream_url_needs_a_user(mock: Any) -> None:
    """The streams of a public track are given to an app, but its stream_url needs a user."""

    def stream(handle: Any, mock: Any, call: Any, track_id: str) -> Any:
        if call.viewer is None:
            raise Refusal(403, "")
        return handle(mock, call, track_id)

    around_handler(mock.handlers, "GET /tracks/{track_id}/stream", stream)


@fault("SC-ACCESS-01")
def access_of_a_track_in_a_playlist_is_a_flag(mock: Any) -> None:
    """Within a playlist the access of a track is true or false."""

    def show(show: Any, track: Track, call: Any) -> dict[str, Any]:
        shown: dict[str, Any] = show(track, call)
        within = call.operation == "GET /playlists/{playlist_id}"
        return shown | {"access": track.access == "playable"} if within else shown

    around(mock.tracks, "show", show)


@fault("SC-STREAM-05")
def stream_is_open_once_its_owner_has_heard_it(mock: Any) -> None:
    """The links of a private track are kept, and given to whoever asks next."""
    heard: dict[str, Any] = {}

    def links(handle: Any, mock: Any, call: Any, track_id: str) -> Any:
        if track_id not in heard:
            heard[track_id] = handle(mock, call, track_id).get_json()
        return reply(heard[track_id])

    around_handler(mock.handlers, "GET /tracks/{track_id}/streams", links)


@fault("SC-ACCESS-02")
def access_is_passed_over_beside_a_time(mock: Any) -> None:
    """Where created_at bounds a search, it gives tracks of any access."""

    def access(access: Any, call: Any, tracks: list[Track], *default: str) -> Any:
        asked = any(name.startswith("created_at") for name in call.args) and "access" in call.args
        return tracks if asked else access(call, tracks, *default)

    around(mock.search, "access", access)


def _asks_for_sound(call: Any) -> bool:
    return bool(call.operation == "GET /tracks/{track_id}/streams")
