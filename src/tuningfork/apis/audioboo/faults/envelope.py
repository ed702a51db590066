"""Faults of the envelope, of formats and of JSON-P (Response Envelope, Response Encoding)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from flask import has_request_context, request

from tuningfork.audit.fault import fault
from tuningfork.audit.patching import edit_json, wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

Edit = Callable[[dict[str, Any]], dict[str, Any]]


@fault("AB-ENV-01", "AB-ENV-03", "AB-ENV-04", "AB-ERR-03")
def unknown_playlist_has_no_envelope(mock: Any) -> None:
    """The 404 of GET /playlists/{id} for an unknown playlist has no envelope."""

    def respond(original: Any, error: HttpError) -> Any:
        response = original(error)
        missing = error.status == 404 and _is_operation("GET /playlists/{playlist_id}")
        return edit_json(response, lambda root: root["body"]) if missing else response

    wrap_method(mock.errors, "respond", respond)


@fault("AB-ENV-01", "AB-ENV-02")
def timestamp_of_user_is_string(mock: Any) -> None:
    """The `timestamp` in the envelope of GET /users/{id} is a string."""
    _edit_envelope(mock, "GET /users/{user_id}", lambda root: root | {"timestamp": str(root["timestamp"])})


@fault("AB-ENV-01", "AB-ENV-02")
def timestamp_of_error_has_fraction(mock: Any) -> None:
    """The `timestamp` in the envelope of an error has a fraction."""
    _edit_error_envelopes(mock, lambda root: root | {"timestamp": root["timestamp"] + 0.5})


@fault("AB-ENV-01", "AB-VER-06")
def version_of_error_is_string(mock: Any) -> None:
    """The `version` in the envelope of an error is a string."""
    _edit_error_envelopes(mock, lambda root: root | {"version": "200"})


@fault("AB-ENV-02")
def timestamp_is_in_milliseconds(mock: Any) -> None:
    """The `timestamp` of the envelope is in milliseconds instead of seconds."""
    wrap_method(mock.envelope, "timestamp", lambda original: original() * 1000)


@fault("AB-ENV-02")
def every_fifth_timestamp_is_ten_seconds_old(mock: Any) -> None:
    """The `timestamp` of every fifth response is ten seconds old."""
    calls: list[None] = []

    def timestamp(original: Any) -> int:
        calls.append(None)
        return int(original()) - (0 if len(calls) % 5 else 10)

    wrap_method(mock.envelope, "timestamp", timestamp)


@fault("AB-ENV-02")
def timestamp_ignores_clock_control(mock: Any) -> None:
    """The `timestamp` of the envelope ignores the control /clock, which advances the server's clock."""
    mock.envelope.timestamp = lambda: int(time.time())


@fault("AB-ENV-03", "AB-ENV-04", "AB-ENV-09", "AB-PAGE-07")
def totals_are_outside_body(mock: Any) -> None:
    """The `totals` of GET /users/{id}/followers are beside the `body` of the envelope instead of in it."""

    def edit(root: dict[str, Any]) -> dict[str, Any]:
        return root | {"totals": root["body"].pop("totals")}

    _edit_envelope(mock, "GET /users/{user_id}/followers", edit)


@fault("AB-ENV-03", "AB-ENV-04")
def new_playlist_is_duplicated_outside_body(mock: Any) -> None:
    """POST /playlists returns the playlist in the `body` of the envelope and also beside it."""
    _edit_envelope(mock, "POST /playlists", lambda root: root | root["body"])


@fault("AB-ENV-04")
def window_of_account_is_zero(mock: Any) -> None:
    """The `window` in the envelope of GET /account is 0."""
    _edit_envelope(mock, "GET /account", lambda root: root | {"window": 0})


@fault("AB-ENV-04")
def window_of_error_is_string(mock: Any) -> None:
    """The `window` in the envelope of an error is a string."""
    _edit_error_envelopes(mock, lambda root: root | {"window": "60"})


@fault("AB-ENV-04")
def envelope_of_error_has_extra_property(mock: Any) -> None:
    """The envelope of an error has an additional property `status`."""
    _edit_error_envelopes(mock, lambda root: root | {"status": 400})


@fault("AB-ENV-05")
def json_for_any_type_is_declared_html(mock: Any) -> None:
    """A JSON response to `Accept: */*` has the Content-Type text/html."""

    def finish(original: Any, response: Any) -> Any:
        response = original(response)
        if request.headers.get("Accept") == "*/*" and response.mimetype == "application/json":
            response.content_type = "text/html; charset=utf-8"
        return response

    wrap_method(mock, "finish", finish)


@fault("AB-ENV-05", "AB-VER-04")
def missing_accept_returns_406(mock: Any) -> None:
    """A request without an Accept header returns 406."""

    def accepts_json(original: Any, context: Any) -> bool:
        return "Accept" in context.request.headers and original(context)

    wrap_method(mock.content_negotiation, "accepts_json", accepts_json)


@fault("AB-ENV-06", "AB-ERR-07")
def xml_returns_500(mock: Any) -> None:
    """A request that accepts only XML returns 500 instead of 406."""

    def check(original: Any, context: Any) -> None:
        if context.request.headers.get("Accept", "").startswith("application/xml"):
            raise HttpError(500)
        original(context)

    wrap_method(mock.content_negotiation, "check", check)


