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
def missing_track_is_a_page(mock: Any) -> None:
    """A 404 is a page for people."""
    edit_responses(
        mock, lambda response: replace_with_html(response) if response.status_code == 404 else response
    )


@fault("AS-ENV-01", "AS-ENV-05")
def unknown_path_is_a_page(mock: Any) -> None:
    """A path that the API does not have is answered by a page for people."""
    edit_responses(
        mock,
        lambda response: (
            replace_with_html(response)
            if response.status_code == 404 and request.endpoint is None
            else response
        ),
    )


@fault("AS-ENV-01", "AS-ENV-05")
def method_that_is_not_allowed_has_a_page(mock: Any) -> None:
    """A 405 is a page for people."""
    edit_responses(
        mock, lambda response: replace_with_html(response) if response.status_code == 405 else response
    )


@fault("AS-ENV-01")
def created_track_is_plain_text(mock: Any) -> None:
    """A 201 is JSON that is called text/plain."""

    def change(response: Any) -> Any:
        if response.status_code == 201:
            response.content_type = "text/plain; charset=utf-8"
        return response

    edit_responses(mock, change)


@fault("AS-ENV-01", "AS-ENV-02")
def status_of_a_conflict_is_a_text(mock: Any) -> None:
    """The status in a 409 is "409"."""
    edit_bodies(mock, lambda body: body | {"status": str(body["status"])}, 409)


@fault("AS-ENV-01", "AS-ENV-03")
def forbidden_has_no_message(mock: Any) -> None:
    """A 403 has no message."""
    edit_bodies(mock, lambda body: _without(body, "message"), 403)


@fault("AS-ENV-02")
def missing_track_says_200(mock: Any) -> None:
    """The status in a 404 is 200."""
    edit_bodies(mock, lambda body: body | {"status": 200}, 404)


@fault("AS-ENV-02")
def created_track_says_200(mock: Any) -> None:
    """The status in a 201 is 200."""
    edit_bodies(mock, lambda body: body | {"status": 200}, 201)


@fault("AS-ENV-02", "AS-ENV-03", "AS-ENV-09")
def forbidden_says_401(mock: Any) -> None:
    """A 403 has the whole body of a 401."""
    edit_bodies(mock, lambda _: mock.responses.error_body(401, None), 403)


@fault("AS-ENV-02")
def second_refusal_says_400(mock: Any) -> None:
    """The status in every second 401 is 400."""
    seen: list[Body] = []

    def change(body: Body) -> Body:
        seen.append(body)
        return body | {"status": 400 if len(seen) % 2 == 0 else 401}

    edit_bodies(mock, change, 401)


@fault("AS-ENV-03")
def message_of_a_missing_track_is_small(mock: Any) -> None:
    """The message of a 404 is "Not found"."""
    edit_bodies(mock, lambda body: body | {"message": "Not found"}, 404)


@fault("AS-ENV-03")
def created_track_is_okay(mock: Any) -> None:
    """The message of a 201 is "OK"."""
    edit_bodies(mock, lambda body: body | {"message": "OK"}, 201)


@fault("AS-ENV-03")
def message_of_a_conflict_says_more(mock: Any) -> None:
    """The message of a 409 is "Conflict: it is there already"."""
    edit_bodies(mock, lambda body: body | {"message": f"{body['message']}: it is there already"}, 409)


@fault("AS-ENV-04")
def track_alone_has_an_empty_error(mock: Any) -> None:
    """GET /tracks/{id} has an error that is empty beside its data."""
    edit_bodies(mock, lambda body: body | {"error": ""}, 200, on=ONE)


@fault("AS-ENV-04")
def created_track_has_no_error_in_words(mock: Any) -> None:
    """A 201 has the error "none"."""
    edit_bodies(mock, lambda body: body | {"error": "none"}, 201)


@fault("AS-ENV-04", "AS-CODE-02")
def data_of_one_track_is_called_track(mock: Any) -> None:
    """GET /tracks/{id} has the track in `track` and no data."""
    edit_bodies(mock, lambda body: _without(body, "data") | {"track": body["data"]}, 200, on=ONE)


@fault("AS-ENV-05")
def error_of_a_conflict_is_empty(mock: Any) -> None:
    """The error of a 409 is an empty text."""
    edit_bodies(mock, lambda body: body | {"error": ""}, 409)


@fault("AS-ENV-05")
def missing_track_has_data(mock: Any) -> None:
    """A 404 has an empty object as data."""
    edit_bodies(mock, lambda body: body | {"data": {}}, 404)


