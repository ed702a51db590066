"""What goes wrong with envelopes and formats (Response Envelope, Response Encoding)."""

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
def missing_playlist_has_no_envelope(mock: Any) -> None:
    """The 404 of a playlist is its error alone."""

    def respond(original: Any, error: HttpError) -> Any:
        response = original(error)
        missing = error.status == 404 and _on("GET /playlists/{playlist_id}")
        return edit_json(response, lambda root: root["body"]) if missing else response

    wrap_method(mock.errors, "respond", respond)


@fault("AB-ENV-01", "AB-ENV-02")
def timestamp_of_a_user_is_a_text(mock: Any) -> None:
    """The timestamp beside a user is a text."""
    _edited(mock, "GET /users/{user_id}", lambda root: root | {"timestamp": str(root["timestamp"])})


@fault("AB-ENV-01", "AB-ENV-02")
def timestamp_of_an_error_has_fractions(mock: Any) -> None:
    """The timestamp of an error is not an integer."""
    _of_errors(mock, lambda root: root | {"timestamp": root["timestamp"] + 0.5})


@fault("AB-ENV-01", "AB-VER-06")
def version_of_an_error_is_a_text(mock: Any) -> None:
    """The version of an error's envelope is a text."""
    _of_errors(mock, lambda root: root | {"version": "200"})


@fault("AB-ENV-02")
def timestamp_is_in_milliseconds(mock: Any) -> None:
    """The timestamp counts milliseconds."""
    wrap_method(mock.envelope, "timestamp", lambda original: original() * 1000)


@fault("AB-ENV-02")
def timestamp_goes_back_now_and_then(mock: Any) -> None:
    """Every fifth timestamp is of ten seconds before."""
    told: list[None] = []

    def timestamp(original: Any) -> int:
        told.append(None)
        return int(original()) - (0 if len(told) % 5 else 10)

    wrap_method(mock.envelope, "timestamp", timestamp)


@fault("AB-ENV-02")
def timestamp_is_of_another_clock(mock: Any) -> None:
    """The timestamp stays behind when the server's clock is moved."""
    mock.envelope.timestamp = lambda: int(time.time())


@fault("AB-ENV-03", "AB-ENV-04", "AB-ENV-09", "AB-PAGE-07")
def totals_stand_beside_the_body(mock: Any) -> None:
    """The totals of /users/{id}/followers stand at the root."""

    def edit(root: dict[str, Any]) -> dict[str, Any]:
        return root | {"totals": root["body"].pop("totals")}

    _edited(mock, "GET /users/{user_id}/followers", edit)


@fault("AB-ENV-03", "AB-ENV-04")
def new_playlist_stands_beside_the_body_too(mock: Any) -> None:
    """POST /playlists answers with the playlist in the body and at the root."""
    _edited(mock, "POST /playlists", lambda root: root | root["body"])


@fault("AB-ENV-04")
def window_of_an_account_is_zero(mock: Any) -> None:
    """The window of what is one's own is 0."""
    _edited(mock, "GET /account", lambda root: root | {"window": 0})


@fault("AB-ENV-04")
def window_of_an_error_is_a_text(mock: Any) -> None:
    """The window of an error is a text."""
    _of_errors(mock, lambda root: root | {"window": "60"})


@fault("AB-ENV-04")
def envelope_of_an_error_has_its_status(mock: Any) -> None:
    """The envelope of an error has a member `status` too."""
    _of_errors(mock, lambda root: root | {"status": 400})


@fault("AB-ENV-05")
def anything_is_answered_as_html(mock: Any) -> None:
    """With `Accept: */*` JSON is said to be HTML."""

    def finish(original: Any, response: Any) -> Any:
        response = original(response)
        if request.headers.get("Accept") == "*/*" and response.mimetype == "application/json":
            response.content_type = "text/html; charset=utf-8"
        return response

    wrap_method(mock, "finish", finish)


@fault("AB-ENV-05", "AB-VER-04")
def nothing_accepted_is_not_acceptable(mock: Any) -> None:
    """A request without Accept is refused."""

    def accepts_json(original: Any, context: Any) -> bool:
        return "Accept" in context.request.headers and original(context)

    wrap_method(mock.content_negotiation, "accepts_json", accepts_json)


@fault("AB-ENV-06", "AB-ERR-07")
def xml_is_a_server_error(mock: Any) -> None:
    """A client that takes only XML gets 500."""

    def check(original: Any, context: Any) -> None:
        if context.request.headers.get("Accept", "").startswith("application/xml"):
            raise HttpError(500)
        original(context)

    wrap_method(mock.content_negotiation, "check", check)


