"""Faults of updates of tracks (https://developers.soundcloud.com/docs/api/guide#updating)."""

from __future__ import annotations

import ast
import json
from contextlib import suppress
from typing import Any

from flask import g

from tuningfork.apis.soundcloud.mock.models import Track
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import edit_json, wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

UPDATE = "PUT /tracks/{track_id}"


@fault("SC-META-01", "SC-META-02")
def update_of_the_title_clears_the_genre(mock: Any) -> None:
    """An update of a track with a `title` and without a `genre` deletes the genre."""

    def update(original: Any, track: Track, properties: dict[str, Any]) -> None:
        original(track, {"genre": None, **properties} if "title" in properties else properties)

    wrap_method(mock.tracks, "update", update)


@fault("SC-META-01", "SC-META-02")
def updated_description_is_not_stored(mock: Any) -> None:
    """An updated `description` is in the response to the update, but is not stored."""

    def update(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        track = mock.tracks.get_or_404(track_id, context)
        old_value = track.description
        response = original(mock, context, track_id)
        track.description = old_value
        return response

    wrap_handler(mock.handlers, UPDATE, update)


@fault("SC-META-01")
def update_to_false_is_ignored(mock: Any) -> None:
    """An update of a property to false is ignored."""
    wrap_method(
        mock.tracks,
        "update",
        lambda original, track, properties: original(
            track, {name: value for name, value in properties.items() if value is not False}
        ),
    )


@fault("SC-META-02")
def form_keeps_only_the_first_line_of_a_description(mock: Any) -> None:
    """A form stores only the first line of a `description` with several lines."""

    def parse_form(original: Any, request: Any, root: str) -> dict[str, Any]:
        properties: dict[str, Any] = original(request, root)
        if isinstance(properties.get("description"), str):
            properties["description"] = properties["description"].partition("\n")[0].rstrip("\r")
        return properties

    wrap_method(mock.request_parser, "parse_form", parse_form)


@fault("SC-META-02")
def form_update_is_ignored(mock: Any) -> None:
    """An update of a track by a form without files returns 200 and changes nothing."""

    def parse_form(original: Any, request: Any, root: str) -> dict[str, Any]:
        properties: dict[str, Any] = original(request, root)
        return {} if request.method == "PUT" and root == "track" and not request.files else properties

    wrap_method(mock.request_parser, "parse_form", parse_form)


@fault("SC-META-03")
def artwork_is_not_stored(mock: Any) -> None:
    """Artwork in an update (`artwork_data`) is accepted, but not stored: `artwork_url` is unchanged."""
    wrap_method(
        mock.tracks,
        "update",
        lambda original, track, properties: original(
            track, {name: value for name, value in properties.items() if name != "artwork_url"}
        ),
    )


@fault("SC-META-04")
def asset_data_in_an_update_replaces_the_audio(mock: Any) -> None:
    """An update with `asset_data` replaces the audio of the track, so its duration changes."""

    def update(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        if (file := context.request.files.get("track[asset_data]")) is not None:
            mock.tracks.get_or_404(track_id, context).duration = mock.uploads.read_audio(file)
        return original(mock, context, track_id)

    wrap_handler(mock.handlers, UPDATE, update)


@fault("SC-META-05")
def single_quoted_json_is_accepted(mock: Any) -> None:
    """A body with single quotes instead of double quotes is accepted as JSON."""

    def parse_json(original: Any, body: bytes, root: str) -> Any:
        try:
            return original(body, root)
        except HttpError:
            properties = _parse_python_literal(body)
            if not isinstance(properties, dict) or not isinstance(properties.get(root), dict):
                raise
            return properties[root]

    wrap_method(mock.request_parser, "parse_json", parse_json)


@fault("SC-META-05")
def invalid_json_in_an_update_returns_200(mock: Any) -> None:
    """An update with an invalid JSON body returns 200 and changes nothing."""

    def update(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        if context.request.mimetype == "application/json" and context.request.get_json(silent=True) is None:
            return mock.handlers["GET /tracks/{track_id}"](mock, context, track_id)
        return original(mock, context, track_id)

    wrap_handler(mock.handlers, UPDATE, update)


@fault("SC-META-06")
def array_as_genre_is_stored_as_text(mock: Any) -> None:
    """A `genre` that is an array is stored as text, such as `['Rock']`."""

    def validate_text(original: Any, name: str, value: Any) -> Any:
        return str(value) if name == "genre" and isinstance(value, list) else original(name, value)

    wrap_method(mock.request_parser, "validate_text", validate_text)


@fault("SC-META-06")
def array_as_title_is_read_as_its_first_item(mock: Any) -> None:
    """A `title` that is an array is stored as the first item of the array."""
    wrap_method(
        mock.request_parser,
        "validate_title",
        lambda original, value: original(value[0] if isinstance(value, list) and value else value),
    )


@fault("SC-META-07")
def any_license_is_accepted(mock: Any) -> None:
    """Every text is accepted as a `license`; other properties with fixed values are validated."""
    wrap_method(
        mock.request_parser,
        "validate_choice",
        lambda original, name, value, allowed: (
            str(value) if name == "license" else original(name, value, allowed)
        ),
    )


@fault("SC-META-07")
def one_valid_license_is_refused(mock: Any) -> None:
    """The valid `license` cc-by-nc-nd is refused; the other seven licenses are accepted."""
    wrap_method(
        mock.request_parser,
        "validate_choice",
        lambda original, name, value, allowed: original(
            name, value, [it for it in allowed if it != "cc-by-nc-nd"]
        ),
    )


@fault("SC-META-07", "SC-LIST-12")
def choice_ignores_case(mock: Any) -> None:
    """A property with fixed values accepts them in another case, such as `PRIVATE` for `private`."""
    wrap_method(
        mock.request_parser,
        "validate_choice",
        lambda original, name, value, allowed: original(name, str(value).lower(), allowed),
    )


@fault("SC-META-01")
def response_to_a_json_update_has_the_old_title(mock: Any) -> None:
    """The response to a JSON update has the old `title`; later responses have the new one."""

    def update(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        old_value = mock.tracks.get_or_404(track_id, context).title
        response = original(mock, context, track_id)
        is_json = context.request.mimetype == "application/json"
        return edit_json(response, lambda body: body | {"title": old_value}) if is_json else response

    wrap_handler(mock.handlers, UPDATE, update)


@fault("SC-META-03")
def artwork_sent_with_a_title_is_not_stored(mock: Any) -> None:
    """Artwork in an update that also has a `title` is not stored: `artwork_url` does not change."""
    wrap_method(
        mock.tracks,
        "update",
        lambda original, track, properties: original(
            track,
            {
                name: properties[name]
                for name in properties
                if name != "artwork_url" or "title" not in properties
            },
        ),
    )


@fault("SC-META-04")
def second_asset_data_replaces_the_audio(mock: Any) -> None:
    """The second update with `asset_data` replaces the audio, so the duration changes; the first does not."""
    updated_ids: set[str] = set()

    def update(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        file = context.request.files.get("track[asset_data]")
        if file is not None and track_id in updated_ids:
            mock.tracks.get_or_404(track_id, context).duration = mock.uploads.read_audio(file)
        updated_ids.update({track_id} if file is not None else ())
        return original(mock, context, track_id)

    wrap_handler(mock.handlers, UPDATE, update)


@fault("SC-META-07")
def empty_sharing_of_a_track_means_public(mock: Any) -> None:
    """An empty `sharing` in an upload or update of a track is accepted and means public."""

    def validate_choice(original: Any, name: str, value: Any, allowed: Any) -> str:
        if name == "sharing" and value == "" and "/tracks" in g.context.operation:
            return "public"
        chosen: str = original(name, value, allowed)
        return chosen

    wrap_method(mock.request_parser, "validate_choice", validate_choice)


@fault("SC-META-07", "SC-LIST-12")
def choice_ignores_surrounding_spaces(mock: Any) -> None:
    """A property with fixed values, such as `sharing`, accepts them with spaces around."""
    wrap_method(
        mock.request_parser,
        "validate_choice",
        lambda original, name, value, allowed: original(
            name, value.strip() if isinstance(value, str) else value, allowed
        ),
    )


@fault("SC-META-05")
def control_characters_in_json_strings_are_accepted(mock: Any) -> None:
    """JSON with unescaped line breaks and tabs inside its strings is accepted."""

    def parse_json(original: Any, body: bytes, root: str) -> dict[str, Any]:
        with suppress(ValueError, RecursionError):  # no JSON in any reading
            body = json.dumps(json.loads(body, strict=False)).encode()
        properties: dict[str, Any] = original(body, root)
        return properties

    wrap_method(mock.request_parser, "parse_json", parse_json)


@fault("SC-META-01", "SC-META-02")
def update_renews_the_secret_token(mock: Any) -> None:
    """Each update of a track also gives it another secret token, so earlier links to it do not work."""

    def update(original: Any, track: Track, properties: dict[str, Any]) -> None:
        original(track, properties)
        track.secret_token += "x"

    wrap_method(mock.tracks, "update", update)


@fault("SC-META-01", "SC-META-02")
def update_deletes_comments_and_likes(mock: Any) -> None:
    """An update of a track deletes its comments and likes."""

    def update(original: Any, track: Track, properties: dict[str, Any]) -> None:
        original(track, properties)
        mock.comments.remove_track(track)
        mock.tracks.likes.forget(track.id)

    wrap_method(mock.tracks, "update", update)


@fault("SC-META-01")
def updated_permalink_is_ignored(mock: Any) -> None:
    """An update of the `permalink` of a track has no effect."""
    wrap_method(
        mock.tracks,
        "update",
        lambda original, track, properties: original(
            track, {name: value for name, value in properties.items() if name != "permalink"}
        ),
    )


def _parse_python_literal(body: bytes) -> Any:
    try:
        return ast.literal_eval(body.decode())
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
