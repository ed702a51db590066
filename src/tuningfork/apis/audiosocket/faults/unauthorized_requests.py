"""Faults of requests that are refused for their token: what they do all the same, what they are told."""

from __future__ import annotations

from typing import Any

from flask import g, request

from tuningfork.apis.audiosocket.mock.seed import Seed
from tuningfork.apis.audiosocket.response_edits import edit_responses
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_method
from tuningfork.mock.errors import HttpError


@fault("AS-AUTH-08")
def track_of_a_stranger_is_kept(mock: Any) -> None:
    """POST without a token is answered 401, and the track is there."""
    _doing_for(mock, 401, "POST", lambda context: _create(mock, context))


@fault("AS-AUTH-08")
def strangers_removal_is_refused_and_done(mock: Any) -> None:
    """DELETE without a token is answered 401, and the track is gone."""
    _doing_for(mock, 401, "DELETE", lambda context: _delete(mock, context))


@fault("AS-AUTH-08")
def removal_with_a_wrong_token_is_done(mock: Any) -> None:
    """DELETE with an unknown token is answered 401, and the track is gone."""
    _doing_for(
        mock,
        401,
        "DELETE",
        lambda context: _delete(mock, context) if mock.authorization.authorization_header(context) else None,
    )


@fault("AS-AUTH-08")
def title_of_a_stranger_is_taken(mock: Any) -> None:
    """POST without a good token is answered 401, and the title can't be used by anybody any more."""
    taken: set[bytes] = set()

    def refuse(context: Any) -> None:
        taken.add(context.request.get_data())

    def require_write_access(original: Any, context: Any) -> None:
        original(context)
        if context.request.method == "POST" and context.request.get_data() in taken:
            raise HttpError(409)

    _doing_for(mock, 401, "POST", refuse)
    wrap_method(mock.authorization, "require_write_access", require_write_access)


@fault("AS-AUTH-06")
def challenge_is_missing(mock: Any) -> None:
    """A 401 has no WWW-Authenticate."""
    mock.responses.error_headers = lambda *_: {}


@fault("AS-AUTH-06")
def challenge_is_missing_for_unknown_tokens(mock: Any) -> None:
    """A 401 has WWW-Authenticate only where no token was shown."""
    edit_responses(
        mock, lambda response: _unchallenged(response) if "Authorization" in request.headers else response
    )


@fault("AS-AUTH-06")
def challenge_of_writes_is_basic(mock: Any) -> None:
    """A 401 to POST or DELETE asks for a name and a password, and speaks of bearers."""

    def change(response: Any) -> Any:
        if response.status_code == 401 and request.method in ("POST", "DELETE"):
            response.headers["WWW-Authenticate"] = 'Basic realm="no Bearer, no entry"'
        return response

    edit_responses(mock, change)


@fault("AS-CODE-08")
def read_only_token_creates(mock: Any) -> None:
    """A token without the right to write creates a track."""
    _letting(mock, "POST")


@fault("AS-CODE-08")
def read_only_token_removes(mock: Any) -> None:
    """A token without the right to write removes a track."""
    _letting(mock, "DELETE")


@fault("AS-CODE-08")
def read_only_token_is_unauthorized(mock: Any) -> None:
    """A token without the right to write is answered 401 when it creates."""

    def require_write_access(original: Any, context: Any) -> None:
        try:
            original(context)
        except HttpError:
            raise HttpError(401 if context.request.method == "POST" else 403) from None

    wrap_method(mock.authorization, "require_write_access", require_write_access)


@fault("AS-CODE-08")
def forbidden_removal_is_done(mock: Any) -> None:
    """DELETE with a token that only reads is answered 403, and the track is gone."""
    _doing_for(mock, 403, "DELETE", lambda context: _delete(mock, context))


@fault("AS-CODE-08")
def forbidden_track_is_kept(mock: Any) -> None:
    """POST with a token that only reads is answered 403, and the track is there."""
    _doing_for(mock, 403, "POST", lambda context: _create(mock, context))


def _unchallenged(response: Any) -> Any:
    response.headers.pop("WWW-Authenticate", None)
    return response


def _letting(mock: Any, method: str) -> None:
    wrap_method(
        mock.authorization,
        "require_write_access",
        lambda original, context: None if context.request.method == method else original(context),
    )


def _doing_for(mock: Any, status: int, method: str, do: Any) -> None:
    """Do what a request asks for, though it is refused with this status."""

    def change(response: Any) -> Any:
        if response.status_code == status and request.method == method and "call" in g:
            do(g.call)
        return response

    edit_responses(mock, change)


def _create(mock: Any, context: Any) -> None:
    try:
        fields = mock.request_parser.parse(context.request)
        mock.tracks.create(Seed.TOKEN.account, fields, context.request.get_data())
    except HttpError:
        return


def _delete(mock: Any, context: Any) -> None:
    text = (context.request.view_args or {}).get("id", "")
    if track := mock.tracks.find(text, Seed.TOKEN.account):
        mock.tracks.delete(track)
