"""Variants of response bodies."""

from __future__ import annotations

import json
from itertools import cycle
from typing import Any
from urllib.parse import urlsplit

from flask import request

from tuningfork.apis.soundcloud.mock.models import Track
from tuningfork.audit.fault import variant
from tuningfork.audit.patching import edit_json, wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

Json = dict[str, Any]


@variant("SC-TRACK-01", "SC-ERR-01")
def objects_have_undocumented_properties(mock: Any) -> None:
    """Every JSON object has undocumented properties. Clients must ignore them."""
    extra = {"urn": "soundcloud:things:1", "_links": {"self": [1, None, {}]}}
    _edit_json_bodies(mock, lambda value: _edit_objects(value, lambda it: it | extra))


@variant("SC-TRACK-01", "SC-ERR-01")
def properties_are_in_reverse_order(mock: Any) -> None:
    """The properties of every JSON object are in reverse order. Their order has no meaning in JSON."""
    _edit_json_bodies(mock, lambda value: _edit_objects(value, lambda it: dict(reversed(it.items()))))


@variant("SC-TRACK-01")
def null_properties_are_absent(mock: Any) -> None:
    """Tracks, playlists and users omit properties that are null. The claims allow this."""
    for part in (mock.tracks, mock.playlists, mock.profiles):
        wrap_method(part, "serialize", lambda original, *args: _without_nulls(original(*args)))


@variant("SC-TRACK-01")
def missing_texts_are_empty_strings(mock: Any) -> None:
    """A missing `description`, `genre` or `label_name` is empty instead of null. The claims allow both."""
    for part in (mock.tracks, mock.playlists):
        wrap_method(part, "serialize", lambda original, *args: _with_empty_texts(original(*args)))


@variant("SC-ERR-03", "SC-ERR-04")
def errors_are_an_empty_list(mock: Any) -> None:
    """The property `errors` is always an empty list. The claims allow this."""
    wrap_method(mock.errors, "body", lambda original, *args: original(*args) | {"errors": []})


@variant("SC-ERR-04", "SC-ERR-05")
def message_is_empty(mock: Any) -> None:
    """The properties `message` and `link` are empty; `errors` has the text. The claims allow this."""

    def body(original: Any, code: int, message: str | None = None) -> Json:
        error_body: Json = original(code, message)
        errors = [{"error_message": error_body["message"] or error_body["status"]}]
        return error_body | {"message": "", "link": "", "errors": errors, "error": "refused"}

    wrap_method(mock.errors, "body", body)


@variant("SC-RATE-05")
def too_many_tokens_has_the_usual_error_body(mock: Any) -> None:
    """The 429 for too many tokens has the same body as other errors; only the 429 for plays must differ."""

    def too_many_requests(original: Any, window: Any, *args: Any) -> Any:
        return original(window, *args) if window is mock.rate_limits.plays else HttpError(429)

    wrap_method(mock.rate_limits, "too_many_requests", too_many_requests)


@variant("SC-COMM-01")
def comment_timestamp_is_a_string(mock: Any) -> None:
    """The timestamp of a comment is a string of digits. The claims allow this."""

    def serialize(original: Any, comment: Any, context: Any) -> Json:
        body: Json = original(comment, context)
        timestamp = body["timestamp"]
        return body | {"timestamp": None if timestamp is None else str(timestamp)}

    wrap_method(mock.comments, "serialize", serialize)


@variant("SC-COMM-01", "SC-COMM-02", "SC-COMM-03")
def comment_timestamp_is_a_float(mock: Any) -> None:
    """The timestamp of a comment is a number such as 250.0. JSON has no other number for it than 250."""

    def parse_timestamp(original: Any, properties: Any) -> float | None:
        timestamp = original(properties)
        return None if timestamp is None else float(timestamp)

    wrap_method(mock.comments, "parse_timestamp", parse_timestamp)


@variant("SC-TRACK-01", "SC-TRACK-05", "SC-LIST-07", "SC-LIST-13")
def durations_and_counts_are_floats(mock: Any) -> None:
    """Durations and counts are numbers such as 500.0, which JSON Schema counts as integers."""

    def serialize(original: Any, *args: Any) -> Json:
        body: Json = original(*args)
        numbers = {name: body[name] for name in body if name == "duration" or name.endswith("_count")}
        return body | {name: float(value) for name, value in numbers.items() if value is not None}

    for part in (mock.tracks, mock.playlists):
        wrap_method(part, "serialize", serialize)


@variant("SC-META-01", "SC-META-02", "SC-META-03")
def pictures_are_on_changing_hosts(mock: Any) -> None:
    """The URLs of pictures have another host in each response. The picture is the same."""
    hosts = cycle(("https://i2.sndcdn.com", "https://i3.sndcdn.com"))

    def serialize(original: Any, *args: Any) -> Json:
        body: Json = original(*args)
        urls = {name: body[name] for name in ("artwork_url", "waveform_url") if body[name]}
        return body | {name: next(hosts) + urlsplit(url).path for name, url in urls.items()}

    wrap_method(mock.tracks, "serialize", serialize)


@variant("SC-COMM-02")
def comment_without_timestamp_omits_the_property(mock: Any) -> None:
    """A comment without a timestamp omits the property instead of returning null. The claims allow both."""
    wrap_method(mock.comments, "serialize", lambda original, *args: _without_nulls(original(*args)))


