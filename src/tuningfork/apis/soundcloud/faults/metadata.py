"""What goes wrong with changes (https://developers.soundcloud.com/docs/api/guide#updating)."""

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

CHANGE = "PUT /tracks/{track_id}"


@fault("SC-META-01", "SC-META-02")
def change_of_a_title_clears_the_genre(mock: Any) -> None:
    """A change that names the title and no genre takes the genre away."""

    def update(original: Any, track: Track, fields: dict[str, Any]) -> None:
        original(track, {"genre": None, **fields} if "title" in fields else fields)

    wrap_method(mock.tracks, "update", update)


@fault("SC-META-01", "SC-META-02")
def change_is_answered_and_not_kept(mock: Any) -> None:
    """The answer to a change has the new description, a later GET the old one."""

    def change(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        track = mock.tracks.require(track_id, context)
        before = track.description
        answer = original(mock, context, track_id)
        track.description = before
        return answer

    wrap_handler(mock.handlers, CHANGE, change)


@fault("SC-META-01")
def false_is_no_change(mock: Any) -> None:
    """A change to false, as `commentable: false`, is passed over."""
    wrap_method(
        mock.tracks,
        "update",
        lambda original, track, fields: original(
            track, {name: value for name, value in fields.items() if value is not False}
        ),
    )


@fault("SC-META-02")
def form_keeps_the_first_line(mock: Any) -> None:
    """A description of several lines loses all but the first in a form."""

    def parse_form(original: Any, request: Any, root: str) -> dict[str, Any]:
        fields: dict[str, Any] = original(request, root)
        if isinstance(fields.get("description"), str):
            fields["description"] = fields["description"].partition("\n")[0].rstrip("\r")
        return fields

    wrap_method(mock.request_parser, "parse_form", parse_form)


@fault("SC-META-02")
def form_changes_nothing(mock: Any) -> None:
    """A change as multipart/form-data is answered 200 and passed over."""

    def parse_form(original: Any, request: Any, root: str) -> dict[str, Any]:
        fields: dict[str, Any] = original(request, root)
        return {} if request.method == "PUT" and root == "track" and not request.files else fields

    wrap_method(mock.request_parser, "parse_form", parse_form)


@fault("SC-META-03")
def artwork_is_not_kept(mock: Any) -> None:
    """artwork_data is accepted, but artwork_url stays as it was."""
    wrap_method(
        mock.tracks,
        "update",
        lambda original, track, fields: original(
            track, {name: value for name, value in fields.items() if name != "artwork_url"}
        ),
    )


@fault("SC-META-04")
def asset_data_replaces_the_audio(mock: Any) -> None:
    """A PUT with asset_data gives the track another duration."""

    def change(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        if (file := context.request.files.get("track[asset_data]")) is not None:
            mock.tracks.require(track_id, context).duration = mock.uploads.read_audio(file)
        return original(mock, context, track_id)

    wrap_handler(mock.handlers, CHANGE, change)


@fault("SC-META-05")
def single_quotes_are_json(mock: Any) -> None:
    """A body in Python's or JavaScript's single quotes is read as if it were JSON."""

    def parse_json(original: Any, body: bytes, root: str) -> Any:
        try:
            return original(body, root)
        except HttpError:
            fields = _literal(body)
            if not isinstance(fields, dict) or not isinstance(fields.get(root), dict):
                raise
            return fields[root]

    wrap_method(mock.request_parser, "parse_json", parse_json)


@fault("SC-META-05")
def torn_json_changes_nothing(mock: Any) -> None:
    """A body that says JSON and is not is answered 200 on PUT."""

    def change(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        if context.request.mimetype == "application/json" and context.request.get_json(silent=True) is None:
            return mock.handlers["GET /tracks/{track_id}"](mock, context, track_id)
        return original(mock, context, track_id)

    wrap_handler(mock.handlers, CHANGE, change)


@fault("SC-META-06")
def array_is_written_as_a_text(mock: Any) -> None:
    """An array in the place of a genre is kept as its own text."""

    def validate_text(original: Any, name: str, value: Any) -> Any:
        return str(value) if name == "genre" and isinstance(value, list) else original(name, value)

    wrap_method(mock.request_parser, "validate_text", validate_text)


@fault("SC-META-06")
def array_for_a_title_is_its_first_item(mock: Any) -> None:
    """An array in the place of a title is read as its first item."""
    wrap_method(
        mock.request_parser,
        "validate_title",
        lambda original, value: original(value[0] if isinstance(value, list) and value else value),
    )


@fault("SC-META-07")
def license_is_not_judged(mock: Any) -> None:
    """Any text is a license; sharing and embeddable_by are judged."""
    wrap_method(
        mock.request_parser,
        "validate_choice",
        lambda original, name, value, allowed: (
            str(value) if name == "license" else original(name, value, allowed)
        ),
    )


@fault("SC-META-07")
def one_license_is_refused(mock: Any) -> None:
    """cc-by-nc-nd, one license of eight, is refused."""
    wrap_method(
        mock.request_parser,
        "validate_choice",
        lambda original, name, value, allowed: original(
            name, value, [it for it in allowed if it != "cc-by-nc-nd"]
        ),
    )


@fault("SC-META-07", "SC-LIST-12")
def choice_is_read_without_case(mock: Any) -> None:
    """`PRIVATE` is accepted for `private`."""
    wrap_method(
        mock.request_parser,
        "validate_choice",
        lambda original, name, value, allowed: original(name, str(value).lower(), allowed),
    )


@fault("SC-META-01")
def answer_to_a_change_is_the_track_before(mock: Any) -> None:
    """The answer to a change by JSON has the title from before; a later GET has the new one."""

    def change(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        before = mock.tracks.require(track_id, context).title
        answer = original(mock, context, track_id)
        is_json = context.request.mimetype == "application/json"
        return edit_json(answer, lambda shown: shown | {"title": before}) if is_json else answer

    wrap_handler(mock.handlers, CHANGE, change)


@fault("SC-META-03")
def artwork_beside_a_title_is_lost(mock: Any) -> None:
    """artwork_data sets artwork_url where it comes alone, and nothing where a title comes with it."""
    wrap_method(
        mock.tracks,
        "update",
        lambda original, track, fields: original(
            track, {name: fields[name] for name in fields if name != "artwork_url" or "title" not in fields}
        ),
    )


@fault("SC-META-04")
def second_asset_data_replaces_the_audio(mock: Any) -> None:
    """The first PUT with asset_data is passed over, the second gives the track another duration."""
    tried: set[str] = set()

    def change(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        file = context.request.files.get("track[asset_data]")
        if file is not None and track_id in tried:
            mock.tracks.require(track_id, context).duration = mock.uploads.read_audio(file)
        tried.update({track_id} if file is not None else ())
        return original(mock, context, track_id)

    wrap_handler(mock.handlers, CHANGE, change)


@fault("SC-META-07")
def empty_sharing_of_a_track_is_public(mock: Any) -> None:
    """An empty sharing of a track is taken for public, in a change and in an upload."""

    def validate_choice(original: Any, name: str, value: Any, allowed: Any) -> str:
        if name == "sharing" and value == "" and "/tracks" in g.call.operation:
            return "public"
        chosen: str = original(name, value, allowed)
        return chosen

    wrap_method(mock.request_parser, "validate_choice", validate_choice)


@fault("SC-META-07", "SC-LIST-12")
def choice_is_read_without_its_spaces(mock: Any) -> None:
    """A value with a space before or behind it is taken for the documented one."""
    wrap_method(
        mock.request_parser,
        "validate_choice",
        lambda original, name, value, allowed: original(
            name, value.strip() if isinstance(value, str) else value, allowed
        ),
    )


@fault("SC-META-05")
def line_break_within_a_text_is_json(mock: Any) -> None:
    """JSON may have line breaks and tabs within its texts, as they are."""

    def parse_json(original: Any, body: bytes, root: str) -> dict[str, Any]:
        with suppress(ValueError, RecursionError):  # no JSON in any reading
            body = json.dumps(json.loads(body, strict=False)).encode()
        fields: dict[str, Any] = original(body, root)
        return fields

    wrap_method(mock.request_parser, "parse_json", parse_json)


def _literal(body: bytes) -> Any:
    try:
        return ast.literal_eval(body.decode())
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
