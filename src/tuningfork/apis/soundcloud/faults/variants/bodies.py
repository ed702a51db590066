"""Other bodies that the claims allow."""

from __future__ import annotations

import json
from typing import Any

from flask import request

from tuningfork.apis.soundcloud.mock.models import Track
from tuningfork.audit.fault import variant
from tuningfork.audit.patching import edit_json, wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

Shown = dict[str, Any]


@variant("SC-TRACK-01", "SC-ERR-01")
def objects_have_more_members(mock: Any) -> None:
    """Every object has a member that no document knows, errors and tokens too."""
    more = {"urn": "soundcloud:things:1", "_links": {"self": [1, None, {}]}}
    _finishing(mock, lambda value: _in_every_object(value, lambda it: it | more))


@variant("SC-TRACK-01", "SC-ERR-01")
def members_are_in_another_order(mock: Any) -> None:
    """The members of every object stand in the opposite order."""
    _finishing(mock, lambda value: _in_every_object(value, lambda it: dict(reversed(it.items()))))


@variant("SC-TRACK-01")
def null_is_left_out(mock: Any) -> None:
    """What is null in a track, a playlist or a user is absent."""
    for part in (mock.tracks, mock.playlists, mock.users):
        wrap_method(part, "show", lambda original, *of: _without_nulls(original(*of)))


@variant("SC-TRACK-01")
def unknown_texts_are_empty(mock: Any) -> None:
    """A description or genre that nobody gave is an empty text."""
    for part in (mock.tracks, mock.playlists):
        wrap_method(part, "show", lambda original, *of: _with_empty_texts(original(*of)))


@variant("SC-ERR-03", "SC-ERR-04")
def errors_are_an_empty_list(mock: Any) -> None:
    """`errors` is always empty: message says it all."""
    wrap_method(mock.errors, "body", lambda original, *said: original(*said) | {"errors": []})


@variant("SC-ERR-04", "SC-ERR-05")
def message_is_empty(mock: Any) -> None:
    """`message` and `link` are empty texts: `errors` says it all."""

    def body(original: Any, code: int, message: str | None = None) -> Shown:
        made: Shown = original(code, message)
        said = [{"error_message": made["message"] or made["status"]}]
        return made | {"message": "", "link": "", "errors": said, "error": "refused"}

    wrap_method(mock.errors, "body", body)


@variant("SC-RATE-05")
def too_many_requests_has_the_usual_envelope(mock: Any) -> None:
    """A 429 is worded like any other error, but for those of too many plays (SC-RATE-06)."""

    def too_many_requests(original: Any, window: Any, *of: Any) -> Any:
        return original(window, *of) if window is mock.rate_limits.plays else HttpError(429)

    wrap_method(mock.rate_limits, "too_many_requests", too_many_requests)


@variant("SC-COMM-01")
def timestamp_of_a_comment_is_a_text(mock: Any) -> None:
    """The timestamp of a comment is a decimal string."""

    def to_json(original: Any, comment: Any, context: Any) -> Shown:
        shown: Shown = original(comment, context)
        at = shown["timestamp"]
        return shown | {"timestamp": None if at is None else str(at)}

    wrap_method(mock.comments, "to_json", to_json)


@variant("SC-COMM-02")
def untimed_comment_has_no_timestamp(mock: Any) -> None:
    """A comment without a timestamp lacks the member."""
    wrap_method(mock.comments, "to_json", lambda original, *of: _without_nulls(original(*of)))


@variant("SC-UPLOAD-01", "SC-TRACK-05", "SC-LIST-13")
def duration_is_zero_after_an_upload(mock: Any) -> None:
    """A new track has the duration 0, since nobody has encoded it."""
    wrap_method(mock.uploads, "read_audio", lambda original, file: original(file) * 0)


@variant("SC-META-01", "SC-META-02")
def permalink_follows_the_title(mock: Any) -> None:
    """A track whose title changes has another permalink."""

    def update(original: Any, track: Track, fields: Shown) -> None:
        original(track, {"permalink": fields["title"], **fields} if "title" in fields else fields)

    wrap_method(mock.tracks, "update", update)


@variant("SC-LIST-06")
def tracks_that_are_not_shown_are_absent(mock: Any) -> None:
    """With show_tracks=false a playlist has no member tracks."""

    def to_json(original: Any, playlist: Any, context: Any) -> Shown:
        shown: Shown = original(playlist, context)
        return shown if mock.playlists.includes_tracks(context) else _without(shown, "tracks")

    wrap_method(mock.playlists, "to_json", to_json)


