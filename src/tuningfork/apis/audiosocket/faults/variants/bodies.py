"""Conforming variants of bodies."""

from __future__ import annotations

import json
from typing import Any

from flask import request

from tuningfork.apis.audiosocket.mock.tracks import Track
from tuningfork.apis.audiosocket.response_edits import Body, edit_bodies, edit_responses, replace_with_html
from tuningfork.audit.fault import variant
from tuningfork.audit.patching import wrap_method
from tuningfork.mock.errors import HttpError


@variant("AS-ENV-04", "AS-ENV-05")
def absent_properties_are_null(mock: Any) -> None:
    """A success has `"error": null`, and an error has `"data": null`."""
    edit_bodies(mock, lambda body: {"data": None, "error": None} | body)


@variant("AS-ENV-01", "AS-TRACK-01")
def envelopes_have_extra_properties(mock: Any) -> None:
    """Every envelope and every track has additional properties."""
    wrap_method(
        mock.responses,
        "base_body",
        lambda original, status: {**original(status), "request_id": "r-1", "meta": {}},
    )
    wrap_method(
        mock.tracks,
        "serialize",
        lambda original, track: {**original(track), "urn": f"as:{track.id}", "bpm": None},
    )


@variant("AS-ENV-01")
def envelopes_are_in_reverse_order(mock: Any) -> None:
    """The properties of every envelope are in reverse order, on several lines."""

    def change(response: Any) -> Any:
        if response.is_json and response.get_data():
            response.set_data(json.dumps(dict(reversed(response.get_json().items())), indent=2))
        return response

    edit_responses(mock, change)


@variant("AS-ENV-09")
def errors_have_own_text(mock: Any) -> None:
    """The property `error` is a detail or a text of the server's own, without the documented text."""

    def error_text(original: Any, status: int, detail: str | None) -> str:
        texts = {401: "Send a valid token", 404: "There is no such track", 409: "Sent before"}
        text: str = detail or texts.get(status) or original(status, detail)
        return text

    wrap_method(mock.responses, "error_text", error_text)


@variant("AS-ENV-09")
def errors_have_no_detail(mock: Any) -> None:
    """The property `error` is exactly the documented text, without a detail."""
    wrap_method(mock.responses, "error_text", lambda original, status, _: original(status, None))


@variant("AS-ENV-03")
def unlisted_statuses_have_other_message(mock: Any) -> None:
    """For a status that the documentation does not list, `message` is the word "refused"."""
    wrap_method(
        mock.responses,
        "status_phrase",
        lambda original, status: "refused" if status in (405, 406, 413, 415) else original(status),
    )


@variant("AS-TRACK-01", "AS-CODE-03", "AS-CODE-05", "AS-TRACK-03")
def title_is_called_name(mock: Any) -> None:
    """A track has `name` instead of `title`, in requests and responses."""

    def parse_object(original: Any, body: bytes) -> Body:
        document: Body = original(body)
        return {**document, "title": document.get("name")}

    def serialize(original: Any, track: Track) -> Body:
        serialized: Body = original(track)
        return {"name" if name == "title" else name: value for name, value in serialized.items()}

    wrap_method(mock.request_parser, "parse_object", parse_object)
    wrap_method(mock.tracks, "serialize", serialize)


@variant("AS-TRACK-01")
def unknown_properties_are_null(mock: Any) -> None:
    """The optional properties without a known value are null instead of absent."""
    names = ("length", "album", "artist", "explicit", "genres", "moods")
    wrap_method(mock.tracks, "serialize", lambda original, track: {**dict.fromkeys(names), **original(track)})


@variant("AS-TRACK-02")
def list_has_id_and_title_only(mock: Any) -> None:
    """The list of tracks has only the `id` and the `title` of each track."""
    wrap_method(
        mock.tracks,
        "serialize_list",
        lambda original, tracks: [{"id": track["id"], "title": track["title"]} for track in original(tracks)],
    )


@variant("AS-TRACK-02", "AS-CODE-01", "AS-CODE-12")
def list_is_newest_first(mock: Any) -> None:
    """The list is sorted newest first."""
    wrap_method(mock.tracks, "serialize_list", lambda original, tracks: original(tracks[::-1]))


@variant("AS-TRACK-01")
def genres_are_objects(mock: Any) -> None:
    """The `genres` and `moods` of seed tracks are objects with `id` and `name`."""

    def serialize(original: Any, track: Track) -> Body:
        serialized: Body = original(track)
        if track.request_body is not None:
            return serialized
        named = {name: serialized[name] for name in ("genres", "moods") if serialized.get(name)}
        return serialized | {
            name: [{"id": len(word), "name": word} for word in words] for name, words in named.items()
        }

    wrap_method(mock.tracks, "serialize", serialize)


@variant("AS-CODE-05")
def empty_title_is_valid(mock: Any) -> None:
    """A `title` may be empty or null."""

    def parse_title(original: Any, value: Any) -> str:
        text: str = original(value) if isinstance(value, str) and value.strip() else ""
        if value is not None and not isinstance(value, str):
            raise HttpError(400, "title is not a string")
        return text

    def parse_object(original: Any, body: bytes) -> Body:
        document: Body = original(body)
        if "title" not in document:
            raise HttpError(400, "title is missing")
        return document

    wrap_method(mock.request_parser, "parse_title", parse_title)
    wrap_method(mock.request_parser, "parse_object", parse_object)


@variant("AS-CODE-05")
def null_property_returns_400(mock: Any) -> None:
    """A property that is null returns 400."""

    def parse_object(original: Any, body: bytes) -> Body:
        document: Body = original(body)
        if None in document.values():
            raise HttpError(400, "a field is null")
        return document

    wrap_method(mock.request_parser, "parse_object", parse_object)


@variant("AS-ENV-01", "AS-CODE-14")
def malformed_path_returns_html(mock: Any) -> None:
    """A malformed path, with a null character (U+0000), returns 400 in HTML."""

    def change(response: Any) -> Any:
        if "\0" in request.path and response.status_code in (401, 404):
            response.status = "400 Bad Request"
            return replace_with_html(response)
        return response

    edit_responses(mock, change)
