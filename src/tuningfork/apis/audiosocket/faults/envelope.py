"""Faults of the envelope."""

from __future__ import annotations

from typing import Any

from flask import request

from tuningfork.apis.audiosocket.response_edits import Body, edit_bodies, edit_responses, replace_with_html
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.audit.response_middleware import rewrite_responses

CREATE = "POST /tracks"
LIST = "GET /tracks"
ONE = "GET /tracks/{id}"


@fault("AS-ENV-01", "AS-ENV-05")
def status_404_is_html(mock: Any) -> None:
    """The body of a 404 is HTML."""
    edit_responses(
        mock, lambda response: replace_with_html(response) if response.status_code == 404 else response
    )


@fault("AS-ENV-01", "AS-ENV-05")
def unknown_path_is_html(mock: Any) -> None:
    """The body of the 404 for an unknown path is HTML."""
    edit_responses(
        mock,
        lambda response: (
            replace_with_html(response)
            if response.status_code == 404 and request.endpoint is None
            else response
        ),
    )


@fault("AS-ENV-01", "AS-ENV-05")
def status_405_is_html(mock: Any) -> None:
    """The body of a 405 is HTML."""
    edit_responses(
        mock, lambda response: replace_with_html(response) if response.status_code == 405 else response
    )


@fault("AS-ENV-01")
def created_track_is_text_plain(mock: Any) -> None:
    """A 201 has a JSON body with the Content-Type text/plain."""

    def change(response: Any) -> Any:
        if response.status_code == 201:
            response.content_type = "text/plain; charset=utf-8"
        return response

    edit_responses(mock, change)


@fault("AS-ENV-01", "AS-ENV-02")
def status_of_conflict_is_string(mock: Any) -> None:
    """The property `status` of a 409 (Conflict) is the string `"409"`."""
    edit_bodies(mock, lambda body: body | {"status": str(body["status"])}, status=409)


@fault("AS-ENV-01", "AS-ENV-03")
def status_403_has_no_message(mock: Any) -> None:
    """The body of a 403 has no property `message`."""
    edit_bodies(mock, lambda body: _without(body, "message"), status=403)


@fault("AS-ENV-02")
def body_of_404_has_status_200(mock: Any) -> None:
    """The property `status` in the body of a 404 is 200."""
    edit_bodies(mock, lambda body: body | {"status": 200}, status=404)


@fault("AS-ENV-02")
def body_of_201_has_status_200(mock: Any) -> None:
    """The property `status` in the body of a 201 is 200."""
    edit_bodies(mock, lambda body: body | {"status": 200}, status=201)


@fault("AS-ENV-02", "AS-ENV-03", "AS-ENV-09")
def status_403_has_body_of_401(mock: Any) -> None:
    """A 403 has the body of a 401."""
    edit_bodies(mock, lambda _: mock.responses.error_body(401, None), status=403)


@fault("AS-ENV-02")
def every_second_401_has_status_400(mock: Any) -> None:
    """The property `status` in the body of every second 401 is 400."""
    bodies: list[Body] = []

    def change(body: Body) -> Body:
        bodies.append(body)
        return body | {"status": 400 if len(bodies) % 2 == 0 else 401}

    edit_bodies(mock, change, status=401)


@fault("AS-ENV-03")
def message_of_404_has_wrong_case(mock: Any) -> None:
    """The property `message` of a 404 is "Not found" instead of "Not Found"."""
    edit_bodies(mock, lambda body: body | {"message": "Not found"}, status=404)


@fault("AS-ENV-03")
def message_of_201_is_ok(mock: Any) -> None:
    """The property `message` of a 201 is "OK" instead of "Created"."""
    edit_bodies(mock, lambda body: body | {"message": "OK"}, status=201)


@fault("AS-ENV-03")
def message_of_409_has_suffix(mock: Any) -> None:
    """The property `message` of a 409 has a text after "Conflict"."""
    edit_bodies(mock, lambda body: body | {"message": f"{body['message']}: it exists already"}, status=409)


@fault("AS-ENV-04")
def single_track_has_empty_error(mock: Any) -> None:
    """GET /tracks/{id} has an empty property `error` beside `data`."""
    edit_bodies(mock, lambda body: body | {"error": ""}, status=200, operation=ONE)


@fault("AS-ENV-04")
def created_track_has_error_none(mock: Any) -> None:
    """A 201 has the property `error` with the text "none" beside `data`."""
    edit_bodies(mock, lambda body: body | {"error": "none"}, status=201)


@fault("AS-ENV-04", "AS-CODE-02")
def single_track_is_not_in_data(mock: Any) -> None:
    """GET /tracks/{id} has the track in the property `track` instead of `data`."""
    edit_bodies(
        mock, lambda body: _without(body, "data") | {"track": body["data"]}, status=200, operation=ONE
    )


@fault("AS-ENV-05")
def error_of_409_is_empty(mock: Any) -> None:
    """The property `error` of a 409 is an empty string."""
    edit_bodies(mock, lambda body: body | {"error": ""}, status=409)


@fault("AS-ENV-05")
def status_404_has_data(mock: Any) -> None:
    """A 404 has the property `data` with an empty object."""
    edit_bodies(mock, lambda body: body | {"data": {}}, status=404)


