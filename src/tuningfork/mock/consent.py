"""Consent pages: each is open in one browser, and users can be signed in in a browser."""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from html import escape
from typing import Generic, Protocol, TypeVar

from flask import Request, Response

MAX_OPEN_PAGES = 1000
"""Consent pages that may be open at a time; the oldest are closed."""
SECURITY_HEADERS = {"X-Frame-Options": "DENY", "Cache-Control": "no-store"}


class PendingRequest(Protocol):
    """A request that waits for a user's decision."""

    @property
    def browser(self) -> str:
        """The id of the browser in which the page is open."""


W = TypeVar("W", bound=PendingRequest)
U = TypeVar("U")


class ConsentPage(ABC, Generic[W, U]):
    """Serves consent pages and stores which browsers are signed in.

    Type parameters: W is the request that waits for a decision, U the user who decides.

    Args:
        cookie: the name of the cookie that identifies a browser.
        path: the path below which the cookie is sent.
    """

    def __init__(self, cookie: str, path: str) -> None:
        self.cookie = cookie
        self.path = path
        self._pending: dict[str, W] = {}
        """The request of each open page, by the ticket in its form."""
        self._browsers: dict[str, U | None] = {}
        """The user who is signed in in each browser, by the cookie that identifies it."""

    @abstractmethod
    def authenticate(self, username: str, password: str) -> U | None:
        """Return the user with this name and password, or None."""

    @abstractmethod
    def page(self, ticket: str, pending: W, action: str, problem: str = "") -> str:
        """Return the HTML of the consent page, with a form that is sent to `action`."""

    @abstractmethod
    def approved(self, pending: W, user: U) -> Response:
        """Return the response to an approval."""

    @abstractmethod
    def denied(self, pending: W) -> Response:
        """Return the response to a denial."""

    def open(self, pending: W) -> str:
        """Store a pending request; return the ticket that the page's form contains."""
        ticket = secrets.token_urlsafe(16)
        self._pending[ticket] = pending
        for oldest in list(self._pending)[:-MAX_OPEN_PAGES]:
            del self._pending[oldest]
        return ticket

    def find(self, ticket: str, browser: str | None) -> W | None:
        """Return the pending request of a ticket, if this browser opened it."""
        pending = self._pending.get(ticket)
        return pending if pending and pending.browser == browser else None

    def close(self, ticket: str) -> None:
        """Delete a pending request after the decision."""
        self._pending.pop(ticket, None)

    def browser(self, cookie: str | None) -> str:
        """Return the id of a browser: the value of its cookie, or a new one."""
        if cookie is None or cookie not in self._browsers:
            cookie = secrets.token_urlsafe(16)
            self._browsers[cookie] = None
        return cookie

    def signed_in(self, browser: str) -> U | None:
        """Return the user who is signed in in a browser, or None."""
        return self._browsers.get(browser)

    def sign_in(self, browser: str, username: str, password: str) -> U | None:
        """Sign a user in in a browser and return the user; None if the password is wrong."""
        user = self.authenticate(username, password)
        if user is not None:
            self._browsers[browser] = user
        return user

    def form(self, ticket: str, action: str, problem: str, username: str | None) -> str:
        """Return the HTML of the form; it has password fields if `username` is None."""
        return FORM.format(
            action=escape(action),
            ticket=escape(ticket),
            problem=escape(problem),
            login=LOGIN_FIELDS if username is None else f"<p>You are {escape(username)}.</p>",
        )

    def html(self, page: str, status: int = 200) -> Response:
        """Return a response with an HTML page."""
        return Response(page, status, SECURITY_HEADERS, content_type="text/html; charset=utf-8")

    def show(self, ticket: str, pending: W, action: str, status: int = 200, problem: str = "") -> Response:
        """Return the response that shows the consent page and sets the browser's cookie."""
        response = self.html(self.page(ticket, pending, action, problem), status)
        response.set_cookie(self.cookie, pending.browser, path=self.path, httponly=True, samesite="Lax")
        return response

    def decide(self, request: Request, action: str) -> Response:
        """Process the form of a consent page and return the response to the decision."""
        form = request.form
        ticket = form.get("ticket", "")
        pending = self.find(ticket, request.cookies.get(self.cookie))
        if pending is None:
            return self.refuse("This page has expired.")
        if form.get("decision") != "approve":
            self.close(ticket)
            return self.denied(pending)
        user = self.signed_in(pending.browser) or self.sign_in(
            pending.browser, form.get("username", ""), form.get("password", "")
        )
        if user is None:
            return self.show(ticket, pending, action, 403, "The password is wrong.")
        self.close(ticket)
        return self.approved(pending, user)

    def redirect(self, location: str) -> Response:
        """Redirect the browser to exactly this URL."""
        response = self.html("", 302)
        response.headers["Location"] = location
        return response

    def refuse(self, problem: str, status: int = 400) -> Response:
        """Return an error page without a redirect."""
        return self.html(ERROR_PAGE.format(problem=escape(problem)), status)

    def reset(self) -> None:
        """Sign all users out and close all pages."""
        self._pending.clear()
        self._browsers.clear()


LOGIN_FIELDS = """<label>Username <input name="username" type="text" autocomplete="username"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>"""
FORM = """<p class="problem">{problem}</p>
<form method="post" action="{action}">
<input type="hidden" name="ticket" value="{ticket}">
{login}
<button type="submit" name="decision" value="approve">Connect</button>
<button type="submit" name="decision" value="deny">Cancel</button>
</form>"""
ERROR_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Not connected</title></head>
<body><h1>Not connected</h1><p class="problem">{problem}</p></body></html>
"""