@fault("AS-ENV-05")
def bad_request_has_a_list_of_errors(mock: Any) -> None:
    """The error of a 400 is a list of texts."""
    edit_bodies(mock, lambda body: body | {"error": [body["error"]]}, 400)


@fault("AS-ENV-05")
def refused_token_has_no_error(mock: Any) -> None:
    """A 401 to a token that was shown has no error."""
    edit_bodies(
        mock, lambda body: _without(body, "error") if "Authorization" in request.headers else body, 401
    )


@fault("AS-ENV-06")
def list_is_within_an_object(mock: Any) -> None:
    """The data of the list is an object with the tracks in it."""
    edit_bodies(mock, lambda body: body | {"data": {"tracks": body["data"]}}, 200, on=LIST)


@fault("AS-ENV-06", "AS-ENV-10")
def empty_list_is_an_object(mock: Any) -> None:
    """The data of an empty list is an empty object."""
    edit_bodies(mock, lambda body: body | {"data": body["data"] or {}}, 200, on=LIST)


@fault("AS-ENV-04", "AS-ENV-06", "AS-ENV-10")
def empty_list_is_null(mock: Any) -> None:
    """The data of an empty list is null."""
    edit_bodies(mock, lambda body: body | {"data": body["data"] or None}, 200, on=LIST)


@fault("AS-ENV-10", "AS-CODE-01")
def empty_list_is_not_found(mock: Any) -> None:
    """GET /tracks of an account without tracks is answered 404."""

    def index(handle: Any, mock: Any, context: Any) -> Any:
        if not mock.tracks.list_by_account(context.account):
            mock.tracks.get_or_404("0", context.account)
        return handle(mock, context)

    wrap_handler(mock.handlers, LIST, index)


@fault("AS-ENV-10")
def empty_account_sees_anothers_track(mock: Any) -> None:
    """GET /tracks of an account without tracks shows the newest of another's."""
    wrap_method(
        mock.tracks, "list_by_account", lambda original, account: original(account) or original(3)[-1:]
    )


@fault("AS-ENV-07", "AS-CODE-03", "AS-TRACK-01")
def created_track_is_its_id(mock: Any) -> None:
    """The data of a 201 is the id of the track."""
    edit_bodies(mock, lambda body: body | {"data": body["data"]["id"]}, 201)


@fault("AS-ENV-07", "AS-TRACK-01")
def created_track_with_odd_letters_is_a_list(mock: Any) -> None:
    """The data of a 201 is a list of one track where its title has letters beyond ASCII."""
    edit_bodies(
        mock,
        lambda body: body if body["data"]["title"].isascii() else body | {"data": [body["data"]]},
        201,
    )


@fault("AS-ENV-08")
def removal_has_the_printed_body(mock: Any) -> None:
    """A 204 has the body that the document prints."""
    _removing(mock, b'{"status": 204, "message": "No Content"}')


@fault("AS-ENV-08")
def second_removal_has_a_body(mock: Any) -> None:
    """Every second 204 has a body."""
    _removing(mock, b"{}", every=2)


@fault("AS-ENV-08")
def removal_promises_a_body(mock: Any) -> None:
    """A 204 has a Content-Length of 40, and nothing behind it."""

    def send(status: str, fields: Any, body: bytes) -> Any:
        more = [("Content-Length", "40")] if status.startswith("204") else []
        return status, [*fields, *more], [body]

    rewrite_responses(mock, send)


@fault("AS-ENV-09")
def error_of_a_missing_track_is_of_a_bad_request(mock: Any) -> None:
    """The error of a 404 is that of a 400."""
    edit_bodies(mock, lambda body: body | {"error": "Invalid or missing parameters"}, 404)


@fault("AS-ENV-09")
def error_of_a_conflict_says_nothing(mock: Any) -> None:
    """The error of a 409 is a dash."""
    edit_bodies(mock, lambda body: body | {"error": "-"}, 409)


def _without(body: Body, name: str) -> Body:
    return {key: value for key, value in body.items() if key != name}


def _removing(mock: Any, text: bytes, every: int = 1) -> None:
    removals: list[str] = []

    def send(status: str, fields: Any, body: bytes) -> Any:
        if status.startswith("204"):
            removals.append(status)
        if not status.startswith("204") or len(removals) % every:
            return status, fields, [body]
        return status, [*fields, ("Content-Length", str(len(text)))], [text]

    rewrite_responses(mock, send)
