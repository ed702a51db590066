"""What goes wrong with errors (https://developers.soundcloud.com/docs/api/guide#errors)."""

from __future__ import annotations

from typing import Any

from flask import request

from tuningfork.apis.soundcloud.mock.request_context import json_response
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError
from tuningfork.model import METHODS


@fault("SC-ERR-01")
def forbidden_has_no_body(mock: Any) -> None:
    """A 403 has an empty body; other errors have their envelope."""

    def to_response(original: Any, refusal: HttpError) -> Any:
        made = original(refusal)
        if refusal.status == 403:
            made.set_data(b"")
        return made

    wrap_method(mock.errors, "to_response", to_response)


@fault("SC-ERR-01")
def unprocessable_has_no_link(mock: Any) -> None:
    """A 422 lacks the member link."""
    _for_status(mock, 422, lambda body: {name: body[name] for name in body if name != "link"})


@fault("SC-ERR-01")
def unknown_path_is_answered_by_the_framework(mock: Any) -> None:
    """A 404 of a path that nobody knows is HTML."""

    def refuse(original: Any, refusal: HttpError) -> Any:
        made = original(refusal)
        if refusal.status == 404 and request.url_rule is None:
            made.set_data("<!DOCTYPE html><title>404 Not Found</title>")
            made.content_type = "text/html; charset=utf-8"
        return made

    wrap_method(mock, "refuse", refuse)


@fault("SC-ERR-02")
def code_of_a_bad_request_is_422(mock: Any) -> None:
    """A 400 says `code: 422` in its body."""
    _for_status(mock, 400, lambda body: body | {"code": 422})


@fault("SC-ERR-02")
def status_is_only_a_phrase(mock: Any) -> None:
    """`status` of a 404 is `Not Found`, without the number."""
    _for_status(mock, 404, lambda body: body | {"status": "Not Found"})


@fault("SC-ERR-03")
def errors_are_texts(mock: Any) -> None:
    """`errors` of a 422 is a list of texts."""
    _for_status(mock, 422, lambda body: body | {"errors": [it["error_message"] for it in body["errors"]]})


@fault("SC-ERR-03")
def no_errors_are_null(mock: Any) -> None:
    """`errors` is null where there is nothing to say."""
    wrap_method(mock.errors, "body", lambda original, *said: _with_null_for_none(original(*said)))


@fault("SC-ERR-04")
def message_of_unauthorized_is_null(mock: Any) -> None:
    """`message` of a 401 is null."""
    _for_status(mock, 401, lambda body: body | {"message": None})


@fault("SC-ERR-04")
def error_is_false(mock: Any) -> None:
    """`error` is false instead of null."""
    wrap_method(mock.errors, "body", lambda original, *said: original(*said) | {"error": False})


@fault("SC-ERR-05")
def invalid_user_id_is_a_bad_request(mock: Any) -> None:
    """GET /users/INVALID_ID is answered 400."""

    def show(original: Any, mock: Any, context: Any, user_id: str) -> Any:
        if not user_id.isdigit():
            raise HttpError(400, "user_id is no number")
        return original(mock, context, user_id)

    wrap_handler(mock.handlers, "GET /users/{user_id}", show)


@fault("SC-ERR-05")
def missing_user_is_worded_differently(mock: Any) -> None:
    """The 404 of a user says `User not found`."""

    def show(original: Any, mock: Any, context: Any, user_id: str) -> Any:
        if mock.users.find(mock.number(user_id)) is None:
            raise HttpError(404, "User not found")
        return original(mock, context, user_id)

    wrap_handler(mock.handlers, "GET /users/{user_id}", show)


@fault("SC-ERR-06")
def one_list_does_not_read_accept(mock: Any) -> None:
    """/users answers JSON to a client that takes only XML."""

    def require_json(original: Any, context: Any) -> None:
        if context.operation != "GET /users":
            original(context)

    wrap_method(mock, "require_json", require_json)


@fault("SC-ERR-06")
def parameter_of_json_is_not_acceptable(mock: Any) -> None:
    """`application/json; charset=utf-8` is answered 406."""
    wrap_method(
        mock.authorization,
        "accepts_json",
        lambda original, accept: "charset" not in accept and original(accept),
    )


@fault("SC-ERR-07")
def gateway_timeout_is_an_internal_error(mock: Any) -> None:
    """504 becomes 500 on its way out."""
    wrap_method(mock.outage, "take", lambda original: {504: 500}.get(status := original(), status))


@fault("SC-ERR-07")
def internal_error_shows_its_stack(mock: Any) -> None:
    """The body of a 500 has the stack in its message."""
    trace = 'Traceback (most recent context last):\n  File "/srv/api/app.py", line 81, in show'
    _for_status(mock, 500, lambda body: body | {"message": trace})


@fault("SC-ERR-08")
def unknown_method_is_a_bad_request(mock: Any) -> None:
    """A method that a path does not know is answered 400."""
    wrap_method(
        mock,
        "refuse",
        lambda original, refusal: original(_as(400, refusal) if refusal.status == 405 else refusal),
    )


@fault("SC-ERR-08", "SC-ERR-09")
def wrong_method_is_not_implemented(mock: Any) -> None:
    """A method of HTTP that a path does not know is answered 501."""
    wrap_method(
        mock,
        "refuse",
        lambda original, refusal: original(
            _as(501, refusal) if refusal.status == 405 and request.method in METHODS else refusal
        ),
    )


@fault("SC-ERR-08")
def undefined_method_is_answered(mock: Any) -> None:
    """A method that HTTP does not define is answered 200 with an empty object."""
    wrap_method(
        mock, "admit", lambda original: original() if request.method in METHODS else json_response({})
    )


@fault("SC-ERR-08")
def unknown_path_is_empty(mock: Any) -> None:
    """An unknown path below /tracks is answered 200."""

    def refuse(original: Any, refusal: HttpError) -> Any:
        unknown = refusal.status == 404 and request.url_rule is None and request.path.startswith("/tracks/")
        return json_response({}) if unknown else original(refusal)

    wrap_method(mock, "refuse", refuse)


@fault("SC-ERR-09")
def nul_in_a_search_is_a_server_error(mock: Any) -> None:
    """A NUL in `q` is answered 500."""

    def by_words(original: Any, tracks: Any, q: str) -> Any:
        if "\0" in q:
            raise HttpError(500)
        return original(tracks, q)

    wrap_method(mock.search, "by_words", by_words)


@fault("SC-ERR-09")
def long_number_is_a_server_error(mock: Any) -> None:
    """An id of more than nineteen digits is answered 500."""

    def number(original: Any, text: str) -> int | None:
        if text.isdigit() and len(text) > 19:
            raise HttpError(500)
        found: int | None = original(text)
        return found

    wrap_method(mock, "number", number)


def _for_status(mock: Any, status: int, change: Any) -> None:
    """Change the bodies of one status."""
    wrap_method(
        mock.errors,
        "body",
        lambda original, code, *said: (
            change(original(code, *said)) if code == status else original(code, *said)
        ),
    )


def _with_null_for_none(body: dict[str, Any]) -> dict[str, Any]:
    return body | {"errors": body["errors"] or None}


def _as(status: int, refusal: HttpError) -> HttpError:
    return HttpError(status, refusal.message, refusal.headers)