@fault("AS-ENV-05")
def error_of_400_is_list(mock: Any) -> None:
    """The property `error` of a 400 is a list of strings."""
    edit_bodies(mock, lambda body: body | {"error": [body["error"]]}, status=400)


@fault("AS-ENV-05")
def unknown_token_has_no_error(mock: Any) -> None:
    """The 401 for an unknown token has no property `error`."""
    edit_bodies(
        mock, lambda body: _without(body, "error") if "Authorization" in request.headers else body, status=401
    )


@fault("AS-ENV-06")
def list_is_in_object(mock: Any) -> None:
    """The property `data` of a list is an object that contains the tracks."""
    edit_bodies(mock, lambda body: body | {"data": {"tracks": body["data"]}}, status=200, operation=LIST)


@fault("AS-ENV-06", "AS-ENV-10")
def empty_list_is_object(mock: Any) -> None:
    """The property `data` of an empty list is an empty object."""
    edit_bodies(mock, lambda body: body | {"data": body["data"] or {}}, status=200, operation=LIST)


@fault("AS-ENV-04", "AS-ENV-06", "AS-ENV-10")
def empty_list_is_null(mock: Any) -> None:
    """The property `data` of an empty list is null."""
    edit_bodies(mock, lambda body: body | {"data": body["data"] or None}, status=200, operation=LIST)


@fault("AS-ENV-10", "AS-CODE-01")
def empty_list_returns_404(mock: Any) -> None:
    """GET /tracks of an account without tracks returns 404 instead of an empty list."""

    def index(handle: Any, mock: Any, context: Any) -> Any:
        if not mock.tracks.list_by_account(context.account):
            mock.tracks.get_or_404("0", context.account)
        return handle(mock, context)

    wrap_handler(mock.handlers, LIST, index)


@fault("AS-ENV-10")
def empty_account_lists_other_account(mock: Any) -> None:
    """GET /tracks of an account without tracks returns the newest track of another account."""
    wrap_method(
        mock.tracks, "list_by_account", lambda original, account: original(account) or original(3)[-1:]
    )


@fault("AS-ENV-07", "AS-CODE-03", "AS-TRACK-01")
def created_track_is_id(mock: Any) -> None:
    """The property `data` of a 201 is the id of the track."""
    edit_bodies(mock, lambda body: body | {"data": body["data"]["id"]}, status=201)


@fault("AS-ENV-07", "AS-TRACK-01")
def created_non_ascii_track_is_list(mock: Any) -> None:
    """The property `data` of a 201 is a list if the title has characters beyond ASCII."""
    edit_bodies(
        mock,
        lambda body: body if body["data"]["title"].isascii() else body | {"data": [body["data"]]},
        status=201,
    )


@fault("AS-ENV-08")
def deletion_has_documented_body(mock: Any) -> None:
    """A 204 has the body that the documentation prints."""
    _add_body_to_deletions(mock, b'{"status": 204, "message": "No Content"}')


@fault("AS-ENV-08")
def every_second_deletion_has_body(mock: Any) -> None:
    """Every second 204 has a body."""
    _add_body_to_deletions(mock, b"{}", every=2)


@fault("AS-ENV-08")
def deletion_of_a_track_with_genres_has_body(mock: Any) -> None:
    """The 204 for a track with `genres` has a body."""
    last_genres: list[str] = []

    def delete(original: Any, track: Any) -> None:
        last_genres[:] = track.properties.get("genres", [])
        original(track)

    def send(status: str, fields: Any, body: bytes) -> Any:
        if not status.startswith("204") or not last_genres:
            return status, fields, [body]
        return status, [*fields, ("Content-Length", "2")], [b"{}"]

    wrap_method(mock.tracks, "delete", delete)
    rewrite_responses(mock, send)


@fault("AS-ENV-08")
def deletion_has_content_length(mock: Any) -> None:
    """A 204 has a Content-Length of 40 and no body."""

    def send(status: str, fields: Any, body: bytes) -> Any:
        extra = [("Content-Length", "40")] if status.startswith("204") else []
        return status, [*fields, *extra], [body]

    rewrite_responses(mock, send)


@fault("AS-ENV-09")
def error_of_404_is_that_of_400(mock: Any) -> None:
    """The property `error` of a 404 is the documented text of a 400."""
    edit_bodies(mock, lambda body: body | {"error": "Invalid or missing parameters"}, status=404)


@fault("AS-ENV-09")
def error_of_409_is_dash(mock: Any) -> None:
    """The property `error` of a 409 is a dash."""
    edit_bodies(mock, lambda body: body | {"error": "-"}, status=409)


def _without(body: Body, name: str) -> Body:
    """Return a body without one property."""
    return {key: value for key, value in body.items() if key != name}


def _add_body_to_deletions(mock: Any, text: bytes, every: int = 1) -> None:
    """Send `text` as the body of a 204; with `every=2` only of every second one."""
    removals: list[str] = []

    def send(status: str, fields: Any, body: bytes) -> Any:
        if status.startswith("204"):
            removals.append(status)
        if not status.startswith("204") or len(removals) % every:
            return status, fields, [body]
        return status, [*fields, ("Content-Length", str(len(text)))], [text]

    rewrite_responses(mock, send)
