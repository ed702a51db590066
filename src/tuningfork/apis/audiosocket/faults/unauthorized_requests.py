"""Faults of requests that are refused for their token: side effects, and the WWW-Authenticate header."""

from __future__ import annotations

from typing import Any

from flask import g, request

from tuningfork.apis.audiosocket.mock.seed import Seed
from tuningfork.apis.audiosocket.response_edits import edit_responses
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_method
from tuningfork.mock.errors import HttpError


@fault("AS-AUTH-08")
def unauthorized_post_is_executed(mock: Any) -> None:
    """POST without a valid token returns 401, but creates the track."""
    _execute_refused(mock, status=401, method="POST", action=lambda context: _create(mock, context))


@fault("AS-AUTH-08")
def unauthorized_delete_is_executed(mock: Any) -> None:
    """DELETE without a valid token returns 401, but deletes the track."""
    _execute_refused(mock, status=401, method="DELETE", action=lambda context: _delete(mock, context))


@fault("AS-AUTH-08")
def delete_with_unknown_token_is_executed(mock: Any) -> None:
    """DELETE with an unknown token returns 401, but deletes the track."""
    _execute_refused(
        mock,
        status=401,
        method="DELETE",
        action=lambda context: (
            _delete(mock, context) if mock.authorization.authorization_header(context) else None
        ),
    )


@fault("AS-AUTH-08")
def unauthorized_post_reserves_body(mock: Any) -> None:
    """POST without a valid token returns 401, but every later POST with the same body returns 409."""
    _reserve_refused(mock, status=401)


@fault("AS-AUTH-08")
def post_with_revoked_token_is_executed(mock: Any) -> None:
    """POST with a revoked token returns 401, but creates the track."""

    def has_revoked_token(context: Any) -> bool:
        header = mock.authorization.authorization_header(context)
        return mock.tokens.find(mock.authorization.extract_token(header) or "") is not None

    def create(context: Any) -> None:
        if has_revoked_token(context):
            _create(mock, context)

    _execute_refused(mock, status=401, method="POST", action=create)


@fault("AS-AUTH-06")
def challenge_is_missing(mock: Any) -> None:
    """A 401 has no WWW-Authenticate header."""
    mock.responses.error_headers = lambda *_: {}


@fault("AS-AUTH-06")
def challenge_is_missing_for_unknown_tokens(mock: Any) -> None:
    """The 401 for a request with an Authorization header has no WWW-Authenticate header."""
    edit_responses(
        mock,
        lambda response: _without_challenge(response) if "Authorization" in request.headers else response,
    )


@fault("AS-AUTH-06")
def challenge_of_writes_is_basic(mock: Any) -> None:
    """The 401 for POST and DELETE has a Basic challenge whose realm contains the word Bearer."""

    def change(response: Any) -> Any:
        if response.status_code == 401 and request.method in ("POST", "DELETE"):
            response.headers["WWW-Authenticate"] = 'Basic realm="no Bearer, no entry"'
        return response

    edit_responses(mock, change)


@fault("AS-CODE-08")
def read_only_token_can_create(mock: Any) -> None:
    """A read-only token can create tracks."""
    _allow_writes(mock, "POST")


@fault("AS-CODE-08")
def read_only_token_can_delete(mock: Any) -> None:
    """A read-only token can delete tracks."""
    _allow_writes(mock, "DELETE")


@fault("AS-CODE-08")
def read_only_token_returns_401(mock: Any) -> None:
    """POST with a read-only token returns 401 instead of 403."""

    def require_write_access(original: Any, context: Any) -> None:
        try:
            original(context)
        except HttpError:
            raise HttpError(401 if context.request.method == "POST" else 403) from None

    wrap_method(mock.authorization, "require_write_access", require_write_access)


@fault("AS-CODE-08")
def forbidden_delete_is_executed(mock: Any) -> None:
    """DELETE with a read-only token returns 403, but deletes the track."""
    _execute_refused(mock, status=403, method="DELETE", action=lambda context: _delete(mock, context))


@fault("AS-CODE-08")
def forbidden_post_reserves_body(mock: Any) -> None:
    """POST with a read-only token returns 403, but every later POST with the same body returns 409."""
    _reserve_refused(mock, status=403)


@fault("AS-CODE-08")
def forbidden_post_is_executed(mock: Any) -> None:
    """POST with a read-only token returns 403, but creates the track."""
    _execute_refused(mock, status=403, method="POST", action=lambda context: _create(mock, context))


def _without_challenge(response: Any) -> Any:
    """Remove the WWW-Authenticate header of a response."""
    response.headers.pop("WWW-Authenticate", None)
    return response


def _allow_writes(mock: Any, method: str) -> None:
    """Allow writes with this method to read-only tokens."""
    wrap_method(
        mock.authorization,
        "require_write_access",
        lambda original, context: None if context.request.method == method else original(context),
    )


def _execute_refused(mock: Any, status: int, method: str, action: Any) -> None:
    """Call `action(context)` for the requests with this method that are refused with this status."""

    def change(response: Any) -> Any:
        if response.status_code == status and request.method == method and "context" in g:
            action(g.context)
        return response

    edit_responses(mock, change)


def _reserve_refused(mock: Any, status: int) -> None:
    """Return 409 for a POST with the body of one that was refused with this status."""
    taken: set[bytes] = set()

    def require_write_access(original: Any, context: Any) -> None:
        original(context)
        if context.request.method == "POST" and context.request.get_data() in taken:
            raise HttpError(409)

    _execute_refused(mock, status, "POST", lambda context: taken.add(context.request.get_data()))
    wrap_method(mock.authorization, "require_write_access", require_write_access)


def _create(mock: Any, context: Any) -> None:
    """Create the track of a request's body, if it is valid."""
    try:
        fields = mock.request_parser.parse(context.request)
        mock.tracks.create(Seed.TOKEN.account, fields, context.request.get_data())
    except HttpError:
        return


def _delete(mock: Any, context: Any) -> None:
    """Delete the track that a request's path names, if it exists."""
    text = (context.request.view_args or {}).get("id", "")
    if track := mock.tracks.find(text, Seed.TOKEN.account):
        mock.tracks.delete(track)
