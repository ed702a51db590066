"""Pages on which users decide, each open in one browser; and who is signed in in which."""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from html import escape
from typing import Generic, Protocol, TypeVar

from flask import Request, Response

KEPT = 1000
"""Pages that may be open at a time; the oldest are forgotten."""
SAFE = {"X-Frame-Options": "DENY", "Cache-Control": "no-store"}


class Waiting(Protocol):
    """What waits for a decision."""

    @property
    def browser(self) -> str:
        """Where the page is open."""


W = TypeVar("W", bound=Waiting)
U = TypeVar("U")


class ConsentPage(ABC, Generic[W, U]):
    """Remembers pages and browsers; W waits for a decision of U.

    Args:
        cookie: that tells browsers apart.
        path: below which the pages are.
    """

    def __init__(self, cookie: str, path: str) -> None:
        self.cookie = cookie
        self.path = path
        self._pending: dict[str, W] = {}
        self._browsers: dict[str, U | None] = {}

    @abstractmethod
    def of_login(self, username: str, password: str) -> U | None:
        """Who has this name and password."""

    @abstractmethod
    def page(self, ticket: str, pending: W, action: str, problem: str = "") -> str:
        """The page that asks, in HTML, with a form that is sent to `action`."""

    @abstractmethod
    def approved(self, pending: W, user: U) -> Response:
        """Where an approval leads."""

    @abstractmethod
    def denied(self, pending: W) -> Response:
        """Where a refusal leads."""

    def open(self, pending: W) -> str:
        """Remember a request; gives the ticket that the page's form carries."""
        ticket = secrets.token_urlsafe(16)
        self._pending[ticket] = pending
        for oldest in list(self._pending)[:-KEPT]:
            del self._pending[oldest]
        return ticket

    def find(self, ticket: str, browser: str | None) -> W | None:
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

    def signed_in(self, browser: str) -> U | None:
        """Who is signed in there."""
        return self._browsers.get(browser)

    def sign_in(self, browser: str, username: str, password: str) -> U | None:
        """Sign somebody in; None where the password is wrong."""
        user = self.of_login(username, password)
        if user is not None:
            self._browsers[browser] = user
        return user

    def form(self, ticket: str, action: str, problem: str, who: str | None) -> str:
        """The form, in HTML: it asks for a password where nobody is signed in."""
        return FORM.format(
            action=escape(action),
            ticket=escape(ticket),
            problem=escape(problem),
            who=FIELDS if who is None else f"<p>You are {escape(who)}.</p>",
        )

    def html(self, page: str, status: int = 200) -> Response:
        """A page as an answer."""
        return Response(page, status, SAFE, content_type="text/html; charset=utf-8")

    def show(self, ticket: str, pending: W, action: str, status: int = 200, problem: str = "") -> Response:
        """The answer that shows the page to the browser in which it is open."""
        answer = self.html(self.page(ticket, pending, action, problem), status)
        answer.set_cookie(self.cookie, pending.browser, path=self.path, httponly=True, samesite="Lax")
        return answer

    def decide(self, request: Request, action: str) -> Response:
        """What the press of a button leads to."""
        form = request.form
        ticket = form.get("ticket", "")
        pending = self.find(ticket, request.cookies.get(self.cookie))
        if pending is None:
            return self.refuse("This page has had its time.")
        if form.get("decision") != "approve":
            self.close(ticket)
            return self.denied(pending)
        user = self.signed_in(pending.browser) or self.sign_in(
            pending.browser, form.get("username", ""), form.get("password", "")
        )
        if user is None:
            return self.show(ticket, pending, action, 403, "That is not the password.")
        self.close(ticket)
        return self.approved(pending, user)

    def redirect(self, location: str) -> Response:
        """Send the browser there; the URL stays as it is, letter by letter."""
        answer = self.html("", 302)
        answer.headers["Location"] = location
        return answer

    def refuse(self, problem: str, status: int = 400) -> Response:
        """A page that sends nobody anywhere."""
        return self.html(REFUSED.format(problem=escape(problem)), status)

    def reset(self) -> None:
        """Nobody is signed in, and no page is open."""
        self._pending.clear()
        self._browsers.clear()


FIELDS = """<label>Username <input name="username" type="text" autocomplete="username"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>"""
FORM = """<p class="problem">{problem}</p>
<form method="post" action="{action}">
<input type="hidden" name="ticket" value="{ticket}">
{who}
<button type="submit" name="decision" value="approve">Connect</button>
<button type="submit" name="decision" value="deny">Cancel</button>
</form>"""
REFUSED = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Not connected</title></head>
<body><h1>Not connected</h1><p class="problem">{problem}</p></body></html>
"""
