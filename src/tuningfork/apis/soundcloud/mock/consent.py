"""The consent page (https://developers.soundcloud.com/docs/api/guide#auth-code)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote

from flask import Response

from tuningfork.apis.soundcloud.mock.entities import User

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud

COOKIE = "connect_session"
KEPT = 1000
"""Consent pages that may be open at a time; the oldest are forgotten."""
SAFE = {"X-Frame-Options": "DENY", "Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Pending:
    """An authorization request that waits for its user, in one browser."""

    client_id: str
    redirect_uri: str
    state: str | None
    browser: str
    popup: bool


class Consent:
    """Shows pages, knows browsers, and sends them back to the app."""

    def __init__(self, mock: SoundCloud) -> None:
        self.mock = mock
        self._pending: dict[str, Pending] = {}
        self._browsers: dict[str, User | None] = {}

    def parameters(self, query: bytes) -> list[tuple[str, str]]:
        """The pairs of a query, whose bytes survive a round through `quoted` (SC-CODE-03)."""
        text = query.decode("utf-8", "surrogateescape")
        return parse_qsl(text, keep_blank_values=True, errors="surrogateescape")

    def quoted(self, text: str) -> str:
        """A text for a query, as the bytes that it came from."""
        return quote(text, safe="", errors="surrogateescape")

    def open(self, pending: Pending) -> str:
        """Remember a request; gives the ticket that the page's form carries."""
        ticket = secrets.token_urlsafe(16)
        self._pending[ticket] = pending
        for oldest in list(self._pending)[:-KEPT]:
            del self._pending[oldest]
        return ticket

    def find(self, ticket: str, browser: str | None) -> Pending | None:
        """The request of a ticket, if this browser opened it."""
        pending = self._pending.get(ticket)
        return pending if pending and pending.browser == browser else None

    def close(self, ticket: str) -> None:
        """The user has decided."""
        self._pending.pop(ticket, None)

    def browser(self, cookie: str | None) -> str:
        """The name of a browser: its cookie's value, or a new one."""
        if cookie is None or cookie not in self._browsers:
            cookie = secrets.token_urlsafe(16)
            self._browsers[cookie] = None
        return cookie

    def signed_in(self, browser: str) -> User | None:
        """Who is signed in there."""
        return self._browsers.get(browser)

    def sign_in(self, browser: str, username: str, password: str) -> User | None:
        """Sign somebody in; None where the password is wrong."""
        user = self.mock.users.of_login(username, password)
        if user is not None:
            self._browsers[browser] = user
        return user

    def location(self, pending: Pending, parameters: Sequence[tuple[str, str]]) -> str:
        """The app's redirect_uri with parameters, and with the state if there was one."""
        if pending.state is not None:
            parameters = [*parameters, ("state", pending.state)]
        query = "&".join(f"{name}={self.quoted(value)}" for name, value in parameters)
        return f"{pending.redirect_uri}{'&' if '?' in pending.redirect_uri else '?'}{query}"

    def redirect(self, location: str) -> Response:
        """Send the browser there; the URL stays as it is, letter by letter."""
        answer = Response(status=302, content_type="text/html; charset=utf-8", headers=SAFE)
        answer.headers["Location"] = location
        return answer

    def page(self, ticket: str, pending: Pending, action: str, problem: str = "") -> str:
        """The page that asks the user."""
        user = self.signed_in(pending.browser)
        return PAGE.format(
            kind="popup" if pending.popup else "page",
            app=escape(pending.client_id),
            action=escape(action),
            ticket=escape(ticket),
            problem=escape(problem),
            who=f"<p>You are {escape(user.username)}.</p>" if user else FIELDS,
        )

    def show(
        self, ticket: str, pending: Pending, action: str, status: int = 200, problem: str = ""
    ) -> Response:
        """The answer that shows it."""
        answer = Response(
            self.page(ticket, pending, action, problem), status, SAFE, content_type="text/html; charset=utf-8"
        )
        answer.set_cookie(COOKIE, pending.browser, path="/connect", httponly=True, samesite="Lax")
        return answer

    def refuse(self, problem: str, status: int = 400) -> Response:
        """A page that sends nobody anywhere (SC-CODE-08, SC-CODE-09)."""
        return Response(
            REFUSED.format(problem=escape(problem)), status, SAFE, content_type="text/html; charset=utf-8"
        )

    def reset(self) -> None:
        """Nobody is signed in, and no page is open."""
        self._pending.clear()
        self._browsers.clear()


FIELDS = """<label>Username <input name="username" type="text" autocomplete="username"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>"""
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Connect with SoundCloud</title></head>
<body class="{kind}"><h1>{app} asks for access to your account</h1>
<p class="problem">{problem}</p>
<form method="post" action="{action}">
<input type="hidden" name="ticket" value="{ticket}">
{who}
<button type="submit" name="decision" value="approve">Connect</button>
<button type="submit" name="decision" value="deny">Cancel</button>
</form></body></html>
"""
REFUSED = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Not connected</title></head>
<body><h1>Not connected</h1><p class="problem">{problem}</p></body></html>
"""