@variant("SC-LIST-01", "SC-LIST-07")
def doubled_track_is_kept_twice(mock: Any) -> None:
    """A track that is given twice stands twice in the playlist."""

    def parse_tracks(original: Any, value: Any, context: Any) -> list[int]:
        original(value, context)  # refuses what is no list
        return [mock.playlists.parse_track_id(item, context) for item in value]

    wrap_method(mock.playlists, "parse_tracks", parse_tracks)


@variant("SC-LIST-08", "SC-STREAM-05")
def secret_is_only_in_the_secret_uri(mock: Any) -> None:
    """The owner's view has the secret_token within secret_uri alone."""
    for part in (mock.tracks, mock.playlists):
        wrap_method(part, "show", lambda original, *of: _without(original(*of), "secret_token"))


@variant("SC-EMBED-01")
def version_of_oembed_is_a_text(mock: Any) -> None:
    """The version of oEmbed is "1.0", and its width a percentage."""
    wrap_handler(
        mock.handlers,
        "GET /oembed",
        lambda original, *of: edit_json(original(*of), lambda it: it | {"version": "1.0", "width": "100%"}),
    )


@variant("SC-SOC-02", "SC-TRACK-06", "SC-LIST-10")
def deletion_answers_nothing_at_all(mock: Any) -> None:
    """What is deleted is answered 200 with an empty object."""
    for operation in [name for name in mock.handlers if name.startswith("DELETE ")]:
        wrap_handler(
            mock.handlers,
            operation,
            lambda original, *of, **ids: edit_json(original(*of, **ids), lambda _: {}),
        )


@variant("SC-JSONP-01")
def call_has_no_semicolon(mock: Any) -> None:
    """JSONP is `NAME(…)`, with nothing before it or behind."""
    mock.jsonp.wrap = lambda name, text: f"{name}({text})"


@variant("SC-JSONP-01", "SC-JSONP-02")
def long_callbacks_are_refused(mock: Any) -> None:
    """A callback of over 64 characters is refused 400."""
    wrap_method(mock.jsonp, "is_name", lambda original, text: len(text) <= 64 and original(text))


@variant("SC-JSONP-01")
def errors_are_calls_too(mock: Any) -> None:
    """With a callback errors come as a context of it, under their own status."""

    def finish(original: Any, response: Any) -> Any:
        status = response.status_code
        name = request.args.get("callback", "") if request.method == "GET" else ""
        if status < 400 or not mock.jsonp.is_name(name) or str(request.endpoint).endswith("/connect"):
            return original(response)
        response.set_data(mock.jsonp.wrap(name, response.get_data(as_text=True)))
        response.content_type = "application/javascript; charset=utf-8"
        return original(response)

    wrap_method(mock, "finish", finish)


@variant("SC-JSONP-02")
def callback_that_is_no_name_is_ignored(mock: Any) -> None:
    """A callback that is no JavaScript name is passed over."""

    def callback(original: Any, request: Any) -> str | None:
        try:
            name: str | None = original(request)
        except HttpError:
            return None
        return name

    wrap_method(mock.jsonp, "callback", callback)


@variant("SC-TRACK-01")
def json_is_indented(mock: Any) -> None:
    """JSON is written over many lines, with letters beyond ASCII as they are."""
    _finishing(mock, lambda value: value, indent=2, ensure_ascii=False)


@variant("SC-TRACK-01")
def users_within_tracks_are_whole(mock: Any) -> None:
    """The user of a track or playlist is the whole profile."""
    wrap_method(
        mock.users,
        "brief_json",
        lambda original, user, context: original(user, context) | {"city": user.city, "plan": "Free"},
    )


def _finishing(mock: Any, change: Any, **style: Any) -> None:
    """Change every JSON answer before it is finished."""

    def finish(original: Any, response: Any) -> Any:
        if response.is_json and response.get_data():
            response.set_data(json.dumps(change(response.get_json()), **style))
        return original(response)

    wrap_method(mock, "finish", finish)


def _in_every_object(value: Any, change: Any) -> Any:
    if isinstance(value, list):
        return [_in_every_object(item, change) for item in value]
    if not isinstance(value, dict):
        return value
    return change({name: _in_every_object(item, change) for name, item in value.items()})


def _without(shown: Shown, name: str) -> Shown:
    return {key: value for key, value in shown.items() if key != name}


def _without_nulls(shown: Shown) -> Shown:
    return {name: value for name, value in shown.items() if value is not None}


def _with_empty_texts(shown: Shown) -> Shown:
    return shown | {name: shown[name] or "" for name in ("description", "genre", "label_name")}
