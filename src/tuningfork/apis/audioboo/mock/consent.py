"""The page on which a user lets a consumer in (RFC 5849, 2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Response

from tuningfork.apis.audioboo.mock.models import User
from tuningfork.apis.audioboo.mock.tokens import RequestToken
from tuningfork.mock import consent
from tuningfork.mock.errors import HttpError

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.app import AudioBoo

OUT_OF_BAND = "oob"


@dataclass(frozen=True, slots=True)
class Pending:
    """A request token that waits for its user, in one browser."""

    token: RequestToken
    browser: str


class Consent(consent.ConsentPage[Pending, User]):
    """Shows pages, knows browsers, and sends them back to the consumer or shows them a PIN."""

    def __init__(self, mock: AudioBoo) -> None:
        super().__init__("authorize_session", "/oauth")
        self.mock = mock

    def of_login(self, username: str, password: str) -> User | None:
        """Who has this name and password."""
        user = self.mock.users.by_name(username)
        return user if user and user.password is not None and user.password == password else None

    def page(self, ticket: str, pending: Pending, action: str, problem: str = "") -> str:
        """The page that asks the user."""
        user = self.signed_in(pending.browser)
        form = self.form(ticket, action, problem, user.username if user else None)
        return PAGE.format(title="Connect with Audioboo", heading=ASKING, content=form)

    def show(
        self, ticket: str, pending: Pending, action: str, status: int = 200, problem: str = ""
    ) -> Response:
        """The page, with the headers of an error where it is one."""
        answer = super().show(ticket, pending, action, status, problem)
        return self.told(answer, status, problem)

    def refuse(self, problem: str, status: int = 400) -> Response:
        """A page that sends nobody anywhere, with the headers of an error (AB-ERR-01)."""
        return self.told(super().refuse(problem, status), status, problem)

    def told(self, answer: Response, status: int, problem: str) -> Response:
        """An answer with the headers of an error, if it is one."""
        if status >= 400:
            answer.headers.update(self.mock.errors.headers(HttpError(status, problem)))
        return answer

    def approved(self, pending: Pending, user: User) -> Response:
        """Back to the consumer with a verifier, or a page that shows it (AB-SIGN-06, AB-SIGN-07)."""
        verifier = self.mock.tokens.approve(pending.token, user)
        if pending.token.callback == OUT_OF_BAND:
            return self.html(self.pin(verifier))
        return self.back(pending, {"oauth_verifier": verifier})

    def pin(self, verifier: str) -> str:
        """The page that shows a verifier, and no other digits."""
        return PAGE.format(
            title="Connected", heading=TYPE_IT, content=f"<p><code>{escape(verifier)}</code></p>"
        )

    def denied(self, pending: Pending) -> Response:
        """Back to the consumer without a verifier, or a page that says so."""
        self.mock.tokens.spend(pending.token)
        if pending.token.callback == OUT_OF_BAND:
            return self.html(PAGE.format(title="Not connected", heading=DENIED, content=""))
        return self.back(pending, {"oauth_problem": "user_refused"})

    def back(self, pending: Pending, parameters: dict[str, str]) -> Response:
        """To the consumer's callback (RFC 5849, 2.2)."""
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
