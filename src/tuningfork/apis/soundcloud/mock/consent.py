"""The consent page (https://developers.soundcloud.com/docs/api/guide#auth-code)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote

from authlib.oauth2 import OAuth2Error
from flask import Response

from tuningfork.apis.soundcloud.mock.entities import User
from tuningfork.apis.soundcloud.mock.oauth import Asked
from tuningfork.mock import consent

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud


@dataclass(frozen=True, slots=True)
class Pending:
    """An authorization request that waits for its user, in one browser."""

    client_id: str
    redirect_uri: str
    state: str | None
    browser: str
    popup: bool


class Consent(consent.ConsentPage[Pending, User]):
    """Shows pages, knows browsers, and sends them back to the app."""

    def __init__(self, mock: SoundCloud) -> None:
        super().__init__("connect_session", "/connect")
        self.mock = mock

    def authenticate(self, username: str, password: str) -> User | None:
        """Who has this name and password."""
        return self.mock.users.of_login(username, password)

    def parameters(self, query: bytes) -> list[tuple[str, str]]:
        """The pairs of a query, whose bytes survive a round through `quoted` (SC-CODE-03)."""
        text = query.decode("utf-8", "surrogateescape")
        return parse_qsl(text, keep_blank_values=True, errors="surrogateescape")

    def quoted(self, text: str) -> str:
        """A text for a query, as the bytes that it came from."""
        return quote(text, safe="", errors="surrogateescape")

    def location(self, pending: Pending, parameters: Sequence[tuple[str, str]]) -> str:
        """The app's redirect_uri with parameters, and with the state if there was one."""
        if pending.state is not None:
            parameters = [*parameters, ("state", pending.state)]
        query = "&".join(f"{name}={self.quoted(value)}" for name, value in parameters)
        return f"{pending.redirect_uri}{'&' if '?' in pending.redirect_uri else '?'}{query}"

    def page(self, ticket: str, pending: Pending, action: str, problem: str = "") -> str:
        """The page that asks the user."""
        user = self.signed_in(pending.browser)
        return PAGE.format(
            kind="popup" if pending.popup else "page",
            app=escape(pending.client_id),
            form=self.form(ticket, action, problem, user.username if user else None),
        )

    def approved(self, pending: Pending, user: User) -> Response:
        """Back to the app with a code."""
        asked = {
            "response_type": "code",
            "client_id": pending.client_id,
            "redirect_uri": pending.redirect_uri,
        }
        try:
            code = self.mock.oauth.code(Asked(asked), user)
        except OAuth2Error:
            return self.refuse("The app may no longer ask.")
        return self.redirect(self.location(pending, [("code", code.text)]))

    def denied(self, pending: Pending) -> Response:
        """Back to the app with an error."""
        return self.redirect(self.location(pending, [("error", "access_denied")]))


PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Connect with SoundCloud</title></head>
<body class="{kind}"><h1>{app} asks for access to your account</h1>
{form}</body></html>
"""
