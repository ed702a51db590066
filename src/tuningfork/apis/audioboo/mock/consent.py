"""The page on which a user authorizes a consumer (RFC 5849, 2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from flask import Response

from tuningfork.apis.audioboo.mock.errors import Errors
from tuningfork.apis.audioboo.mock.models import User
from tuningfork.apis.audioboo.mock.tokens import RequestToken, Tokens
from tuningfork.apis.audioboo.mock.users import Users
from tuningfork.mock.consent import ConsentPage
from tuningfork.mock.errors import HttpError

OUT_OF_BAND = "oob"


@dataclass(frozen=True, slots=True)
class Pending:
    """A request token that waits for the user's decision, in one browser."""

    token: RequestToken
    browser: str


class Consent(ConsentPage[Pending, User]):
    """Serves the consent page; sends the browser back to the consumer or displays a PIN."""

    def __init__(self, users: Users, tokens: Tokens, errors: Errors) -> None:
        super().__init__("authorize_session", "/oauth")
        self.users = users
        self.tokens = tokens
        self.errors = errors

    def authenticate(self, username: str, password: str) -> User | None:
        """Return the user with this name and password, or None."""
        user = self.users.find_by_username(username)
        return user if user and user.password is not None and user.password == password else None

    def page(self, ticket: str, pending: Pending, action: str, problem: str = "") -> str:
        """Return the HTML of the consent page."""
        user = self.signed_in(pending.browser)
        form = self.form(ticket, action, problem, user.username if user else None)
        return PAGE.format(title="Connect with Audioboo", heading=ASKING, content=form)

    def show(
        self, ticket: str, pending: Pending, action: str, status: int = 200, problem: str = ""
    ) -> Response:
        """Return the response with the consent page; one with an error status has the error headers."""
        response = super().show(ticket, pending, action, status, problem)
        return self.with_error_headers(response, status, problem)

    def refuse(self, problem: str, status: int = 400) -> Response:
        """Return an error page without a redirect, with the error headers (AB-ERR-01)."""
        return self.with_error_headers(super().refuse(problem, status), status, problem)

    def with_error_headers(self, response: Response, status: int, problem: str) -> Response:
        """Add the error headers to `response`, if `status` is an error."""
        if status >= 400:
            response.headers.update(self.errors.headers(HttpError(status, problem)))
        return response

    def approved(self, pending: Pending, user: User) -> Response:
        """Redirect to the consumer with a verifier, or display it as a PIN (AB-SIGN-06, AB-SIGN-07)."""
        verifier = self.tokens.approve(pending.token, user)
        if pending.token.callback == OUT_OF_BAND:
            return self.html(self.pin_page(verifier))
        return self.redirect_to_callback(pending, {"oauth_verifier": verifier})

    def pin_page(self, verifier: str) -> str:
        """Return the HTML of a page that displays the verifier and no other digits."""
        return PAGE.format(
            title="Connected", heading=TYPE_IT, content=f"<p><code>{escape(verifier)}</code></p>"
        )

    def denied(self, pending: Pending) -> Response:
        """Redirect to the consumer without a verifier, or display that access was denied."""
        self.tokens.invalidate_request_token(pending.token)
        if pending.token.callback == OUT_OF_BAND:
            return self.html(PAGE.format(title="Not connected", heading=DENIED, content=""))
        return self.redirect_to_callback(pending, {"oauth_problem": "user_refused"})

    def redirect_to_callback(self, pending: Pending, parameters: dict[str, str]) -> Response:
        """Redirect to the consumer's callback URL with the request token and `parameters` (RFC 5849, 2.2)."""
        callback = pending.token.callback
        query = urlencode({"oauth_token": pending.token.token, **parameters})
        return self.redirect(f"{callback}{'&' if '?' in callback else '?'}{query}")


ASKING = "An application asks for access to your account"
TYPE_IT = "You are connected. Type this number into the application:"
DENIED = "The application gets no access."
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{heading}</h1>
{content}</body></html>
"""