@variant("SC-UPLOAD-01", "SC-TRACK-05", "SC-LIST-13")
def duration_is_zero_after_an_upload(mock: Any) -> None:
    """The `duration` of a new track is 0. The track may not be processed yet."""
    wrap_method(mock.uploads, "read_audio", lambda original, file: original(file) * 0)


@variant("SC-META-01", "SC-META-02")
def permalink_follows_the_title(mock: Any) -> None:
    """An update of the title also changes the permalink of a track. The claims allow this."""

    def update(original: Any, track: Track, fields: Json) -> None:
        original(track, {"permalink": fields["title"], **fields} if "title" in fields else fields)

    wrap_method(mock.tracks, "update", update)


@variant("SC-LIST-06")
def tracks_are_absent_without_show_tracks(mock: Any) -> None:
    """With `show_tracks=false`, `tracks` is absent instead of an empty list. The claims allow both."""

    def serialize(original: Any, playlist: Any, context: Any) -> Json:
        body: Json = original(playlist, context)
        return body if mock.playlists.includes_tracks(context) else _without(body, "tracks")

    wrap_method(mock.playlists, "serialize", serialize)


@variant("SC-LIST-01", "SC-LIST-07")
def repeated_track_is_stored_twice(mock: Any) -> None:
    """A playlist stores a track twice if the request contains it twice. The claims allow this."""

    def parse_tracks(original: Any, value: Any, context: Any) -> list[int]:
        original(value, context)  # raises HttpError for a value that is not a list
        return [mock.playlists.parse_track_id(item, context) for item in value]

    wrap_method(mock.playlists, "parse_tracks", parse_tracks)


@variant("SC-LIST-08", "SC-STREAM-05")
def secret_token_is_only_in_secret_uri(mock: Any) -> None:
    """The owner's view of a private item has `secret_uri` but no `secret_token`. The claims allow this."""
    for part in (mock.tracks, mock.playlists):
        wrap_method(part, "serialize", lambda original, *args: _without(original(*args), "secret_token"))


@variant("SC-EMBED-01")
def oembed_version_is_a_string(mock: Any) -> None:
    """The oEmbed response has a string as `version` and a percentage as `width`. oEmbed allows both."""
    wrap_handler(
        mock.handlers,
        "GET /oembed",
        lambda original, *args: edit_json(
            original(*args), lambda it: it | {"version": "1.0", "width": "100%"}
        ),
    )


@variant("SC-SOC-02", "SC-TRACK-06", "SC-LIST-10")
def delete_returns_an_empty_object(mock: Any) -> None:
    """Every DELETE returns 200 with an empty object. The claims do not fix the body."""
    for operation in [name for name in mock.handlers if name.startswith("DELETE ")]:
        wrap_handler(
            mock.handlers,
            operation,
            lambda original, *args, **ids: edit_json(original(*args, **ids), lambda _: {}),
        )


@variant("SC-JSONP-01")
def jsonp_call_has_no_semicolon(mock: Any) -> None:
    """A JSONP response is `NAME(…)` without a comment and a semicolon. The claims allow this."""
    mock.jsonp.wrap = lambda name, text: f"{name}({text})"


@variant("SC-JSONP-01", "SC-JSONP-02")
def long_callback_returns_400(mock: Any) -> None:
    """A callback of more than 64 characters returns 400. The claims allow this."""
    wrap_method(mock.jsonp, "is_name", lambda original, text: len(text) <= 64 and original(text))


@variant("SC-JSONP-01")
def errors_are_wrapped_as_jsonp(mock: Any) -> None:
    """Errors with a callback are wrapped as JSONP and keep their status. The claims allow this."""

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
def invalid_jsonp_callback_is_ignored(mock: Any) -> None:
    """A callback that is not a JavaScript name is ignored instead of returning 400. The claims allow both."""

    def callback(original: Any, request: Any) -> str | None:
        try:
            name: str | None = original(request)
        except HttpError:
            return None
        return name

    wrap_method(mock.jsonp, "callback", callback)


@variant("SC-TRACK-01")
def json_is_indented(mock: Any) -> None:
    """JSON bodies are indented, and non-ASCII characters in them are not escaped. JSON allows both."""
    _edit_json_bodies(mock, lambda value: value, indent=2, ensure_ascii=False)


@variant("SC-TRACK-01")
def nested_users_have_more_properties(mock: Any) -> None:
    """The user inside a track or playlist has more properties. The claims allow this."""
    wrap_method(
        mock.users,
        "serialize_brief",
        lambda original, user, context: original(user, context) | {"city": user.city, "plan": "Free"},
    )


def _edit_json_bodies(mock: Any, change: Any, **style: Any) -> None:
    """Replace the JSON of every response by `change(json)`; `style` is passed to json.dumps."""

    def finish(original: Any, response: Any) -> Any:
        if response.is_json and response.get_data():
            response.set_data(json.dumps(change(response.get_json()), **style))
        return original(response)

    wrap_method(mock, "finish", finish)


def _edit_objects(value: Any, change: Any) -> Any:
    """Return a JSON value in which `change` has replaced every object."""
    if isinstance(value, list):
        return [_edit_objects(item, change) for item in value]
    if not isinstance(value, dict):
        return value
    return change({name: _edit_objects(item, change) for name, item in value.items()})


def _without(body: Json, name: str) -> Json:
    return {key: value for key, value in body.items() if key != name}


def _without_nulls(body: Json) -> Json:
    return {name: value for name, value in body.items() if value is not None}


def _with_empty_texts(body: Json) -> Json:
    return body | {name: body[name] or "" for name in ("description", "genre", "label_name")}
