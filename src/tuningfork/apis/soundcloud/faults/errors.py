"""Faults of error responses (https://developers.soundcloud.com/docs/api/guide#errors)."""

from __future__ import annotations

from typing import Any

from flask import request

from tuningfork.apis.soundcloud.mock.request_context import json_response
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError
from tuningfork.model import METHODS


@fault("SC-ERR-01")
def forbidden_response_has_no_body(mock: Any) -> None:
    """A 403 has no body; other errors have the documented body."""

    def respond(original: Any, error: HttpError) -> Any:
        response = original(error)
        if error.status == 403:
            response.set_data(b"")
        return response

    wrap_method(mock.errors, "respond", respond)


@fault("SC-ERR-01")
def unprocessable_response_has_no_link(mock: Any) -> None:
    """The body of a 422 has no property `link`."""
    _edit_bodies_of_status(
        mock, status=422, change=lambda body: {name: body[name] for name in body if name != "link"}
    )


@fault("SC-ERR-01")
def unknown_path_returns_html(mock: Any) -> None:
    """The 404 of an unknown path is HTML instead of JSON."""

    def refuse(original: Any, error: HttpError) -> Any:
        response = original(error)
        if error.status == 404 and request.url_rule is None:
            response.set_data("<!DOCTYPE html><title>404 Not Found</title>")
            response.content_type = "text/html; charset=utf-8"
        return response

    wrap_method(mock, "refuse", refuse)


@fault("SC-ERR-02")
def code_of_a_400_is_422(mock: Any) -> None:
    """The property `code` in the body of a 400 is 422."""
    _edit_bodies_of_status(mock, status=400, change=lambda body: body | {"code": 422})


@fault("SC-ERR-02")
def status_property_has_no_number(mock: Any) -> None:
    """The property `status` of a 404 is `Not Found`, without the number `404`."""
    _edit_bodies_of_status(mock, status=404, change=lambda body: body | {"status": "Not Found"})


@fault("SC-ERR-03")
def errors_of_a_422_are_strings(mock: Any) -> None:
    """The property `errors` of a 422 is a list of strings instead of objects."""
    _edit_bodies_of_status(
        mock,
        status=422,
        change=lambda body: body | {"errors": [it["error_message"] for it in body["errors"]]},
    )


@fault("SC-ERR-03")
def empty_errors_are_null(mock: Any) -> None:
    """The property `errors` is null instead of an empty list."""
    wrap_method(mock.errors, "body", lambda original, *args: _with_null_for_no_errors(original(*args)))


@fault("SC-ERR-04")
def message_of_a_401_is_null(mock: Any) -> None:
    """The property `message` of a 401 is null."""
    _edit_bodies_of_status(mock, status=401, change=lambda body: body | {"message": None})


@fault("SC-ERR-04")
def error_property_is_false(mock: Any) -> None:
    """The property `error` is false instead of null."""
    wrap_method(mock.errors, "body", lambda original, *args: original(*args) | {"error": False})


@fault("SC-ERR-05")
def non_numeric_user_id_returns_400(mock: Any) -> None:
    """GET /users/{user_id} with an id that is not a number returns 400 instead of 404."""

    def show(original: Any, mock: Any, context: Any, user_id: str) -> Any:
        if not user_id.isdigit():
            raise HttpError(400, "user_id is not a number")
        return original(mock, context, user_id)

    wrap_handler(mock.handlers, "GET /users/{user_id}", show)


@fault("SC-ERR-05")
def missing_user_has_another_message(mock: Any) -> None:
    """The `message` of the 404 for a missing user is `User not found` instead of `404 - Not Found`."""

    def show(original: Any, mock: Any, context: Any, user_id: str) -> Any:
        if mock.users.find(mock.number(user_id)) is None:
            raise HttpError(404, "User not found")
        return original(mock, context, user_id)

    wrap_handler(mock.handlers, "GET /users/{user_id}", show)


