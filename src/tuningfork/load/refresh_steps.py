"""Steps of users about sessions: they use a refresh token several times at the same moment."""

from __future__ import annotations

import threading

from tuningfork import not_verified
from tuningfork.client.response import Response
from tuningfork.conventions.declaration import Subject
from tuningfork.load.item_steps import RACING
from tuningfork.testing.load_scenario import LoadUser
from tuningfork.testing.probe import Probe
from tuningfork.testing.sessions import Sessions, SessionTokens, expect_one_refresh


def race_refreshes(subject: Subject, user: LoadUser) -> None:
    """Use a refresh token twice at the same moment, in a session of its own.

    If all are refused, the login of another user may have ended the session: then the race is repeated while
    no other user starts a session, and judged only if the session continues.
    """
    sessions, probe = _find_sessions(subject, user)
    logins = user.shared.sessions
    with logins.walking():
        _, responses = _race(sessions, user)
    if not sessions.issued(responses):
        turn = user.shared.get(f"turn in {subject.name}", threading.Lock)
        with logins.deleting(), turn:
            started, responses = _race(sessions, user)
        if not sessions.issued(responses) and not probe.is_accepted(started.access):
            not_verified("the session ended before its refresh")
    with user.judging(*subject.claims["REFRESH-RACE"]):
        expect_one_refresh(sessions, responses, probe.is_accepted)


def _find_sessions(subject: Subject, user: LoadUser) -> tuple[Sessions, Probe]:
    """Return what logs in and refreshes, and what shows whether a token works."""
    settings, declaration = user.settings.users.first, user.contract.declaration
    if settings is None or settings.username is None or settings.password is None:
        not_verified("tuningfork.toml has no users.first with username and password")
    password = settings.password.get_secret_value()
    sessions = Sessions(user.unauthenticated, subject.model, declaration, settings.username, password)
    declared = subject.model.probe
    method, path = "GET", user.probe_path
    if declared is not None and declared.is_concrete and "{" not in declared.path:
        method, path = declared.method, declared.path
    return sessions, Probe(user.unauthenticated, subject.model, declaration, method, path)


def _race(sessions: Sessions, user: LoadUser) -> tuple[SessionTokens, list[Response]]:
    """Return the tokens of a new session, and the responses to refreshes of it at the same moment."""
    started = sessions.start()
    return started, user.at_once(
        RACING, lambda client: sessions.refresh(started.refresh, client), client=user.unauthenticated
    )
