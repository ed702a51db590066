"""Faults of a 401 from which a client learns which tracks exist."""

from __future__ import annotations

from typing import Any

from flask import request

from tuningfork.apis.audiosocket.mock.seed import Seed
from tuningfork.apis.audiosocket.response_edits import edit_bodies, edit_responses
from tuningfork.audit.fault import fault


@fault("AS-AUTH-09")
def head_without_token_says_what_exists(mock: Any) -> None:
    """HEAD without a token returns 404 for an unknown track, and 401 for an existing one."""

    def change(response: Any) -> Any:
        if response.status_code == 401 and request.method == "HEAD" and not _has_track(mock):
            response.status_code = 404
        return response

    edit_responses(mock, change)


@fault("AS-AUTH-09")
def unauthorized_deletion_says_what_exists(mock: Any) -> None:
    """The 401 for DELETE has another text if there is no such track."""
    _say_what_exists(mock, lambda: request.method == "DELETE")


@fault("AS-AUTH-09")
def unknown_token_learns_what_exists(mock: Any) -> None:
    """The 401 for GET with an Authorization header has another text if there is no such track."""
    _say_what_exists(mock, lambda: request.method == "GET" and "Authorization" in request.headers)


def _say_what_exists(mock: Any, condition: Any) -> None:
    """Add a text to a 401 about an unknown track if `condition()` is true."""

    def change(body: dict[str, Any]) -> dict[str, Any]:
        is_unknown = condition() and "id" in (request.view_args or {}) and not _has_track(mock)
        return body | {"error": f"{body['error']}; there is no such track"} if is_unknown else body

    edit_bodies(mock, change, status=401)


def _has_track(mock: Any) -> bool:
    """Return True if the path of the current request is the list or names a track."""
    text = (request.view_args or {}).get("id")
    return text is None or mock.tracks.find(text, Seed.TOKEN.account) is not None