@fault("SC-ERR-06")
def users_list_ignores_accept(mock: Any) -> None:
    """GET /users ignores the Accept header: it returns JSON to a client that accepts only XML, not 406."""

    def require_json(original: Any, context: Any) -> None:
        if context.operation != "GET /users":
            original(context)

    wrap_method(mock, "require_json", require_json)


@fault("SC-ERR-06")
def accept_with_charset_returns_406(mock: Any) -> None:
    """A request with `Accept: application/json; charset=utf-8` returns 406."""
    wrap_method(
        mock.authorization,
        "accepts_json",
        lambda original, accept: "charset" not in accept and original(accept),
    )


@fault("SC-ERR-07")
def gateway_timeout_becomes_500(mock: Any) -> None:
    """A 504 (Gateway Timeout) is returned as 500."""
    wrap_method(mock.outage, "take", lambda original: {504: 500}.get(status := original(), status))


@fault("SC-ERR-07")
def internal_error_contains_a_stack_trace(mock: Any) -> None:
    """The property `message` of a 500 contains a stack trace."""
    trace = 'Traceback (most recent context last):\n  File "/srv/api/app.py", line 81, in show'
    _edit_bodies_of_status(mock, status=500, change=lambda body: body | {"message": trace})


@fault("SC-ERR-08")
def unsupported_method_returns_400(mock: Any) -> None:
    """A method that a path does not support returns 400 instead of 405."""
    wrap_method(
        mock,
        "refuse",
        lambda original, error: original(_with_status(400, error) if error.status == 405 else error),
    )


@fault("SC-ERR-08", "SC-ERR-09")
def unsupported_method_returns_501(mock: Any) -> None:
    """A standard method that a path does not support returns 501 instead of 405."""
    wrap_method(
        mock,
        "refuse",
        lambda original, error: original(
            _with_status(501, error) if error.status == 405 and request.method in METHODS else error
        ),
    )


@fault("SC-ERR-08")
def undefined_method_returns_200(mock: Any) -> None:
    """A method that HTTP does not define returns 200 with an empty object."""
    wrap_method(
        mock, "admit", lambda original: original() if request.method in METHODS else json_response({})
    )


@fault("SC-ERR-08")
def unknown_path_below_tracks_returns_200(mock: Any) -> None:
    """An unknown path below /tracks returns 200 with an empty object."""

    def refuse(original: Any, error: HttpError) -> Any:
        is_unknown = error.status == 404 and request.url_rule is None and request.path.startswith("/tracks/")
        return json_response({}) if is_unknown else original(error)

    wrap_method(mock, "refuse", refuse)


@fault("SC-ERR-09")
def nul_in_a_search_returns_500(mock: Any) -> None:
    """A NUL character in the parameter `q` returns 500."""

    def by_words(original: Any, tracks: Any, q: str) -> Any:
        if "\0" in q:
            raise HttpError(500)
        return original(tracks, q)

    wrap_method(mock.search, "by_words", by_words)


@fault("SC-ERR-09")
def long_id_returns_500(mock: Any) -> None:
    """A request for an id of more than 19 digits returns 500."""

    def number(original: Any, text: str) -> int | None:
        if text.isdigit() and len(text) > 19:
            raise HttpError(500)
        id_: int | None = original(text)
        return id_

    wrap_method(mock, "number", number)


def _edit_bodies_of_status(mock: Any, status: int, change: Any) -> None:
    """Replace the JSON of errors with this status by `change(json)`."""
    wrap_method(
        mock.errors,
        "body",
        lambda original, code, *args: (
            change(original(code, *args)) if code == status else original(code, *args)
        ),
    )


def _with_null_for_no_errors(body: dict[str, Any]) -> dict[str, Any]:
    return body | {"errors": body["errors"] or None}


def _with_status(status: int, error: HttpError) -> HttpError:
    """Return the same error with another status."""
    return HttpError(status, error.message, error.headers)