@fault("AB-ENV-06")
def clips_are_served_in_yaml(mock: Any) -> None:
    """`fmt=yaml` gives YAML."""

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
def other_formats_are_refused_without_a_reason(mock: Any) -> None:
    """A 406 for a deprecated format has no error headers."""

    def headers(original: Any, error: HttpError) -> Any:
        return {} if error.status == 406 and error.code is None else original(error)

    wrap_method(mock.errors, "headers", headers)


@fault("AB-ENV-07", "AB-ENV-01", "AB-ENV-03", "AB-ENV-04")
def script_has_only_the_body(mock: Any) -> None:
    """A callback is called with the body, without its envelope."""

    def make_script(original: Any, response: Any, name: str) -> None:
        original(edit_json(response, lambda root: root["body"]), name)

    wrap_method(mock.jsonp, "make_script", make_script)


@fault("AB-ENV-07")
def script_is_typed_as_json(mock: Any) -> None:
    """The call of a callback is said to be JSON."""

    def make_script(original: Any, response: Any, name: str) -> None:
        original(response, name)
        response.content_type = "application/json; charset=utf-8"

    wrap_method(mock.jsonp, "make_script", make_script)


@fault("AB-ENV-07")
def callback_loses_what_follows_its_dot(mock: Any) -> None:
    """`a.b` is called as `a`."""
    wrap_method(mock.jsonp, "wrap", lambda original, name, text: original(name.partition(".")[0], text))


@fault("AB-ENV-07")
def callback_of_one_list_is_passed_over(mock: Any) -> None:
    """/users/{id}/followers is JSON, whatever callback is asked for."""

    def is_name(original: Any, text: str) -> bool:
        return bool(original(text)) and not _on("GET /users/{user_id}/followers")

    def callback(original: Any, of: Any) -> Any:
        return None if _on("GET /users/{user_id}/followers") else original(of)

    wrap_method(mock.jsonp, "is_name", is_name)
    wrap_method(mock.jsonp, "callback", callback)


@fault("AB-ENV-08")
def any_text_is_a_callback(mock: Any) -> None:
    """Whatever `callback` says is called."""
    mock.jsonp.is_name = bool


@fault("AB-ENV-08")
def call_is_a_callback(mock: Any) -> None:
    """`callback` may go on behind a name and a bracket."""
    wrap_method(
        mock.jsonp, "is_name", lambda original, text: original(text) or original(text.partition("(")[0])
    )


@fault("AB-ENV-08")
def refused_callback_is_repeated_as_script(mock: Any) -> None:
    """The refusal of a callback is a script that says it again."""

    def finish(original: Any, response: Any) -> Any:
        response, text = original(response), request.args.get("callback", "")
        if response.status_code == 400 and text and not mock.jsonp.is_name(text):
            response.set_data(f"{text}({response.get_data(as_text=True)});")
            response.content_type = "application/javascript"
        return response

    wrap_method(mock, "finish", finish)


@fault("AB-ENV-09", "AB-PAGE-07")
def totals_of_a_tag_are_texts(mock: Any) -> None:
    """The totals of a tag's clips are texts."""

    def edit(root: dict[str, Any]) -> dict[str, Any]:
        body = root["body"]
        totals = {name: str(number) for name, number in body["totals"].items()}
        return root | {"body": body | {"totals": totals}}

    _edited(mock, "GET /tag/{tag}/audio_clips", edit)


@fault("AB-ENV-09", "AB-PAGE-07")
def totals_of_followers_are_missing(mock: Any) -> None:
    """/users/{id}/followers has no totals."""

    def edit(root: dict[str, Any]) -> dict[str, Any]:
        return root | {"body": {"users": root["body"]["users"]}}

    _edited(mock, "GET /users/{user_id}/followers", edit)


def _on(operation: str) -> bool:
    return has_request_context() and request.endpoint == operation


def _edited(mock: Any, operation: str, edit: Edit) -> None:
    """Change the root of one operation's answers."""
    wrap_handler(mock.handlers, operation, lambda handle, *args, **ids: edit_json(handle(*args, **ids), edit))


def _of_errors(mock: Any, edit: Edit) -> None:
    """Change the root of every error that the request caused."""

    def respond(original: Any, error: HttpError) -> Any:
        response = original(error)
        return edit_json(response, edit) if error.status < 500 else response

    wrap_method(mock.errors, "respond", respond)
