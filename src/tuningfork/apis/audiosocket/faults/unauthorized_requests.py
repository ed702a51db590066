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
    _doing_for(mock, 401, "POST", lambda call: _create(mock, call))


@fault("AS-AUTH-08")
def strangers_removal_is_refused_and_done(mock: Any) -> None:
    """DELETE without a token is answered 401, and the track is gone."""
    _doing_for(mock, 401, "DELETE", lambda call: _delete(mock, call))


@fault("AS-AUTH-08")
def removal_with_a_wrong_token_is_done(mock: Any) -> None:
    """DELETE with an unknown token is answered 401, and the track is gone."""
    _doing_for(mock, 401, "DELETE", lambda call: _delete(mock, call) if mock.guard.shown(call) else None)


@fault("AS-AUTH-08")
def title_of_a_stranger_is_taken(mock: Any) -> None:
    """POST without a good token is answered 401, and the title can't be used by anybody any more."""
    taken: set[bytes] = set()

    def refuse(call: Any) -> None:
        taken.add(call.request.get_data())

    def need_rights(need: Any, call: Any) -> None:
        need(call)
        if call.request.method == "POST" and call.request.get_data() in taken:
            raise HttpError(409)

    _doing_for(mock, 401, "POST", refuse)
    wrap_method(mock.guard, "need_rights", need_rights)


@fault("AS-AUTH-06")
def challenge_is_missing(mock: Any) -> None:
    """A 401 has no WWW-Authenticate."""
    mock.answers.headers = lambda *_: {}


@fault("AS-AUTH-06")
def challenge_is_missing_for_unknown_tokens(mock: Any) -> None:
    """A 401 has WWW-Authenticate only where no token was shown."""
    edit_responses(mock, lambda made: _unchallenged(made) if "Authorization" in request.headers else made)


@fault("AS-AUTH-06")
def challenge_of_writes_is_basic(mock: Any) -> None:
    """A 401 to POST or DELETE asks for a name and a password, and speaks of bearers."""

    def change(made: Any) -> Any:
        if made.status_code == 401 and request.method in ("POST", "DELETE"):
            made.headers["WWW-Authenticate"] = 'Basic realm="no Bearer, no entry"'
        return made

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

    def need_rights(need: Any, call: Any) -> None:
        try:
            need(call)
        except HttpError:
            raise HttpError(401 if call.request.method == "POST" else 403) from None

    wrap_method(mock.guard, "need_rights", need_rights)


@fault("AS-CODE-08")
def forbidden_removal_is_done(mock: Any) -> None:
    """DELETE with a token that only reads is answered 403, and the track is gone."""
    _doing_for(mock, 403, "DELETE", lambda call: _delete(mock, call))


@fault("AS-CODE-08")
def forbidden_track_is_kept(mock: Any) -> None:
    """POST with a token that only reads is answered 403, and the track is there."""
    _doing_for(mock, 403, "POST", lambda call: _create(mock, call))


def _unchallenged(made: Any) -> Any:
    made.headers.pop("WWW-Authenticate", None)
    return made


def _letting(mock: Any, method: str) -> None:
    wrap_method(
        mock.guard, "need_rights", lambda need, call: None if call.request.method == method else need(call)
    )


def _doing_for(mock: Any, status: int, method: str, do: Any) -> None:
    """Do what a request asks for, though it is refused with this status."""

    def change(made: Any) -> Any:
        if made.status_code == status and request.method == method and "call" in g:
            do(g.call)
        return made

    edit_responses(mock, change)


def _create(mock: Any, call: Any) -> None:
    try:
        fields = mock.inputs.read(call.request)
        mock.tracks.create(Seed.TOKEN.account, fields, call.request.get_data())
    except HttpError:
        return


def _delete(mock: Any, call: Any) -> None:
    text = (call.request.view_args or {}).get("id", "")
    if track := mock.tracks.find(text, Seed.TOKEN.account):
        mock.tracks.delete(track)