@fault("AB-ENV-06")
def fmt_yaml_returns_yaml(mock: Any) -> None:
    """A request with `fmt=yaml` returns 200 and YAML instead of 406."""

    def finish(original: Any, response: Any) -> Any:
        response = original(response)
        if request.args.get("fmt") == "yaml":
            response.status_code = 200
            for field in ("X-Audioboo-Error_code", "X-Audioboo-Error_description"):
                response.headers.pop(field, None)
            response.set_data("---\naudio_clips: []\n")
            response.content_type = "application/x-yaml"
        return response

    wrap_method(mock, "finish", finish)


@fault("AB-ENV-06", "AB-ERR-01")
def unsupported_format_has_no_error_headers(mock: Any) -> None:
    """The 406 for an unsupported format has no error headers."""

    def headers(original: Any, error: HttpError) -> Any:
        return {} if error.status == 406 and error.code is None else original(error)

    wrap_method(mock.errors, "headers", headers)


@fault("AB-ENV-07", "AB-ENV-01", "AB-ENV-03", "AB-ENV-04")
def jsonp_has_no_envelope(mock: Any) -> None:
    """A JSON-P response passes only the `body` to the callback, without its envelope."""

    def make_script(original: Any, response: Any, name: str) -> None:
        original(edit_json(response, lambda root: root["body"]), name)

    wrap_method(mock.jsonp, "make_script", make_script)


@fault("AB-ENV-07")
def jsonp_has_json_content_type(mock: Any) -> None:
    """A JSON-P response has the Content-Type application/json."""

    def make_script(original: Any, response: Any, name: str) -> None:
        original(response, name)
        response.content_type = "application/json; charset=utf-8"

    wrap_method(mock.jsonp, "make_script", make_script)


@fault("AB-ENV-07")
def dotted_callback_is_cut_at_dot(mock: Any) -> None:
    """The callback `a.b` is called as `a`."""
    wrap_method(mock.jsonp, "wrap", lambda original, name, text: original(name.partition(".")[0], text))


@fault("AB-ENV-07")
def callback_is_ignored_for_followers(mock: Any) -> None:
    """GET /users/{id}/followers ignores `callback` and returns JSON."""

    def is_name(original: Any, text: str) -> bool:
        return bool(original(text)) and not _is_operation("GET /users/{user_id}/followers")

    def callback(original: Any, of: Any) -> Any:
        return None if _is_operation("GET /users/{user_id}/followers") else original(of)

    wrap_method(mock.jsonp, "is_name", is_name)
    wrap_method(mock.jsonp, "callback", callback)


@fault("AB-ENV-08")
def any_text_is_valid_callback(mock: Any) -> None:
    """Any text is accepted as `callback`, also one that is not a JavaScript name."""
    mock.jsonp.is_name = bool


@fault("AB-ENV-08")
def call_is_valid_callback(mock: Any) -> None:
    """The start of a call, such as `name(1`, is accepted as a callback if its name is valid."""
    wrap_method(
        mock.jsonp, "is_name", lambda original, text: original(text) or original(text.partition("(")[0])
    )


@fault("AB-ENV-08")
def refused_callback_is_echoed_as_script(mock: Any) -> None:
    """The 400 for an invalid callback is a script that contains the callback."""

    def finish(original: Any, response: Any) -> Any:
        response, text = original(response), request.args.get("callback", "")
        if response.status_code == 400 and text and not mock.jsonp.is_name(text):
            response.set_data(f"{text}({response.get_data(as_text=True)});")
            response.content_type = "application/javascript"
        return response

    wrap_method(mock, "finish", finish)


@fault("AB-ENV-09", "AB-PAGE-07")
def totals_of_tag_list_are_strings(mock: Any) -> None:
    """The `totals` of GET /tag/{tag}/audio_clips are strings."""

    def edit(root: dict[str, Any]) -> dict[str, Any]:
        body = root["body"]
        totals = {name: str(number) for name, number in body["totals"].items()}
        return root | {"body": body | {"totals": totals}}

    _edit_envelope(mock, "GET /tag/{tag}/audio_clips", edit)


@fault("AB-ENV-09", "AB-PAGE-07")
def followers_have_no_totals(mock: Any) -> None:
    """GET /users/{id}/followers has no `totals`."""

    def edit(root: dict[str, Any]) -> dict[str, Any]:
        return root | {"body": {"users": root["body"]["users"]}}

    _edit_envelope(mock, "GET /users/{user_id}/followers", edit)


def _is_operation(operation: str) -> bool:
    """Return True if the current request is of this operation."""
    return has_request_context() and request.endpoint == operation


def _edit_envelope(mock: Any, operation: str, edit: Edit) -> None:
    """Replace the envelope of an operation's responses by `edit(envelope)`."""
    wrap_handler(mock.handlers, operation, lambda handle, *args, **ids: edit_json(handle(*args, **ids), edit))


def _edit_error_envelopes(mock: Any, edit: Edit) -> None:
    """Replace the envelope of every 4xx by `edit(envelope)`."""

    def respond(original: Any, error: HttpError) -> Any:
        response = original(error)
        return edit_json(response, edit) if error.status < 500 else response

    wrap_method(mock.errors, "respond", respond)
